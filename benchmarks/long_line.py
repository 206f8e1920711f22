"""Measure uploads out of order on a long branch, and every route over it: one table.

    python benchmarks/long_line.py --database sqlite:////tmp/bench/long.db
      ... --snapshots 20000 --violations 2000       sizes; an existing database is used again

The goals: an upload whose parent is 10,000 commits back costs at most 2 s of processor time, all in all;
no read waits for it, and no write longer than 200 ms.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import random
import tempfile
import threading
import time
from collections import Counter
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from archguard.snapshot import (
    Contract,
    Coverage,
    Graph,
    Occurrence,
    Snapshot,
    Tool,
    Upload,
    Violation,
)
from archguard_api.store import Store, blob_format, commit_links, schema, upgrade_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

CONTRACT = "one-execution-engine"
START, STEP = 1_600_000_000, 600
THRESHOLDS = (100_000, 20, 20)


def commit_id(name: str) -> str:
    return hashlib.sha1(name.encode()).hexdigest()


class History:
    """A line of commits, each of which fixes, adds and brings back a few violations."""

    def __init__(self, violations: int, contracts: int = 1) -> None:
        self._random = random.Random(11)
        self.contracts = (CONTRACT, *(f"contract-{number:02}" for number in range(1, contracts)))
        self._importers = [
            f"shop.package_{number % 97}.module_{number}" for number in range(3 * violations)
        ]
        self._open = {*self._importers[:violations]}
        self._known = {
            name: self._make(name, self.contracts[number % contracts])
            for number, name in enumerate(self._importers)
        }
        names = ("shop.old",)
        self._graph = Graph(modules=names, kinds="m", imports=())

    def _make(self, importer: str, contract: str) -> Violation:
        occurrence = Occurrence(path=f"{importer.replace('.', '/')}.py", line=3, kind="top-level")
        return Violation(
            contract=contract,
            importer=importer,
            imported="shop.old",
            ghost=False,
            occurrences=(occurrence,),
        )

    def uploads(self, count: int, start: int = START, step: int = STEP) -> Iterator[Upload]:
        for number in range(count):
            for name in self._random.sample(self._importers, 3):
                self._open ^= {name}
            yield self.upload(f"c{number}", f"c{number - 1}" if number else None, start + step * number)

    def upload(
        self, name: str, parent: str | None, committed_at: int, ancestors: tuple[str, ...] = ()
    ) -> Upload:
        violations = tuple(self._known[importer] for importer in sorted(self._open))
        counts = Counter(violation.contract for violation in violations)
        verdicts = tuple(
            Contract(
                id=contract,
                name="UserExecutionEngine is the only execution engine",
                type="deprecated",
                kept=not counts[contract],
                violations=counts[contract],
                exposure=counts[contract],
                lower_bound=False,
            )
            for contract in self.contracts
        )
        first = None if parent is None else commit_id(parent)
        snapshot = Snapshot.model_construct(
            format_version=1,
            tool=Tool(name="archguard", version="0.1.0"),
            commit=commit_id(name),
            parent=first,
            committed_at=committed_at,
            configuration="c" * 64,
            folder="",
            roots=(),
            graph=self._graph,
            contracts=verdicts,
            violations=violations,
            coverage=Coverage(files=1, unread=()),
        )
        return Upload.model_construct(
            snapshot=snapshot,
            branch="main",
            ancestors=() if first is None else (first, *map(commit_id, ancestors)),
            build=None,
        )


def add(store: Store, project: str, upload: Upload) -> None:
    digest = hashlib.sha256(upload.snapshot.commit.encode()).hexdigest()
    store.add_snapshot(project, upload, token_id=None, digest=digest)


def print_row(title: str, figure: float, unit: str) -> None:
    print(f"{title:<74} {figure:>10,.1f} {unit}", flush=True)


class Neighbours:
    """Readers of the line and writers of another project, and how long they waited."""

    def __init__(self, store: Store, count: int) -> None:
        self._store = store
        self._stop = threading.Event()
        self._count = count
        self.reads: list[float] = []
        self.writes: list[float] = []
        self._threads = [threading.Thread(target=work) for work in (self._read, self._write)]

    def __enter__(self) -> Neighbours:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        while not self._stop.wait(0.02):
            start = time.perf_counter()
            self._store.get_trend("long", CONTRACT)
            self._store.get_branch("long")
            self.reads.append(time.perf_counter() - start)

    def _write(self) -> None:
        history = History(20)
        for upload in history.uploads(100_000):
            if self._stop.wait(0.02):
                return
            start = time.perf_counter()
            add(self._store, f"neighbour-{self._count}", upload)
            self.writes.append(time.perf_counter() - start)


def measure(store: Store, title: str, uploads: list[Upload]) -> None:
    """Measure the processor time of uploads and the rebuild; then again how long others wait."""
    gc.collect()
    start = time.process_time()
    for upload in uploads:
        add(store, "long", upload)
    uploaded = time.process_time()
    store.upkeep.finish_rebuilds()
    end = time.process_time()
    print_row(f"{title}: processor time", end - start, "s")
    print_row("  of it the upload itself", 1000 * (uploaded - start), "ms")


def measure_waits(store: Store, title: str, upload: Upload, count: int) -> None:
    with Neighbours(store, count) as neighbours:
        time.sleep(0.5)
        add(store, "long", upload)
        start = time.perf_counter()
        while store.upkeep.rebuild_next(pause=lambda: time.sleep(0.002)):
            pass
        took = time.perf_counter() - start
    print_row(f"{title}: the rebuild took", took, "s")
    print_row(
        f"  the longest of {len(neighbours.reads)} reads of its trend",
        1000 * max(neighbours.reads),
        "ms",
    )
    print_row(
        f"  the longest of {len(neighbours.writes)} writes elsewhere",
        1000 * max(neighbours.writes),
        "ms",
    )


def build(store: Store, snapshots: int, violations: int, contracts: int = 1) -> History:
    """Store a long line as so many uploads would have left it, but for the details of violations."""
    history = History(violations, contracts)
    uploads = history.uploads(snapshots)
    if store.get_branch("long") is not None:
        for _ in uploads:
            pass
        return history
    start = time.process_time()
    add(store, "long", next(uploads))
    for batch in iter(lambda: list(islice(uploads, 500)), []):
        store._database.write(partial(write_snapshots, store=store, uploads=batch))
    print_row(f"{snapshots:,} snapshots written: processor time", time.process_time() - start, "s")
    start = time.process_time()
    store.upkeep.finish_rebuilds()
    print_row("  the whole line computed: processor time", time.process_time() - start, "s")
    return history


def write_snapshots(connection: Connection, *, store: Store, uploads: list[Upload]) -> None:
    """Write the rows of snapshots, and mark their branch."""
    blobs = store._uploads._blobs
    first = connection.execute(select(schema.snapshots).order_by(schema.snapshots.c.id.desc())).first()
    assert first is not None
    row = dict(first._mapping)
    names: set[str] = {violation.importer for one in uploads for violation in one.snapshot.violations}
    names |= {violation.contract for one in uploads for violation in one.snapshot.violations}
    ids = store.upkeep._rebuilds._names.intern(connection, 1, names | {"shop.old"}, {})
    for one in uploads:
        identities = [
            (ids[it.contract], ids[it.importer], ids["shop.old"]) for it in one.snapshot.violations
        ]
        data = {
            "violations_id": blob_format.pack_identities(identities),
            "facts_id": blob_format.pack_facts(one.snapshot),
        }
        digests = {kind: hashlib.sha256(blob).digest() for kind, blob in data.items()}
        row |= blobs.add(connection, 1, data, digests, {kind: row[kind] for kind in data})
        blobs.remember({row[kind]: blob for kind, blob in data.items()})
        commit = commit_links.record_commit(connection, 1, one.snapshot.commit, one.ancestors)
        row |= {
            "id": row["id"] + 1,
            "commit_id": commit.commit,
            "committed_at": one.snapshot.committed_at,
        }
        row["digest"] = hashlib.sha256(one.snapshot.commit.encode()).digest()
        connection.execute(insert(schema.snapshots), row)
        pushed = {"branch_id": 1, "snapshot_id": row["id"], "commit_id": commit.commit}
        connection.execute(insert(schema.branch_snapshots), pushed)
    count = schema.projects.c.snapshots + len(uploads)
    connection.execute(update(schema.projects).values(snapshots=count))
    version = schema.branches.c.version + 1
    connection.execute(update(schema.branches).values(stale=True, version=version))


def measure_rebuilds(store: Store, history: History, snapshots: int) -> None:
    middle, last = snapshots // 2, snapshots - 1
    late = START + STEP * snapshots
    measure(
        store,
        "a force-push: a parent half-way back",
        [history.upload("f0", f"c{middle}", late + 1)],
    )
    measure(
        store,
        "the old end is pushed on: half of the line comes back",
        [history.upload("g0", f"c{last}", late + 2)],
    )
    late_commit = history.upload("x0", f"c{middle}", START + STEP * middle + 1)
    linking = history.upload("x1", "g0", late + 3)
    measure(store, "a commit half-way back that is no end", [late_commit, linking])
    measure_waits(store, "a force-push with others at work", history.upload("f1", "f0", late + 4), 1)
    measure_waits(store, "and back", history.upload("x2", "x1", late + 5), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database")
    parser.add_argument("--snapshots", type=int, default=20_000)
    parser.add_argument("--violations", type=int, default=2000)
    options = parser.parse_args()
    gc.set_threshold(*THRESHOLDS)
    with tempfile.TemporaryDirectory() as folder:
        url = options.database or f"sqlite:///{Path(folder)}/long.db"
        upgrade_schema(url)
        store = Store(url, reserve_bytes=0)
        print(store.backend)
        history = build(store, options.snapshots, options.violations)
        measure_rebuilds(store, history, options.snapshots)
        store.close()


if __name__ == "__main__":
    main()
