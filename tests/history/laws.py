"""The laws of a history's lines, told by sets of violations and git's parents alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sources.trees import git

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set
    from pathlib import Path

    Line = dict[str, Any]
    Parents = Mapping[str, Sequence[str]]

Edge = tuple[str, str]
"""(importer, imported)."""


def follow_lines(lines: Iterable[Line]) -> Parents:
    """Return the parent of each line: the line before it."""
    parents: dict[str, list[str]] = {}
    for line in lines:
        parents[line["commit"]] = list(parents)[-1:]
    return parents


def read_parents(root: Path, lines: Iterable[Line]) -> Parents:
    """Return the parents of each line's commit, as git knows them."""
    return {
        line["commit"]: git(root, "rev-list", "--parents", "-1", line["commit"]).split()[1:]
        for line in lines
    }


def obey_laws(lines: Sequence[Line], parents: Parents, unread: Mapping[str, Set[str]]) -> None:
    """Assert that every count follows from the violations of a commit and of its parents.

    Args:
        lines: with their violations, each after those of its parents.
        parents: of each commit.
        unread: the unread paths of each commit.
    """
    for contract in {id_ for line in lines for id_ in line["contracts"]}:
        _Story(contract, parents, unread).tell(lines)


class _Story:
    """One contract along the lines."""

    def __init__(self, contract: str, parents: Parents, unread: Mapping[str, Set[str]]) -> None:
        self._contract = contract
        self._parents = parents
        self._unread = unread
        self._held: dict[str, frozenset[Edge]] = {}
        """The violations of each commit, and what is unknown there."""
        self._fixed_before: dict[str, frozenset[Edge]] = {}

    def tell(self, lines: Iterable[Line]) -> None:
        for line in lines:
            parents = self._parents[line["commit"]]
            held = [self._held[parent] for parent in parents if parent in self._held]
            fixed_before = frozenset[Edge]().union(
                *(self._fixed_before.get(parent, frozenset()) for parent in parents)
            )
            if self._contract not in line["contracts"]:  # that fixes nothing
                if held:
                    self._held[line["commit"]] = frozenset[Edge]().union(*held)
                    self._fixed_before[line["commit"]] = fixed_before
                continue
            fixed = self._judge(line, held, fixed_before)
            self._fixed_before[line["commit"]] = fixed_before | fixed

    def _judge(
        self, line: Line, held: Sequence[frozenset[Edge]], fixed_before: Set[Edge]
    ) -> frozenset[Edge]:
        commit, counts = line["commit"], line["contracts"][self._contract]
        changes = {
            key: frozenset(map(tuple, edges)) for key, edges in line["changes"][self._contract].items()
        }
        assert {key: counts[key] for key in changes} == {key: len(changes[key]) for key in changes}, (
            commit
        )
        in_any = frozenset[Edge]().union(*held)
        in_all = frozenset.intersection(*held) if held else in_any
        counted = frozenset(
            (one["importer"], one["imported"])
            for one in line["violations"]
            if one["contract"] == self._contract
        )
        unreadable = {edge for edge in in_any - counted if _is_unread(edge[0], self._unread[commit])}
        assert unreadable <= changes["unknown"] <= in_any - counted, commit
        assert self._unread[commit] or not changes["unknown"], commit
        now = counted | changes["unknown"]
        assert changes["added"] == counted - in_any, commit
        assert changes["fixed"] == in_all - now, commit
        assert changes["reintroduced"] == changes["added"] & fixed_before, commit
        if len(held) == 1:
            assert len(now) == len(in_any) + counts["added"] - counts["fixed"], commit
        self._held[commit] = now
        return changes["fixed"]


def _is_unread(module: str, paths: Set[str]) -> bool:
    path = module.replace(".", "/")
    names = {unread.removesuffix(".py").removesuffix("/__init__") for unread in paths}
    return any(f"/{name}".endswith(f"/{path}") for name in names)
