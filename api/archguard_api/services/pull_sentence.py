"""The sentence that says what a pull request changes. Nothing else composes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api.services.sentence import count

if TYPE_CHECKING:
    from archguard_api.models import PullRequest

_MINUS = "\N{MINUS SIGN}"


def compose_pull_sentence(
    pull: PullRequest, added: int | None, fixed: int | None, dropped: int | None
) -> str:
    """Return one sentence: how many violations are new and fixed, or why that is not known.

    Args:
        pull: the pull request.
        added: how many are new; None if the base was not uploaded.
        fixed: how many are fixed; None likewise.
        dropped: how many are not counted any more, though the import is still there.
    """
    if added is None or fixed is None:
        return (
            f"The base was not uploaded: {pull.base_branch} has no snapshot of an earlier commit of it."
        )
    rest = f"; {count(dropped, 'import')} no longer counted" if dropped else ""
    return f"This change: +{added:,} {_MINUS}{fixed:,}{rest}."
