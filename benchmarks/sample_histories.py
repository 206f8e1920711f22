"""Made-up histories for the benchmarks of the service: the same each time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from archguard.snapshot import Contract, Coverage, Graph, Snapshot, Tool, Upload, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES, IMPORTS = 8_050, 28_355
"""The size of the seed's graph."""


def generate_burn_down(count: int) -> Iterator[Upload]:
    """Yield a burn-down of `count` commits. The graphs are small, so that the database's rows matter."""
    rng = random.Random(7)
    importers = [f"shop.m{number:03}" for number in range(120)]
    parent = None
    for number in range(count):
        if rng.random() < 0.2 and len(importers) > 1:
            importers.pop(rng.randrange(len(importers)))
        elif rng.random() < 0.05:
            importers.append(f"shop.n{number}")
        upload = _make_upload(number, parent, sorted(set(importers)))
        parent = upload.snapshot.commit
        yield upload


def _make_upload(number: int, parent: str | None, importers: list[str]) -> Upload:
    modules = tuple(sorted([*importers, "shop.old"]))
    old = modules.index("shop.old")
    violations = tuple(
        Violation(contract="no-old", importer=importer, imported="shop.old", ghost=False, occurrences=())
        for importer in importers
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
        imports=tuple((index, old) for index in range(len(modules)) if index != old),
    )
    return _assemble(number, parent, graph, (contract,), violations)


def _assemble(
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


def generate_seed_sized(count: int) -> Iterator[Upload]:
    """Yield uploads with graphs of the seed's size; a few imports differ from one to the next."""
    rng = random.Random(11)
    names = tuple(sorted(f"netra.part{number % 90:02}.module{number:05}" for number in range(MODULES)))
    pairs = {(rng.randrange(MODULES), rng.randrange(MODULES)) for _ in range(IMPORTS * 2)}
    imports = sorted(pairs)[:IMPORTS]
    parent = None
    for number in range(count):
        for _ in range(5):
            imports[rng.randrange(IMPORTS)] = (rng.randrange(MODULES), rng.randrange(MODULES))
        graph = Graph(modules=names, kinds="m" * MODULES, imports=tuple(sorted(set(imports))))
        upload = _assemble(number, parent, graph, (), ())
        parent = upload.snapshot.commit
        yield upload
