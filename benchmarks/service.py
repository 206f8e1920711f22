"""How fast the service answers, beside a bare FastAPI route of the same versions in the same run.

python benchmarks/service.py [--snapshots N]... [--uploads 200] [--database URL]

Server and load share the machine; 16 clients each send the next request when the last one is answered.
Bare route and trends take turns, and the medians of the rounds are compared with what is promised. A
database that is named keeps its histories: the next run need not put them in again, which takes minutes.
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

import load
import made_up
from archguard.snapshot import compress
from archguard.snapshot.codec import canonical
from archguard_api.services.tokens import Scope, create_token
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
    """A process that serves, until it is left."""

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port: int = found.getsockname()[1]
        script = [str(Path(sys.executable).with_name(arguments[0])), *arguments[1:]]
        with (folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*script, "--port", str(self.port)], stdout=log, stderr=log, cwd=folder
            )
        self._wait()

    @classmethod
    def bare(cls, folder: Path) -> Server:
        """A bare FastAPI application."""
        (folder / "bare.py").write_text(BARE)
        return cls(("uvicorn", "bare:app", "--no-access-log"), folder)

    @classmethod
    def archguard(cls, folder: Path, url: str) -> Server:
        """The service as it is shipped."""
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
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(15)


@dataclass(frozen=True)
class Bench:
    """Where everything is."""

    folder: Path
    url: str
    token: str


def fill(store: Store, count: int) -> str:
    """The project with a history of so many snapshots, put in unless it is there."""
    project = f"p{count}"
    found = store.get_project(project)
    if found is None or found.snapshots < count:
        started = time.perf_counter()
        for upload in made_up.histories(count):
            store.add_snapshot(project, upload, token_id=None)
        print(f"{count:,} snapshots put in, {time.perf_counter() - started:.0f} s", flush=True)
    return project


def trends(bench: Bench, projects: Mapping[int, str], seconds: float) -> None:
    """The bare route and each trend, in turns."""
    hello, server = Server.bare(bench.folder), Server.archguard(bench.folder, bench.url)
    targets = {"bare": load.Target(hello.port, hello.pid, "/hello")}
    for count, project in projects.items():
        path = f"/api/v1/projects/{project}/trend?contract=no-old"
        targets[f"{count:,}"] = load.Target(server.port, server.pid, path, bench.token)
    print(f"trend of so many snapshots, {load.CLIENTS} clients: {load.generator()}")
    found: dict[str, list[load.Load]] = {name: [] for name in targets}
    try:
        for name, target in targets.items():
            print(f"  {name:>8}   first request {load.first(target) * 1000:.0f} ms", flush=True)
            load.load(target, 1)
        for _ in range(ROUNDS):
            for name, target in targets.items():
                found[name].append(load.load(target, seconds))
                print(f"  {name:>8}   {found[name][-1]}", flush=True)
    finally:
        hello.close()
        server.close()
    _compare({name: statistics.median(one.p99 for one in loads) for name, loads in found.items()})


def _compare(p99: Mapping[str, float]) -> None:
    bare, first, *others = p99
    print(f"p99 in milliseconds, medians of {ROUNDS}: bare {p99[bare]:.2f}")
    print(f"  {first}: {p99[first]:.2f} (at most 25), {p99[first] / p99[bare]:.2f} x bare (at most 3)")
    for other in others:
        print(f"  {other}: {p99[other]:.2f}, {p99[other] / p99[first]:.2f} x that (at most 1.5)")


def uploads(bench: Bench, count: int) -> None:
    """Seed-sized uploads of which only the edges differ, one client and then four."""
    print(f"uploads of {made_up.MODULES:,} modules and {made_up.IMPORTS:,} imports (at least 25/s)")
    bodies = [compress(canonical(upload)) for upload in made_up.seed_sized(count)]
    server = Server.archguard(bench.folder, bench.url)
    try:
        for clients in (1, 4):
            project = f"seed-{int(time.time())}-{clients}"
            started, spent = time.perf_counter(), load.processor_time(server.pid)
            asyncio.run(_send(server.port, project, bench.token, bodies, clients))
            rate = count / (time.perf_counter() - started)
            spent = (load.processor_time(server.pid) - spent) / count
            print(
                f"  {clients} at once: {rate:.1f}/s, {spent * 1000:.1f} ms of processor time each",
                flush=True,
            )
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
            await load.answer(reader, 201)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))


def main() -> None:
    """Run it."""
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
        store.add_token(record)
        print(f"{store.backend}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
        projects = {count: fill(store, count) for count in arguments.snapshots or (10_000, 100_000)}
        store.close()
        bench = Bench(folder, url, token)
        trends(bench, projects, arguments.seconds)
        if arguments.uploads:
            uploads(bench, arguments.uploads)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
