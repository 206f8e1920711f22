"""Compare a report with the base that the options name, and decide whether the check passes."""

from __future__ import annotations

import datetime
import os
from typing import TYPE_CHECKING

from archguard.errors import ConfigurationError
from archguard.ratchet.pass_rule import judge_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Report
    from archguard.cli.options.base_revision import BaseOptions
    from archguard.ratchet.base import Base


def open_base(
    options: BaseOptions, request: CheckRequest, folder: str, files: Sequence[str]
) -> Base | None:
    """Return the base that --base names; None without it.

    Args:
        options: the options.
        request: the tree and its configuration.
        folder: the folder in which the roots are looked for.
        files: the files that the configuration was read from.

    Raises:
        ArchguardError: there is no such base, or it cannot be known.
    """
    if options.rev is None:
        return None
    from archguard.ratchet import base  # noqa: PLC0415

    rev = find_base_rev(folder) if options.rev == "auto" else options.rev
    return base.open_base(folder, rev, request.source, request.configuration, files)


def find_base_rev(folder: str) -> str:
    """Return the branch that a change goes into: CI says so, or it is the remote's default branch.

    Raises:
        ConfigurationError: neither is known.
    """
    from archguard.sources.git.branches import find_default_branch, find_remote_branch  # noqa: PLC0415
    from archguard.sources.git.commit import open_repository  # noqa: PLC0415
    from archguard.upload.ci import ci_facts  # noqa: PLC0415
    from archguard.upload.environment import select_variables  # noqa: PLC0415

    git_dir, _ = open_repository(folder, "--root")
    facts = ci_facts(select_variables(os.environ))
    if facts is not None and facts.base is not None:
        return find_remote_branch(git_dir, facts.base)
    branch = find_default_branch(git_dir)
    if facts is not None and branch is not None and branch.partition("/")[2] == facts.branch:
        return facts.before or "HEAD^"  # a push to the default branch
    if branch is None:
        raise ConfigurationError(
            "--base auto: CI names no target branch, and the remote's default branch is not known here: "
            "run `git remote set-head origin --auto`, or name the branch."
        )
    return branch


def decide(report: Report, request: CheckRequest, base: Base | None, options: BaseOptions) -> Report:
    """Return the report compared with its base, in which each contract says whether it passes."""
    if base is not None:
        from archguard.ratchet.comparison import compare  # noqa: PLC0415

        report = compare(report, request, base, accept_exceptions=options.accept_exceptions)
    return judge_report(
        report,
        request.configuration,
        base.configuration if base else None,
        options.today or _find_day(request),
        forbid_weakening=options.forbid_weakening,
    )


def _find_day(request: CheckRequest) -> datetime.date:
    """Return the day of the commit that is judged; today for a working tree."""
    commit = request.source.commit
    if commit is None:
        return datetime.datetime.now(datetime.UTC).date()
    from archguard.sources.git.commit_objects import CommitObjects  # noqa: PLC0415

    read = CommitObjects(request.source.spec()["git_dir"]).read(commit)
    return datetime.datetime.fromtimestamp(read.committed_at if read else 0, datetime.UTC).date()
