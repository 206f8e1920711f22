"""Which modules became unread, and which always were."""

from __future__ import annotations

from archguard.ledger import UnreadSoFar, advance_unread


def _line(*commits: str) -> list[tuple[str, str]]:
    """Return what became unread at each commit, and what is unread that could be read once."""
    told: list[UnreadSoFar[str]] = []
    for unread in commits:
        told.append(advance_unread(told[-1:], frozenset(unread)))
    return [("".join(sorted(one.newly)), "".join(sorted(one.once_read))) for one in told]


def test_what_the_first_commit_could_not_read_became_unread_nowhere() -> None:
    assert _line("a", "a") == [("", ""), ("", "")]


def test_what_became_unread_is_new_there_and_once_read_until_it_is_read_again() -> None:
    assert _line("a", "ab", "ab", "a", "ab") == [
        ("", ""),
        ("b", "b"),
        ("", "b"),
        ("", ""),
        ("b", "b"),
    ]


def test_at_a_merge_that_is_new_which_a_parent_could_read() -> None:
    one, other = UnreadSoFar(frozenset("ab")), UnreadSoFar(frozenset("ac"), once_read=frozenset("c"))

    merged = advance_unread([one, other], frozenset("abc"))

    assert (merged.newly, merged.once_read) == (frozenset("bc"), frozenset("bc"))
