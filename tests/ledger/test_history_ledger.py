"""Violations along a history with merges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from archguard.contract_types.verdict import Edge
from archguard.ledger import ContractViolations, HistoryLedger
from tests.ledger.stories import Told, graphs, make_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.ledger import LifecycleChanges

W, Z = Edge("w", "old"), Edge("z", "old")


def _tell(story: Mapping[str, Told]) -> dict[str, LifecycleChanges[Edge, str] | None]:
    """Return the changes of each commit; None where it is not judged."""
    ledger = HistoryLedger({commit: told.parents for commit, told in story.items()})
    changes = {}
    for number, (commit, told) in enumerate(story.items()):

        def is_unknown(edge: Edge, _: bool, unread: frozenset[str] = told.unread) -> bool:
            return edge.importer in unread

        judged = {"one": ContractViolations(told.counted, is_unknown)} if told.is_judged else {}
        changes[commit] = ledger.advance(commit, number, judged).get("one")
    return changes


def _commit(*edges: Edge, parents: str = "", unread: str = "") -> Told:
    return Told(tuple(parents.split()), frozenset(edges), frozenset(unread))


def _counts(story: Mapping[str, Told]) -> dict[str, tuple[int, int, int]]:
    return {
        commit: (len(one.added), len(one.fixed), len(one.reintroduced))
        for commit, one in _tell(story).items()
        if one is not None
    }


def test_a_merge_of_parallel_branches_adds_and_fixes_nothing() -> None:
    story = {
        "base": _commit(),
        "side": _commit(W, parents="base"),
        "main": _commit(Z, parents="base"),
        "merge": _commit(W, Z, parents="main side"),
    }

    assert _counts(story) == {
        "base": (0, 0, 0),
        "side": (1, 0, 0),
        "main": (1, 0, 0),
        "merge": (0, 0, 0),
    }


def test_what_one_side_fixed_the_merge_does_not_fix_again() -> None:
    story = {
        "base": _commit(W, Z),
        "side": _commit(Z, parents="base"),
        "main": _commit(W, Z, parents="base"),
        "merge": _commit(Z, parents="main side"),
        "later": _commit(W, Z, parents="merge"),
    }

    assert _counts(story)["side"] == (0, 1, 0)
    assert _counts(story)["merge"] == (0, 0, 0)
    assert _counts(story)["later"] == (1, 0, 1)


def test_a_fix_on_another_branch_makes_nothing_reintroduced_here() -> None:
    story = {
        "base": _commit(),
        "side": _commit(W, parents="base"),
        "fix": _commit(parents="side"),
        "main": _commit(W, parents="base"),
    }

    assert _counts(story)["main"] == (1, 0, 0)


def test_a_contract_that_is_not_judged_for_a_while_keeps_its_violations() -> None:
    ledger = HistoryLedger(make_line("abc"))
    ledger.advance("a", 0, {"one": ContractViolations({W}), "two": ContractViolations({Z})})

    changes = ledger.advance("b", 1, {"two": ContractViolations(set())})
    later = ledger.advance("c", 2, {"one": ContractViolations({W}), "two": ContractViolations(set())})

    assert changes.keys() == {"two"}
    assert (later["one"].added, later["one"].fixed) == (frozenset(), frozenset())
    assert ledger.open_violations["one"][W].introduced == "a"


def _ancestors(story: Mapping[str, Told], commit: str) -> set[str]:
    parents = story[commit].parents
    return {*parents}.union(*(_ancestors(story, parent) for parent in parents))


@given(graphs())
def test_each_commit_is_compared_with_its_parents(story: dict[str, Told]) -> None:
    changes = _tell(story)
    there: dict[str, frozenset[Edge]] = {}
    for commit, told in story.items():
        one = changes[commit]
        assert one is not None
        parents = [there[parent] for parent in told.parents]
        in_any, in_all = frozenset[Edge]().union(*parents), frozenset[Edge]()
        if parents:
            in_all = frozenset.intersection(*parents)
        fixed_before = frozenset[Edge]().union(
            *(before.fixed for name in _ancestors(story, commit) if (before := changes[name]))
        )
        there[commit] = told.counted | one.unknown
        assert one.unknown == {edge for edge in in_any if edge.importer in told.unread}
        assert one.added == told.counted - in_any
        assert one.fixed == in_all - there[commit]
        assert one.reintroduced == one.added & fixed_before


@given(graphs(merges=False, unjudged=True))
def test_the_sums_of_a_line_add_up_over_commits_without_a_verdict(story: dict[str, Told]) -> None:
    total = 0
    for commit, changes in _tell(story).items():
        if changes is not None:
            total += len(changes.added) - len(changes.fixed)
            assert total == len(story[commit].counted) + len(changes.unknown)


@given(graphs(unread=False))
def test_a_file_that_becomes_unreadable_fixes_and_reintroduces_nothing(story: dict[str, Told]) -> None:
    """Put after every commit one that differs in an unreadable file only, and then one that is equal."""
    longer: dict[str, Told] = {}
    for commit, told in story.items():
        longer[commit] = told._replace(parents=tuple(f"{parent}-again" for parent in told.parents))
        longer[f"{commit}-broken"] = told._replace(parents=(commit,), unread=frozenset("a"))
        longer[f"{commit}-again"] = told._replace(parents=(f"{commit}-broken",))

    changes = _tell(longer)

    assert _counts(story) == {
        commit: count for commit, count in _counts(longer).items() if commit in story
    }
    for commit in story:
        for name in (f"{commit}-broken", f"{commit}-again"):
            one = changes[name]
            assert one is not None
            assert not one.added | one.fixed | one.reintroduced
