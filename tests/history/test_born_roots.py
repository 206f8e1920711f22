"""A root that is not born yet is told from one that is gone."""

from __future__ import annotations

from archguard.history.born_roots import BornRoots
from tests.ledger.stories import make_line


def test_a_root_that_is_not_born_yet_is_not_gone() -> None:
    roots = BornRoots(make_line("abc"))

    assert roots.advance("a", {"p": True, "q": False}) == set()
    assert roots.advance("b", {"p": True, "q": True}) == set()
    assert roots.advance("c", {"p": True, "q": False}) == {"q"}


def test_a_root_that_is_gone_stays_gone_until_it_is_back() -> None:
    roots = BornRoots(make_line("abcd"))
    roots.advance("a", {"p": True})

    assert [roots.advance(commit, {"p": commit == "d"}) for commit in "bcd"] == [{"p"}, {"p"}, set()]


def test_a_root_of_another_configuration_is_not_missed() -> None:
    roots = BornRoots(make_line("abc"))
    roots.advance("a", {"p": True})

    assert roots.advance("b", {"q": True}) == set()
    assert roots.advance("c", {"p": False}) == {"p"}


def test_a_root_of_another_branch_is_gone_only_after_the_merge() -> None:
    roots = BornRoots({"base": (), "side": ("base",), "main": ("base",), "merge": ("main", "side")})
    roots.advance("base", {"p": False})
    roots.advance("side", {"p": True})

    assert roots.advance("main", {"p": False}) == set()
    assert roots.advance("merge", {"p": False}) == {"p"}
