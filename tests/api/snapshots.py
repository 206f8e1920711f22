"""Valid uploads, and histories of them: linear ones and ones that fork."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from archguard.snapshot import (
    Contract,
    Coverage,
    Graph,
    Occurrence,
    PullRequest,
    Snapshot,
    Tool,
    Upload,
    Violation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DAY = 86_400
START = 1_700_000_000
"""When the first commit of a history was made."""
CONTRACT = "no-old"
CONFIGURATION = "c0" * 32
Edge = tuple[str, str]


def commit_id(name: str | int) -> str:
    """A commit's id, from any name."""
    return hashlib.sha1(str(name).encode()).hexdigest()


def graph(edges: Iterable[Edge], modules: Iterable[str] = ()) -> Graph:
    """A graph of these imports, and of modules that import nothing."""
    pairs = sorted(set(edges))
    names = sorted({name for pair in pairs for name in pair} | set(modules))
    place = {name: index for index, name in enumerate(names)}
    imports = tuple(sorted((place[a], place[b]) for a, b in pairs))
    return Graph(modules=tuple(names), kinds="m" * len(names), imports=imports)


def violation(edge: Edge, *, contract: str = CONTRACT, line: int = 1) -> Violation:
    """A violation with one occurrence."""
    path = f"{edge[0].replace('.', '/')}.py"
    occurrence = Occurrence(path=path, line=line, kind="top-level")
    return Violation(
        contract=contract, importer=edge[0], imported=edge[1], ghost=False, occurrences=(occurrence,)
    )


def contract(violations: int, *, name: str = CONTRACT, owner: str | None = "@team") -> Contract:
    """A contract's verdict with so many violations."""
    return Contract(
        id=name,
        name=f"Nobody imports {name}",
        type="deprecated",
        kept=not violations,
        violations=violations,
        exposure=2 * violations,
        lower_bound=False,
        owner=owner,
    )


def upload(
    name: str | int,
    edges: Iterable[Edge] = (),
    *,
    parent: str | int | None = None,
    ancestors: Sequence[str | int] = (),
    branch: str = "main",
    at: int = START,
    others: Iterable[Edge] = (),
    configuration: str = CONFIGURATION,
    tool_version: str = "1.0",
    line: int = 1,
) -> Upload:
    """The upload of a commit.

    Args:
        name: of the commit.
        edges: the violations of `CONTRACT`.
        parent: the name of its first parent.
        ancestors: of those further back; nearest first, without the parent.
        branch: where it stands.
        at: when it was committed.
        others: imports that violate nothing.
        configuration: its digest.
        tool_version: what made it.
        line: of each violation.
    """
    broken = sorted(set(edges))
    first = None if parent is None else commit_id(parent)
    return Upload(
        snapshot=Snapshot(
            format_version=1,
            tool=Tool(name="archguard", version=tool_version),
            commit=commit_id(name),
            parent=first,
            committed_at=at,
            configuration=configuration,
            folder="",
            roots=(),
            graph=graph([*broken, *others], ["shop"]),
            contracts=(contract(len(broken)),),
            violations=tuple(violation(edge, line=line) for edge in broken),
            coverage=Coverage(files=10, unread=()),
        ),
        branch=branch,
        ancestors=() if first is None else (first, *map(commit_id, ancestors)),
    )


def history(steps: Sequence[Iterable[Edge]], *, branch: str = "main", prefix: str = "c") -> list[Upload]:
    """A linear history, a day between two commits: the violations of each."""
    return [
        upload(
            f"{prefix}{number}",
            edges,
            parent=f"{prefix}{number - 1}" if number else None,
            ancestors=[f"{prefix}{before}" for before in range(number - 2, -1, -1)],
            branch=branch,
            at=START + number * DAY,
        )
        for number, edges in enumerate(steps)
    ]


def fork(
    at: int,
    steps: Sequence[Iterable[Edge]],
    *,
    branch: str = "main",
    prefix: str = "f",
    trunk: str = "c",
) -> list[Upload]:
    """What goes on from the commit number `at` of a `history`, instead of what that has."""
    uploads = []
    for number, edges in enumerate(steps):
        back = [
            *(f"{prefix}{one}" for one in range(number - 1, -1, -1)),
            *(f"{trunk}{one}" for one in range(at, -1, -1)),
        ]
        uploads.append(
            upload(
                f"{prefix}{number}",
                edges,
                parent=back[0],
                ancestors=back[1:],
                branch=branch,
                at=START + (at + number + 1) * DAY + DAY // 2,
            )
        )
    return uploads


def pull_request(
    number: int,
    edges: Iterable[Edge],
    *,
    at: int,
    name: str = "",
    base: str = "main",
    branch: str = "",
    trunk: str = "c",
    after: Sequence[str] = (),
    base_commit: str | None = None,
) -> Upload:
    """The upload of a pull request that left a `history` after its commit number `at`.

    Args:
        number: its own.
        edges: the violations of `CONTRACT`.
        at: the number of the commit.
        name: of its commit; by default `pull` with the number.
        base: the branch that it goes into.
        branch: the branch that it comes from; by default `feature` with the number.
        trunk: the history's prefix.
        after: earlier commits of the pull request, nearest first.
        base_commit: the name of the last commit in common, as the client knows it.
    """
    back = [*after, *(f"{trunk}{before}" for before in range(at, -1, -1))]
    head = upload(
        name or f"pull{number}",
        edges,
        parent=back[0],
        ancestors=back[1:],
        branch=branch or f"feature{number}",
        at=START + at * DAY + DAY // 4 + len(after),
    )
    described = PullRequest(
        number=number,
        base_branch=base,
        head_branch=branch or f"feature{number}",
        base_commit=None if base_commit is None else commit_id(base_commit),
    )
    return head.model_copy(update={"pull_request": described})
