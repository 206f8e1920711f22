"""Compare the service with a bare FastAPI route of the same versions, in the same run.

python benchmarks/service.py [--snapshots N]... [--uploads 200] [--database URL]

Server and clients share the machine; each of 16 clients sends the next request when it has its response.
Bare route and trends take turns, and the medians of the rounds are compared with the promised limits.
A database given with --database keeps its histories for the next run: storing them takes minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import load_generator
import sample_histories
from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from archguard_api.store import Store, upgrade_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROUNDS = 5
BARE = """
from fastapi import FastAPI
app = FastAPI()
@app.get("/hello")
async def hello() -> dict[str, str]:
    return {"hello": "world"}
"""


class Server:
    """A server in a process of its own, until it is closed."""

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        script = [str(Path(sys.executable).with_name(arguments[0])), *arguments[1:]]
        with (folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*script, "--port", str(self.port)], stdout=log, stderr=log, cwd=folder
            )
        self._wait()

    @classmethod
    def start_bare(cls, folder: Path) -> Server:
        """Start a bare FastAPI application."""
        (folder / "bare.py").write_text(BARE)
        return cls(("uvicorn", "bare:app", "--no-access-log"), folder)

    @classmethod
    def start_archguard(cls, folder: Path, url: str) -> Server:
        """Start the service as it is shipped."""
        return cls(("archguard", "serve", "--database", url), folder)

    @property
    def pid(self) -> int:
        return self._process.pid

    def _wait(self) -> None:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit("the server does not answer")

    def close(self) -> None:
        """Stop the server."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(15)


@dataclass(frozen=True)
class Setup:
    """The files, the database and the token of a run."""

    folder: Path
    url: str
    token: str


def store_history(store: Store, count: int) -> str:
    """Store a project with a history of `count` snapshots, unless it exists; return its name."""
    project = f"p{count}"
    existing = store.get_project(project)
    if existing is None or existing.snapshots < count:
        started = time.perf_counter()
        for upload in sample_histories.generate_burn_down(count):
            store.add_snapshot(project, upload, token_id=None)
        print(f"{count:,} snapshots stored in {time.perf_counter() - started:.0f} s", flush=True)
    return project


def measure_trends(setup: Setup, projects: Mapping[int, str], seconds: float) -> None:
    """Measure the bare route and each trend, in turns."""
    bare, server = Server.start_bare(setup.folder), Server.start_archguard(setup.folder, setup.url)
    targets = {"bare": load_generator.Target(bare.port, bare.pid, "/hello")}
    for count, project in projects.items():
        path = f"/api/v1/projects/{project}/trend?contract=no-old"
        targets[f"{count:,}"] = load_generator.Target(server.port, server.pid, path, setup.token)
    clients = f"{load_generator.CLIENTS} clients: {load_generator.describe_generator()}"
    print(f"trend, by number of snapshots, {clients}")
    results: dict[str, list[load_generator.LoadResult]] = {name: [] for name in targets}
    try:
        for name, target in targets.items():
            print(
                f"  {name:>8}   first request {load_generator.time_first_request(target) * 1000:.0f} ms",
                flush=True,
            )
            load_generator.run_load(target, 1)
        for _ in range(ROUNDS):
            for name, target in targets.items():
                results[name].append(load_generator.run_load(target, seconds))
                print(f"  {name:>8}   {results[name][-1]}", flush=True)
    finally:
        bare.close()
        server.close()
    _print_comparison(
        {name: statistics.median(run.p99 for run in runs) for name, runs in results.items()}
    )


def _print_comparison(p99: Mapping[str, float]) -> None:
    bare, first, *others = p99
    print(f"p99 in milliseconds, medians of {ROUNDS}: bare {p99[bare]:.2f}")
    print(f"  {first}: {p99[first]:.2f} (at most 25), {p99[first] / p99[bare]:.2f} x bare (at most 3)")
    for other in others:
        print(f"  {other}: {p99[other]:.2f}, {p99[other] / p99[first]:.2f} x that (at most 1.5)")


def measure_uploads(setup: Setup, count: int) -> None:
    """Measure seed-sized uploads that differ in edges only, with one client and then four."""
    modules, imports = sample_histories.MODULES, sample_histories.IMPORTS
    print(f"uploads of {modules:,} modules and {imports:,} imports (at least 25/s)")
    bodies = [compress(encode(upload)) for upload in sample_histories.generate_seed_sized(count)]
    server = Server.start_archguard(setup.folder, setup.url)
    try:
        for clients in (1, 4):
            project = f"seed-{int(time.time())}-{clients}"
            started, spent = time.perf_counter(), load_generator.read_processor_seconds(server.pid)
            asyncio.run(_send_all(server.port, project, setup.token, bodies, clients))
            rate = count / (time.perf_counter() - started)
            spent = (load_generator.read_processor_seconds(server.pid) - spent) / count
            print(
                f"  {clients} at once: {rate:.1f}/s, {spent * 1000:.1f} ms of processor time each",
                flush=True,
            )
    finally:
        server.close()


async def _send_all(port: int, project: str, token: str, bodies: list[bytes], clients: int) -> None:
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
            await load_generator.read_response(reader, 201)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--snapshots", type=int, action="append", help="Default: 10000, then 100000.")
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--database", help="Default: SQLite in a temporary folder.")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="archguard-benchmark-"))
    url = arguments.database or f"sqlite:///{folder}/archguard.db"
    try:
        upgrade_schema(url)
        store = Store(url)
        token, record = create_token(None, Scope.ADMIN, now=int(time.time()), days=None)
        store.credentials.add_token(record)
        print(f"{store.backend}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
        projects = {
            count: store_history(store, count) for count in arguments.snapshots or (10_000, 100_000)
        }
        store.close()
        setup = Setup(folder, url, token)
        measure_trends(setup, projects, arguments.seconds)
        if arguments.uploads:
            measure_uploads(setup, arguments.uploads)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
