"""How fast the service answers, beside a bare FastAPI route of the same versions in the same run.

    python benchmarks/service.py [--snapshots 10000] [--snapshots 100000] [--uploads 200] [--database URL]

Server and load share the machine. The load is 16 clients that each send the next request when the last one is answered, over
plain sockets, in a process of its own. Every figure is printed with its bare one; runs alternate.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archguard.snapshot import Contract, Coverage, Graph, Snapshot, Tool, Upload, Violation, compress
from archguard.snapshot.encoding import canonical
from archguard_api.store import Store, upgrade
from archguard_api.tokens import Scope, mint

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS = 16
DAY = 86_400
MODULES, IMPORTS = 8_050, 28_355
ROUNDS = 3
BARE = """
from fastapi import FastAPI
app = FastAPI()
@app.get("/hello")
async def hello() -> dict[str, str]:
    return {"hello": "world"}
"""


@dataclass(frozen=True)
class Latencies:
    """Of one run, in milliseconds."""

    p50: float
    p99: float
    per_second: float

    def __str__(self) -> str:
        return f"p50 {self.p50:6.2f} ms   p99 {self.p99:6.2f} ms   {self.per_second:6.0f}/s"


def load(port: int, path: str, token: str, seconds: float) -> Latencies:
    """Ask one thing again and again, from another process."""
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(_load, port, path, token, seconds).result()


def _load(port: int, path: str, token: str, seconds: float) -> Latencies:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    times: list[float] = []
    started = time.perf_counter()
    asyncio.run(_clients(port, request, started + seconds, times))
    spent = time.perf_counter() - started
    ordered = sorted(times)
    return Latencies(
        statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.99)] * 1000, len(ordered) / spent
    )


async def _clients(port: int, request: bytes, until: float, times: list[float]) -> None:
    await asyncio.gather(*(_client(port, request, until, times) for _ in range(CLIENTS)))


async def _client(port: int, request: bytes, until: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        sent = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(time.perf_counter() - sent)
    writer.close()


def histories(count: int) -> Iterator[Upload]:
    """A burn-down of so many commits: a small graph, so that the rows are what counts."""
    rng = random.Random(7)
    left = [f"shop.m{number:03}" for number in range(120)]
    parent = None
    for number in range(count):
        if rng.random() < 0.2 and len(left) > 1:
            left.pop(rng.randrange(len(left)))
        elif rng.random() < 0.05:
            left.append(f"shop.n{number}")
        upload = _upload(number, parent, sorted(set(left)))
        parent = upload.snapshot.commit
        yield upload


def _upload(number: int, parent: str | None, importers: list[str]) -> Upload:
    modules = tuple(sorted([*importers, "shop.old"]))
    old = modules.index("shop.old")
    violations = tuple(
        Violation(contract="no-old", importer=one, imported="shop.old", ghost=False, occurrences=())
        for one in importers
    )
    contract = Contract(
        id="no-old", name="No old", type="deprecated", kept=False, violations=len(importers),
        exposure=len(importers), lower_bound=False,
    )
    graph = Graph(
        modules=modules,
        kinds="m" * len(modules),
        imports=tuple((at, old) for at in range(len(modules)) if at != old),
    )
    return _whole(number, parent, graph, (contract,), violations)


def _whole(
    number: int,
    parent: str | None,
    graph: Graph,
    contracts: tuple[Contract, ...],
    violations: tuple[Violation, ...],
) -> Upload:
    snapshot = Snapshot(
        format_version=1,
        tool=Tool(name="archguard", version="1"),
        commit=f"{number + 1:040x}",
        parent=parent,
        committed_at=1_600_000_000 + number * 3600,
        configuration="c" * 64,
        folder="",
        roots=(),
        graph=graph,
        contracts=contracts,
        violations=violations,
        coverage=Coverage(files=10, unread=()),
    )
    return Upload(snapshot=snapshot, branch="main", ancestors=() if parent is None else (parent,))


def seed_sized(count: int) -> Iterator[Upload]:
    """Graphs of the seed's size in which a few imports differ from one to the next."""
    rng = random.Random(11)
    names = tuple(sorted(f"netra.part{number % 90:02}.module{number:05}" for number in range(MODULES)))
    pairs = {(rng.randrange(MODULES), rng.randrange(MODULES)) for _ in range(IMPORTS * 2)}
    imports = sorted(pairs)[:IMPORTS]
    parent = None
    for number in range(count):
        for _ in range(5):
            imports[rng.randrange(IMPORTS)] = (rng.randrange(MODULES), rng.randrange(MODULES))
        graph = Graph(modules=names, kinds="m" * MODULES, imports=tuple(sorted(set(imports))))
        upload = _whole(number, parent, graph, (), ())
        parent = upload.snapshot.commit
        yield upload


class Server:
    """A process that serves, until it is left."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._log = (folder / "server.log").open("ab")
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log, cwd=folder)

    def wait(self, port: int) -> None:
        """Until it answers."""
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit("the server does not answer")

    def close(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(15)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def bare(folder: Path) -> tuple[Server, int]:
    """A bare FastAPI application."""
    (folder / "bare.py").write_text(BARE)
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bare:app", "--port", str(port), "--no-access-log"]
    server = Server(command, folder)
    server.wait(port)
    return server, port


def archguard(folder: Path, url: str) -> tuple[Server, int]:
    """The service as it is shipped."""
    port = free_port()
    script = str(Path(sys.executable).with_name("archguard"))
    server = Server([script, "serve", "--port", str(port), "--database", url], folder)
    server.wait(port)
    return server, port


def trends(folder: Path, url: str, project: str, token: str, seconds: float) -> None:
    """The trend, and the bare route, in turns."""
    (hello, hello_port), (server, port) = bare(folder), archguard(folder, url)
    path = f"/api/v1/projects/{project}/trend?contract=no-old"
    try:
        load(port, path, token, 1)
        load(hello_port, "/hello", token, 1)
        pairs = [
            (load(hello_port, "/hello", token, seconds), load(port, path, token, seconds))
            for _ in range(ROUNDS)
        ]
    finally:
        hello.close()
        server.close()
    for plain, ours in pairs:
        print(f"  bare   {plain}\n  trend  {ours}   p99 {ours.p99 / plain.p99:.1f} x bare")


def uploads(folder: Path, url: str, token: str, count: int) -> None:
    """Seed-sized uploads, one client and then four."""
    bodies = [compress(canonical(upload)) for upload in seed_sized(count)]
    server, port = archguard(folder, url)
    try:
        for clients in (1, 4):
            started = time.perf_counter()
            asyncio.run(_send(port, f"seed{clients}", token, bodies, clients))
            spent = time.perf_counter() - started
            print(f"  {clients} client{'s' * (clients > 1)}: {len(bodies) / spent:.1f} uploads/s of {len(bodies)}")
    finally:
        server.close()


async def _send(port: int, project: str, token: str, bodies: list[bytes], clients: int) -> None:
    waiting = iter(bodies)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in waiting:
            writer.write(
                f"POST /api/v1/projects/{project}/snapshots HTTP/1.1\r\nHost: localhost\r\n"
                f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                f"Content-Encoding: zstd\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 201"), head
            await reader.readexactly(
                int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            )
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", type=int, action="append")
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--database", help="Default: SQLite in a temporary folder.")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="archguard-benchmark-"))
    url = arguments.database or f"sqlite:///{folder}/archguard.db"
    try:
        upgrade(url)
        store = Store(url)
        token, record = mint(None, Scope.ADMIN, now=int(time.time()), days=None)
        store.add_token(record)
        print(json.dumps({"backend": store.backend, "cpus": os.cpu_count()}))
        if arguments.uploads:
            print(f"uploads of {MODULES:,} modules and {IMPORTS:,} imports")
            uploads(folder, url, token, arguments.uploads)
        for count in arguments.snapshots or [10_000]:
            started = time.perf_counter()
            for upload in histories(count):
                store.add_snapshot(f"p{count}", upload, token_id=None)
            print(f"{count:,} snapshots put in, {time.perf_counter() - started:.0f} s; {CLIENTS} clients")
            trends(folder, url, f"p{count}", token, arguments.seconds)
        store.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
