"""Send the same request again and again: with wrk where it is installed, else with Python's asyncio.

Python clients take more processor time than a bare route, so on a machine of two processors they mostly
measure themselves; `apt-get install wrk` for real figures.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

CLIENTS = 16
_REPORT = """\
done = function(summary, latency, requests)
  print(string.format("%d %d %d %d %d", latency:percentile(50), latency:percentile(99),
    summary.requests, summary.duration, summary.errors.status + summary.errors.read))
end
"""


@dataclass(frozen=True)
class Target:
    """The server and the path that is requested."""

    port: int
    pid: int
    path: str
    token: str = ""


@dataclass(frozen=True)
class LoadResult:
    """The figures of one run."""

    p50: float
    """Milliseconds."""
    p99: float
    per_second: float
    cpu: float
    """Milliseconds of the server's processor time for each request, user and system."""

    def __str__(self) -> str:
        return (
            f"p50 {self.p50:6.2f} ms   p99 {self.p99:6.2f} ms   {self.per_second:6.0f}/s"
            f"   {self.cpu:5.3f} ms of processor time each"
        )


def describe_generator() -> str:
    """Return what sends the requests."""
    return "wrk, one thread" if shutil.which("wrk") else "Python's asyncio, a process of its own"


def run_load(target: Target, seconds: float) -> LoadResult:
    """Send requests from `CLIENTS` clients; each sends the next one when it has its response."""
    before = read_processor_seconds(target.pid)
    run = _run_wrk if shutil.which("wrk") else _run_asyncio
    p50, p99, count, elapsed = run(target, seconds)
    spent = read_processor_seconds(target.pid) - before
    return LoadResult(p50 * 1000, p99 * 1000, count / elapsed, spent / count * 1000)


def time_first_request(target: Target) -> float:
    """Return the seconds of the first request, which fills caches and is no part of a load."""
    started = time.perf_counter()
    asyncio.run(_request_once(target))
    return time.perf_counter() - started


def read_processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used, user and system, in seconds (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _run_wrk(target: Target, seconds: float) -> tuple[float, float, int, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_REPORT)
        script.flush()
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds:.0f}s", "-s", script.name]
        command += ["-H", f"Authorization: Bearer {target.token}"] if target.token else []
        address = f"http://127.0.0.1:{target.port}{target.path}"
        done = subprocess.run([*command, address], check=True, capture_output=True, text=True)
    p50, p99, count, elapsed, failed = map(int, done.stdout.splitlines()[-1].split())
    assert not failed, done.stdout
    return p50 / 1e6, p99 / 1e6, count, elapsed / 1e6


def _run_asyncio(target: Target, seconds: float) -> tuple[float, float, int, float]:
    with ProcessPoolExecutor(1) as pool:
        times, elapsed = pool.submit(_collect_times, target, seconds).result()
    return statistics.median(times), times[int(len(times) * 0.99)], len(times), elapsed


def _collect_times(target: Target, seconds: float) -> tuple[list[float], float]:
    times: list[float] = []
    started = time.perf_counter()
    asyncio.run(_run_clients(target, started + seconds, times))
    return sorted(times), time.perf_counter() - started


async def _run_clients(target: Target, until: float, times: list[float]) -> None:
    await asyncio.gather(*(_run_client(target, until, times) for _ in range(CLIENTS)))


async def _request_once(target: Target) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    writer.write(_encode_request(target))
    await read_response(reader, 200)
    writer.close()


def _encode_request(target: Target) -> bytes:
    head = (
        f"GET {target.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {target.token}\r\n\r\n"
    )
    return head.encode()


async def _run_client(target: Target, until: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    request = _encode_request(target)
    while time.perf_counter() < until:
        sent = time.perf_counter()
        writer.write(request)
        await read_response(reader, 200)
        times.append(time.perf_counter() - sent)
    writer.close()


async def read_response(reader: asyncio.StreamReader, status: int) -> None:
    """Read one response, which must have this status."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d" % status), head
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
