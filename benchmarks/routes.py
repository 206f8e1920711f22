"""Measure every route over 20,000 snapshots and 200 projects, in processor time of a real service.

    python benchmarks/routes.py --database sqlite:////tmp/bench/routes.db
      ... --snapshots 20000 --contracts 12 --projects 200      sizes; an existing database is used again

For each route: the first request after a start, the first after an upload to another project, the first
after an upload to the project itself, and one that changes nothing since. The goal: at most 100 ms each.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import long_line
from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from archguard_api.store import Store, upgrade_schema
from archguard_api.times import DAY
from metrics import get, read_milliseconds
from service import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.snapshot import Upload

LIMIT = 100
"""Milliseconds of processor time."""
SNAPSHOTS_ELSEWHERE = 60
DAYS_BETWEEN = 2
"""A forecast looks back for 84."""
MODULE = "shop.package_5.module_5"
LONG = "/api/v1/projects/long"
ROUTES = {
    "/projects": "/api/v1/projects?limit=200",
    "/projects, 50": "/api/v1/projects",
    "/projects/{p}": LONG,
    "…/branches": f"{LONG}/branches",
    "…/snapshots": f"{LONG}/snapshots?branch=main&limit=200",
    "…/snapshots/{commit}": f"{LONG}/snapshots/{{tip}}",
    "…/trend": f"{LONG}/trend?contract={long_line.CONTRACT}",
    "…/trend, full": f"{LONG}/trend?contract={long_line.CONTRACT}&points=10000",
    "…/violations": f"{LONG}/violations?limit=200",
    "…/violations, one contract": f"{LONG}/violations?limit=200&contract={long_line.CONTRACT}",
    "…/violations, fixed": f"{LONG}/violations?state=fixed&limit=200",
    "…/violations/groups": f"{LONG}/violations/groups?by=package",
    "…/compare": f"{LONG}/compare?head={{tip}}",
    "…/compare, half of the line": f"{LONG}/compare?base={{middle}}&head={{tip}}",
    "…/modules": f"{LONG}/modules",
    "…/modules/{m}": f"{LONG}/modules/shop.old",
    "…/modules/{m}/history": f"{LONG}/modules/{MODULE}/history",
    "…/modules/{m}/history, all": f"{LONG}/modules/shop.old/history",
    "/badge/{p}.svg": "/badge/long.svg",
    "/chart/{p}.svg": f"/chart/long.svg?contract={long_line.CONTRACT}",
    "/summary": "/api/v1/summary",
    "/violations": "/api/v1/violations?limit=200",
    "/violations, no such owner": "/api/v1/violations?owner=@nobody",
    "/metrics": "/metrics",
}


class Bench:
    """A service over a database that has the histories, and the ways to change it from outside."""

    def __init__(
        self, store: Store, history: long_line.History, middle: str, url: str, folder: Path
    ) -> None:
        self._store = store
        self._middle = middle
        self._url = url
        self._folder = folder
        self.token, record = create_token(None, Scope.READ, now=int(time.time()), days=1)
        store.credentials.add_token(record)
        self._long = self._upload_on(history, "tip")
        self._elsewhere = self._upload_on(long_line.History(20, 3), "elsewhere")
        branch = store.get_branch("long")
        assert branch is not None
        assert branch.tip is not None
        self._parent = branch.tip.commit
        self.upload_to_long()
        self.server = self.start()

    def start(self) -> Server:
        """Start the service."""
        return Server.start_archguard(self._folder, self._url)

    def _upload_on(self, history: long_line.History, name: str) -> Iterator[Upload]:
        for number in count(time.time_ns()):
            yield history.upload(f"{name}-{number}", None, int(time.time()))

    def upload_to_long(self) -> None:
        upload = next(self._long)
        snapshot = upload.snapshot.model_copy(update={"parent": self._parent})
        upload = upload.model_copy(update={"snapshot": snapshot, "ancestors": (self._parent,)})
        long_line.add(self._store, "long", upload)
        self._parent = snapshot.commit

    def upload_elsewhere(self) -> None:
        long_line.add(self._store, "elsewhere", next(self._elsewhere))

    def measure(self, path: str) -> float:
        """Return the milliseconds of processor time of one request."""
        path = path.format(tip=self._parent, middle=self._middle)
        before = read_milliseconds(self.server.pid)
        size = get(self.server, path, self.token)
        assert size > 100, path
        return read_milliseconds(self.server.pid) - before


def fill_others(store: Store, projects: int, contracts: int) -> None:
    """Store the other projects."""
    started = time.process_time()
    for number in range(1, projects):
        name = f"project-{number:03}"
        if store.get_project(name) is None:
            history = long_line.History(30, contracts)
            step = DAYS_BETWEEN * DAY
            for upload in history.uploads(
                SNAPSHOTS_ELSEWHERE, int(time.time()) - SNAPSHOTS_ELSEWHERE * step, step
            ):
                long_line.add(store, name, upload)
    long_line.print_row(
        f"{projects - 1} more projects: processor time", time.process_time() - started, "s"
    )


def print_table(bench: Bench) -> None:
    """Measure and print."""
    columns = ("cold", "elsewhere", "own upload", "again")
    print(f"{'milliseconds of processor time':<34}" + "".join(f"{one:>12}" for one in columns))
    worst = 0.0
    for name, path in ROUTES.items():
        bench.server.close()
        bench.server = bench.start()
        get(bench.server, "/healthz", bench.token)
        get(bench.server, "/api/v1/projects/project-001/branches", bench.token)
        figures = [bench.measure(path)]
        bench.measure(path)
        for change in (bench.upload_elsewhere, bench.upload_to_long):
            change()
            figures.append(bench.measure(path))
        figures.append(min(bench.measure(path) for _ in range(3)))
        worst = max(worst, *figures)
        marks = [f"{one:>10.1f}{' !' if one > LIMIT else '  '}" for one in figures]
        print(f"{name:<34}" + "".join(marks), flush=True)
    print(f"the most expensive request: {worst:.1f} ms ({'met' if worst <= LIMIT else 'MISSED'})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database")
    parser.add_argument("--snapshots", type=int, default=20_000)
    parser.add_argument("--violations", type=int, default=2000)
    parser.add_argument("--contracts", type=int, default=12)
    parser.add_argument("--projects", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.database or f"sqlite:///{Path(folder)}/routes.db"
        upgrade_schema(url)
        store = Store(url, reserve_bytes=0, checkpoints=False)
        print(store.backend)
        history = long_line.build(store, options.snapshots, options.violations, options.contracts)
        fill_others(store, options.projects, options.contracts)
        middle = long_line.commit_id(f"c{options.snapshots // 2}")
        bench = Bench(store, history, middle, url, Path(folder))
        try:
            print_table(bench)
        finally:
            bench.server.close()
            store.close()


if __name__ == "__main__":
    main()
