"""Histories for a ledger: lines, and graphs of commits with merges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from archguard.contract_types.verdict import Edge

if TYPE_CHECKING:
    from collections.abc import Iterable

EDGES = [Edge(importer, imported) for importer in "abc" for imported in ("old", "older")]


class Told(NamedTuple):
    """What is true of a commit, and what can be read of it."""

    parents: tuple[str, ...]
    edges: frozenset[Edge]
    """What exists."""
    unread: frozenset[str]
    """The importers that cannot be read."""
    is_judged: bool = True

    @property
    def counted(self) -> frozenset[Edge]:
        """What can be seen of the edges."""
        return frozenset(edge for edge in self.edges if edge.importer not in self.unread)


def make_line(commits: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the parents of commits that follow each other."""
    parents: dict[str, tuple[str, ...]] = {}
    before: tuple[str, ...] = ()
    for commit in commits:
        parents[commit] = before
        before = (commit,)
    return parents


@st.composite
def graphs(
    draw: st.DrawFn, *, merges: bool = True, unread: bool = True, unjudged: bool = False
) -> dict[str, Told]:
    """Draw a history, each commit after its parents; without merges it is a line."""
    story: dict[str, Told] = {}
    for number in range(draw(st.integers(1, 9))):
        earlier = list(story)
        parents: list[str] = earlier[-1:]
        if merges and earlier:
            parents = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3))
        story[f"c{number}"] = Told(
            tuple(parents),
            draw(st.frozensets(st.sampled_from(EDGES))),
            draw(st.frozensets(st.sampled_from("abc"))) if unread else frozenset(),
            draw(st.booleans()) if unjudged else True,
        )
    return story
