"""Measure the service's store: one table.

    python benchmarks/store.py --database sqlite:////tmp/bench/archguard.db        a new file
    python benchmarks/store.py --database postgresql://...                         an empty database
      ... --snapshots 1463 --trend 10000 100000                                    sizes to measure

Graphs have the size of the seed's (8,050 modules, 28,355 edges). Each commit changes three imports; in
the realistic history half of the commits also add or remove a module, and the lines of violations move.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import random
import statistics
import time
from typing import TYPE_CHECKING

from sqlalchemy import text

from archguard.snapshot import (
    Contract,
    Coverage,
    Graph,
    Occurrence,
    Snapshot,
    Tool,
    Upload,
    Violation,
    compress,
    decompress,
    parse_upload,
)
from archguard.snapshot.codec import encode
from archguard_api.store import Store, upgrade_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES, EDGES, BROKEN = 8050, 28_355, 41
CONTRACT = "one-execution-engine"
WORDS = [
    "agents",
    "core",
    "services",
    "auth",
    "billing",
    "websocket",
    "supervisor",
    "execution",
    "engine",
    "user",
    "context",
    "manager",
    "registry",
    "legacy",
    "adapter",
    "tests",
    "unit",
    "integration",
    "database",
    "routes",
    "schemas",
    "middleware",
    "monitoring",
    "startup",
]
THRESHOLDS = (100_000, 20, 20)
"""Of the garbage collector: with Python's defaults, it takes nearly half of an upload's time."""
START = 1_700_000_000


class Repository:
    """Made-up commits with realistic names, the same each time."""

    def __init__(
        self, *, mixed: bool, modules: int = MODULES, edges: int = EDGES, broken: int = BROKEN
    ) -> None:
        self.random = random.Random(7)
        self.mixed = mixed
        self.names: list[str] = []
        self._seen: set[str] = set()
        while len(self.names) < modules:
            self._add_module()
        self.edges: set[tuple[str, str]] = set()
        while len(self.edges) < edges:
            self._add_import()
        self.lines = {self._choose_module(): self.random.randrange(1, 300) for _ in range(broken)}
        self.number = 0

    def uploads(self, count: int) -> Iterator[Upload]:
        for _ in range(count):
            self._change()
            yield self._upload()
            self.number += 1

    def _add_module(self) -> None:
        depth = self.random.randrange(2, 6)
        tail = f"{self.random.choice(WORDS)}_{self.random.choice(WORDS)}_{self.random.randrange(100)}"
        name = ".".join(["netra_backend", *(self.random.choice(WORDS) for _ in range(depth)), tail])
        if name not in self._seen:
            self._seen.add(name)
            self.names.append(name)

    def _choose_module(self) -> str:
        return self.random.choice(self.names)

    def _add_import(self) -> None:
        popular = min(int(self.random.paretovariate(0.4)) - 1, len(self.names) - 1)
        self.edges.add((self._choose_module(), self.names[popular]))

    def _change(self) -> None:
        for edge in self.random.sample(sorted(self.edges), 3):
            self.edges.discard(edge)
            self._add_import()
        if not self.mixed:
            return
        for importer in self.random.sample(sorted(self.lines), min(3, len(self.lines))):
            self.lines[importer] += self.random.randrange(-3, 9) if self.lines[importer] > 3 else 5
        if self.number % 2:
            self._add_module()
            self.edges |= {(self.names[-1], self._choose_module()) for _ in range(4)}
        if self.number % 4 == 1:
            removed = self.names.pop(self.random.randrange(len(self.names)))
            self.edges = {edge for edge in self.edges if removed not in edge}
        if self.number % 10 == 0 and self.lines:
            self.lines.pop(self.random.choice(sorted(self.lines)))
            self.lines[self._choose_module()] = 10

    def _upload(self) -> Upload:
        names = sorted({*self.names, *self.lines, *(name for edge in self.edges for name in edge)})
        index = {name: number for number, name in enumerate(names)}
        parent = _make_commit_id(self.number - 1) if self.number else None
        violations = tuple(
            Violation(
                contract=CONTRACT,
                importer=importer,
                imported="netra_backend.app.agents.execution_engine",
                ghost=True,
                occurrences=(
                    Occurrence(path=f"{importer.replace('.', '/')}.py", line=line, kind="top-level"),
                ),
            )
            for importer, line in sorted(self.lines.items())
        )
        contract = Contract(
            id=CONTRACT,
            name="UserExecutionEngine is the only execution engine",
            type="deprecated",
            kept=False,
            violations=len(violations),
            exposure=200 + self.number % 7,
            lower_bound=False,
        )
        return Upload(
            snapshot=Snapshot(
                format_version=1,
                tool=Tool(name="archguard", version="0.1.0"),
                commit=_make_commit_id(self.number),
                parent=parent,
                committed_at=START + 600 * self.number,
                configuration="c" * 64,
                folder="",
                roots=(),
                graph=Graph(
                    modules=tuple(names),
                    kinds="m" * len(names),
                    imports=tuple(sorted((index[a], index[b]) for a, b in self.edges)),
                ),
                contracts=(contract,),
                violations=violations,
                coverage=Coverage(files=len(names), unread=()),
            ),
            branch="main",
        )


def _make_commit_id(number: int) -> str:
    return hashlib.sha1(str(number).encode()).hexdigest()


def _print_row(title: str, figure: float, unit: str) -> None:
    print(f"{title:<66} {figure:>12,.1f} {unit}", flush=True)


def _measure_speed(store: Store, count: int) -> None:
    bodies = [compress(encode(upload)) for upload in Repository(mixed=False).uploads(count + 5)]
    gc.collect()
    gc.freeze()  # the bodies are not the store's
    gc.set_threshold(*THRESHOLDS)
    parsing, adding = [], []
    cpu = 0.0
    for number, body in enumerate(bodies):
        start = time.perf_counter()
        cpu_start = time.process_time()
        upload = parse_upload(decompress(body))
        parsed = time.perf_counter()
        store.add_snapshot("speed", upload, token_id=None)
        if number >= 5:
            parsing.append(parsed - start)
            adding.append(time.perf_counter() - parsed)
            cpu += time.process_time() - cpu_start
    _print_row("uploads, parsed from the wire", count / (sum(parsing) + sum(adding)), "/s")
    _print_row("uploads, parsed before", count / sum(adding), "/s")
    _print_row("  median of parsing", 1000 * statistics.median(parsing), "ms")
    _print_row("  median of add_snapshot", 1000 * statistics.median(adding), "ms")
    _print_row("  processor time of both, this process", 1000 * cpu / count, "ms each")


def _measure_size(store: Store, url: str, count: int) -> None:
    before = _count_bytes(store)
    uploads = Repository(mixed=True).uploads(count)
    commits = [store.add_snapshot("size", upload, token_id=None).commit for upload in uploads]
    _print_row(
        f"bytes of {count:,} snapshots, realistic mix", (_count_bytes(store) - before) / 2**20, "MiB"
    )
    times, spent = [], []
    for commit in random.Random(1).sample(commits, min(50, count)):
        fresh = Store(url, reserve_bytes=0)  # with empty caches
        start, cpu_start = time.perf_counter(), time.process_time()
        graph = fresh.get_graph("size", commit)
        assert graph is not None
        graph.model_dump_json()
        times.append(time.perf_counter() - start)
        spent.append(time.process_time() - cpu_start)
        fresh.close()
    _print_row(
        "  a graph as JSON from a new process, median of 50", 1000 * statistics.median(times), "ms"
    )
    _print_row("    the slowest of them", 1000 * max(times), "ms")
    _print_row("    processor time, median", 1000 * statistics.median(spent), "ms")


def _count_bytes(store: Store) -> int:
    with store._engines.writer.connect() as connection:
        if store._engines.file is None:
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        pages = connection.scalar(text("PRAGMA page_count")) or 0
        free = connection.scalar(text("PRAGMA freelist_count")) or 0
        return (int(pages) - int(free)) * int(connection.scalar(text("PRAGMA page_size")) or 0)


def _measure_trend(store: Store, url: str, count: int) -> None:
    project = f"trend-{count}"
    start = time.perf_counter()
    for upload in Repository(mixed=True, modules=60, edges=100, broken=20).uploads(count):
        store.add_snapshot(project, upload, token_id=None)
    _print_row(f"small uploads, {count:,} of them", count / (time.perf_counter() - start), "/s")
    fresh = Store(url, reserve_bytes=0)
    times = []
    for _ in range(21):
        start = time.perf_counter()
        assert len(fresh.get_trend(project, CONTRACT, "main")) == count
        times.append(time.perf_counter() - start)
    _print_row(f"trend of {count:,} snapshots, first call of a process", 1000 * times[0], "ms")
    _print_row("  repeated, median of 20", 1000 * statistics.median(times[1:]), "ms")
    with fresh._engines.writer.begin() as connection:
        connection.execute(
            text("UPDATE branches SET stale = :yes, version = version + 1"), {"yes": True}
        )
    start = time.perf_counter()
    fresh.upkeep.finish_rebuilds(project)
    _print_row(f"  the line of {count:,} rebuilt", 1000 * (time.perf_counter() - start), "ms")
    fresh.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database", required=True)
    parser.add_argument("--uploads", type=int, default=100)
    parser.add_argument("--snapshots", type=int, default=1463)
    parser.add_argument("--trend", type=int, nargs="*", default=[10_000])
    options = parser.parse_args()
    upgrade_schema(options.database)
    store = Store(options.database, reserve_bytes=0)
    print(store.backend)
    if options.uploads:
        _measure_speed(store, options.uploads)
    if options.snapshots:
        _measure_size(store, options.database, options.snapshots)
    for count in options.trend:
        _measure_trend(store, options.database, count)
    store.close()


if __name__ == "__main__":
    main()
