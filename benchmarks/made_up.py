"""Made-up histories for the benchmarks of the service: the same ones each time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from archguard.snapshot import Contract, Coverage, Graph, Snapshot, Tool, Upload, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES, IMPORTS = 8_050, 28_355
"""Of the seed's graph."""


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
        id="no-old",
        name="No old",
        type="deprecated",
        kept=False,
        violations=len(importers),
        exposure=len(importers),
        lower_bound=False,
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
