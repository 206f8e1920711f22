"""Measure what `/metrics` costs a running service, in processor time.

    python benchmarks/metrics.py [--projects 200] [--contracts 20] [--database URL]

The figures of every project come from what is kept of its line, the first time too. Every tenth request
comes after an upload, as Prometheus' would.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from archguard.snapshot import Contract, Coverage, Graph, Snapshot, Tool, Upload
from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from archguard_api.store import Store, upgrade_schema
from service import Server

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 20
"""Milliseconds of processor time for 200 projects."""
SCRAPES = 50
_PROCESSOR_TIME = 2
"""Linux' CPUCLOCK_SCHED: with the process's number, the clock of all its threads together."""
ROUTES = (
    "",
    "/branches",
    "/snapshots",
    "/trend",
    "/violations",
    "/violations/groups?by=package",
    "/modules",
)


def make_upload(number: int, contracts: int) -> Upload:
    """Return a snapshot with so many contracts, none of them violated."""
    verdicts = tuple(
        Contract(
            id=f"contract-{index:03}",
            name="Nobody imports it",
            type="deprecated",
            kept=True,
            violations=0,
            exposure=number,
            lower_bound=False,
        )
        for index in range(contracts)
    )
    snapshot = Snapshot(
        format_version=1,
        tool=Tool(name="archguard", version="1"),
        commit=f"{number:040x}",
        parent=f"{number - 1:040x}" if number > 1 else None,
        committed_at=1_700_000_000 + number,
        configuration="c0" * 32,
        folder="",
        roots=(),
        graph=Graph(modules=("shop",), kinds="m", imports=()),
        contracts=verdicts,
        violations=(),
        coverage=Coverage(files=1, unread=()),
    )
    parents = () if snapshot.parent is None else (snapshot.parent,)
    return Upload(snapshot=snapshot, branch="main", ancestors=parents)


def read_milliseconds(process: int) -> float:
    """Return the processor time that a process has had, with its threads that have ended."""
    return time.clock_gettime(~process << 3 | _PROCESSOR_TIME) * 1000


def get(server: Server, path: str, token: str) -> int:
    """Return the length of a response."""
    address = f"http://127.0.0.1:{server.port}{path}"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as response:
        return len(response.read())


def measure(server: Server, token: str) -> float:
    """Return the milliseconds of processor time of one request."""
    before = read_milliseconds(server.pid)
    get(server, "/metrics", token)
    return read_milliseconds(server.pid) - before


def print_result(name: str, milliseconds: Sequence[float]) -> None:
    """Print the median and the maximum."""
    median, worst = statistics.median(milliseconds), max(milliseconds)
    verdict = "met" if median <= LIMIT else "MISSED"
    print(f"{name:32} median {median:5.1f} ms, worst {worst:5.1f} ms (limit {LIMIT} ms: {verdict})")


def main() -> None:
    """Fill a database, start the service and print the measurements."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--contracts", type=int, default=20)
    parser.add_argument("--database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.database or f"sqlite:///{folder}/archguard.db"
        upgrade_schema(url)
        store = Store(url, checkpoints=False)
        for project in range(options.projects):
            store.add_snapshot(f"project-{project:03}", make_upload(1, options.contracts), token_id=None)
        token, record = create_token(None, Scope.READ, now=int(time.time()), days=1)
        store.credentials.add_token(record)
        server = Server.start_archguard(Path(folder), url)
        try:
            print_result("first after the start", [measure(server, token)])
            for route in ROUTES:
                get(server, f"/api/v1/projects/project-000{route}", token)
            size = get(server, "/metrics", token)
            scrapes = []
            for number in range(SCRAPES):
                if number % 10 == 0:
                    upload = make_upload(2 + number // 10, options.contracts)
                    store.add_snapshot("project-000", upload, token_id=None)
                scrapes.append(measure(server, token))
            print_result(f"{options.projects} projects, {size // 1024} KiB", scrapes)
        finally:
            server.close()
            store.close()


if __name__ == "__main__":
    main()
