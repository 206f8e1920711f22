"""The command by which a check passes today, for a team with many violations that has no base yet."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from archguard.configuration.calendar import Enforcement, read_calendar
from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Report

MANY = 10
"""From so many violations on, nobody mends them all today."""


def find_adoption(report: Report, request: CheckRequest, folder: str, words: Sequence[str]) -> str:
    """Return the command that fails on new violations only; empty if it is not needed or would not pass.

    Args:
        report: the report of the tree, without a base.
        request: what it was made from.
        folder: the folder in which the roots are looked for.
        words: the options with which the tree and its contracts were named.
    """
    if report.base is not None or report.passed or len(report.violations) < MANY:
        return ""
    if any(contract.passed is False and not contract.violations for contract in report.contracts):
        return ""  # it lists nothing that could be known
    if report.errors or any(
        read_calendar(contract).find_enforcement(report.today) is Enforcement.STRICT
        for contract in request.configuration.contracts
        if report.today is not None
    ):
        return ""
    command = shlex.join(["archguard", "check", *words])
    if _has_base(folder, request.source.commit):
        return f"{command} --base auto"
    if request.source.commit is not None:
        return ""
    freeze = shlex.join(["archguard", "freeze", *words])
    return f"{freeze} && {command} --baseline"


def _has_base(folder: str, commit: str | None) -> bool:
    """Return whether git can read the base that `auto` names."""
    from archguard.sources.git.tracked_files import has_work_tree  # noqa: PLC0415 (rarely needed)

    if commit is None and not has_work_tree(folder):
        return False
    from archguard.cli.git_base import find_base_rev  # noqa: PLC0415 (a plain check asks git nothing)
    from archguard.sources.git.commit import find_commit, open_repository  # noqa: PLC0415
    from archguard.sources.git.merge_base import find_merge_base  # noqa: PLC0415

    try:
        git_dir, _ = open_repository(folder, "--root")
        head = commit or find_commit(git_dir, folder, "HEAD")
        find_merge_base(git_dir, folder, find_base_rev(folder), head)
    except ArchguardError:
        return False
    return True
