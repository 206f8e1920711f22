"""A merge that is not committed yet: what one of its parents has already is not new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.ratchet.status_counts import add_counts

if TYPE_CHECKING:
    from archguard.checking.report import Report


def keep_what_all_have(report: Report, other: Report) -> Report:
    """Return a report of which only that is new, weakened or unreadable which is so in another one, too.

    Args:
        report: the tree compared with the first parent.
        other: the same tree compared with another parent.
    """
    new = {violation.identity for violation in other.violations if violation.status == "new"}
    violations = tuple(
        violation._replace(status="existing", on_changed_lines=None)
        if violation.status == "new" and violation.identity not in new
        else violation
        for violation in report.violations
    )
    return add_counts(
        report._replace(
            violations=violations,
            weakened=tuple(one for one in report.weakened if one in other.weakened),
            newly_unread=tuple(path for path in report.newly_unread if path in other.newly_unread),
        )
    )
