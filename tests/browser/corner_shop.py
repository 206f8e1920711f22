"""A shop small enough to be counted by hand, and modules that two thousand others import."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from archguard.snapshot import (
    Build,
    Contract,
    Coverage,
    Graph,
    Occurrence,
    Snapshot,
    Tool,
    UnreadFile,
    Upload,
    Violation,
)
from tests.api.snapshots import CONFIGURATION, DAY, commit_id, upload

Edge = tuple[str, str]

ENGINE, GHOST, NEW = "shop.legacy.engine", "shop.old", "shop.engine"
CASH = "shop.pay.cash"
KINDS = {
    "requests": "x",
    "shop": "p",
    "shop.cart": "p",
    "shop.cart.total": "m",
    "shop.cart.view": "m",
    NEW: "m",
    "shop.legacy": "n",
    ENGINE: "m",
    GHOST: "g",
    "shop.pay": "p",
    "shop.pay.card": "m",
    CASH: "m",
    "tests.test_cart": "m",
}
ALWAYS: frozenset[Edge] = frozenset(
    {
        ("shop.cart.total", NEW),
        ("shop.pay.card", NEW),
        ("shop.pay.card", "requests"),
        ("shop.cart.view", "shop.cart.total"),
    }
)
VIEW: Edge = ("shop.cart.view", ENGINE)
CARD: Edge = ("shop.pay.card", ENGINE)
TEST: Edge = ("tests.test_cart", GHOST)
TOTAL: Edge = ("shop.cart.total", CASH)
STEPS: tuple[frozenset[Edge], ...] = (
    frozenset({VIEW, CARD, TEST}),
    frozenset({VIEW, TEST}),
    frozenset({VIEW, TEST, CARD, TOTAL}),
    frozenset({CARD, TEST, TOTAL}),
)
"""The violations of each commit: one is fixed, it comes back beside a new one, another is fixed."""
ENGINES, PAYMENT = "one-engine", "no-cash"
NAMES = {ENGINES: "There is one engine", PAYMENT: "Nobody pays cash"}
OWNERS = {ENGINES: "@cart", PAYMENT: "@pay"}
PATHS = {"shop.cart.view": "shop/cart/view.py", "shop.cart.total": "shop/cart/total.py"}
FOLDER = "backend"
"""The folder of the repository in which paths begin."""


def contract_of(edge: Edge) -> str:
    """Return the contract that forbids an import."""
    return PAYMENT if edge[1] == CASH else ENGINES


def occurrences(edge: Edge) -> tuple[Occurrence, ...]:
    """Return one occurrence in a function for the test, two for `TOTAL`, else one at the top level."""
    path = f"{edge[0].replace('.', '/')}.py"
    first = Occurrence(path=path, line=3, kind="function" if edge == TEST else "top-level")
    return (first, Occurrence(path=path, line=40, kind="guarded")) if edge == TOTAL else (first,)


def history(now: int) -> list[Upload]:
    """Build the uploads, oldest first; the last commit is a day old."""
    return [_upload(number, now - (len(STEPS) - number) * DAY) for number in range(len(STEPS))]


def commit(number: int) -> str:
    """Return the id of a commit of the history."""
    return commit_id(f"corner-{number}")


def _upload(number: int, at: int) -> Upload:
    edges = STEPS[number]
    unread = (UnreadFile(path="shop/broken.py", reason="invalid syntax", line=7, names=(GHOST,)),)
    return Upload(
        snapshot=Snapshot(
            format_version=1,
            tool=Tool(name="archguard", version="1.0"),
            commit=commit(number),
            parent=commit(number - 1) if number else None,
            committed_at=at - at % 60,
            configuration=CONFIGURATION,
            folder=FOLDER,
            roots=(),
            graph=_graph(ALWAYS | edges),
            contracts=tuple(_contract(name, edges) for name in (ENGINES, PAYMENT)),
            violations=tuple(sorted(map(_violation, edges), key=attrgetter("identity"))),
            coverage=Coverage(files=12, unread=unread if number == 1 else ()),
        ),
        branch="main",
        ancestors=tuple(commit(before) for before in range(number - 1, -1, -1)),
        build=Build(service="ci", url="https://ci.example.org/runs/7"),
    )


def _graph(edges: frozenset[Edge]) -> Graph:
    names = sorted(KINDS)
    place = {name: index for index, name in enumerate(names)}
    return Graph(
        modules=tuple(names),
        kinds="".join(KINDS[name] for name in names),
        imports=tuple(sorted((place[a], place[b]) for a, b in edges)),
    )


def _contract(name: str, edges: frozenset[Edge]) -> Contract:
    violations = sum(contract_of(edge) == name for edge in edges)
    return Contract(
        id=name,
        name=NAMES[name],
        type="deprecated",
        kept=not violations,
        violations=violations,
        exposure=violations,
        lower_bound=False,
        adoption=2 if name == ENGINES else None,
        deprecated=(ENGINE, GHOST) if name == ENGINES else (CASH,),
        replacements=(NEW,) if name == ENGINES else (),
        owner=OWNERS[name],
    )


def _violation(edge: Edge) -> Violation:
    return Violation(
        contract=contract_of(edge),
        importer=edge[0],
        imported=edge[1],
        ghost=edge[1] == GHOST,
        replacement=NEW if contract_of(edge) == ENGINES else None,
        occurrences=occurrences(edge),
    )


@dataclass(frozen=True)
class Hub:
    """A module and its importers, in one package or in forty."""

    module: str
    importers: tuple[str, ...]


FLAT = Hub("flat.hub", tuple(f"flat.m{number:04}" for number in range(1999)))
DEEP = Hub(
    "deep.core.hub", tuple(f"deep.p{number % 40:02}.m{number // 40:02}" for number in range(1960))
)


def hubs(now: int) -> list[Upload]:
    """Build one snapshot with both hubs."""
    edges = [(name, hub.module) for hub in (FLAT, DEEP) for name in hub.importers]
    return [upload("hub", others=edges, at=now - DAY)]
