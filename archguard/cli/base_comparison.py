"""Compare a report with the base that the options name, and decide whether the check passes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.checking.pipeline import find_day
from archguard.errors import ArchguardError, ConfigurationError, HistoryError, SourceError
from archguard.ratchet.pass_rule import judge_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Report
    from archguard.cli.options.base_revision import BaseOptions
    from archguard.configuration import Configuration
    from archguard.ratchet.base import Base
    from archguard.ratchet.recorded_base import RecordedBase


def open_base(
    options: BaseOptions,
    request: CheckRequest,
    folder: str,
    files: Sequence[str],
    configuration: Configuration,
) -> Base | RecordedBase | None:
    """Return what --base and --baseline name; None without both.

    Args:
        options: the options.
        request: the tree and its configuration.
        folder: the folder in which the roots are looked for.
        files: the files that the configuration was read from.
        configuration: the whole of it, where not all contracts are judged.

    Raises:
        ArchguardError: there is no such base, or it cannot be known.
    """
    if options.baseline is None:
        return (
            None
            if options.rev is None
            else _open_git_base(options.rev, request, folder, files, configuration)
        )
    from archguard.ratchet.baseline_folder import DEFAULT_FOLDER, BaselineFolder  # noqa: PLC0415
    from archguard.ratchet.recorded_base import read_folder  # noqa: PLC0415

    path = options.baseline or os.path.normpath(os.path.join(folder, DEFAULT_FOLDER))
    record = read_folder(BaselineFolder(path), configuration)
    try:
        base = _open_git_base(options.rev or "auto", request, folder, files, configuration)
    except ArchguardError as error:
        if options.rev not in (None, "auto") and _has_history(folder, error):
            raise  # it is mistyped, most likely
        if options.forbid_weakening:
            raise ConfigurationError(
                "--forbid-weakening needs the base's contracts, which only git can read, and it cannot: "
                f"{error}"
            ) from error
        return record._replace(notices=(f"No merge base can be read here: {error}",))
    return base._replace(record=record)


def _open_git_base(
    rev: str, request: CheckRequest, folder: str, files: Sequence[str], configuration: Configuration
) -> Base:
    from archguard.ratchet import base  # noqa: PLC0415

    return base.open_base(
        folder,
        find_base_rev(folder) if rev == "auto" else rev,
        request.source,
        request.configuration,
        files,
        is_selection=request.configuration != configuration,
    )


def _has_history(folder: str, error: ArchguardError) -> bool:
    """Return whether an error has another reason than that the history is not here."""
    from archguard.sources.git.commit import open_repository  # noqa: PLC0415

    try:
        open_repository(folder, "--root")
    except SourceError:
        return False
    return not isinstance(error, HistoryError)


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
    default = facts.default_branch if facts is not None else None
    branch = find_remote_branch(git_dir, default) if default else find_default_branch(git_dir)
    if (
        facts is not None
        and branch is not None
        and facts.branch == (default or branch.partition("/")[2])
    ):
        return facts.before or "HEAD^"  # a push to the default branch
    if branch is None:
        raise ConfigurationError(
            "--base auto: CI names no target branch, and the remote's default branch is not known here: "
            "run `git remote set-head origin --auto`, or name the branch."
        )
    return branch


def decide(
    report: Report, request: CheckRequest, base: Base | RecordedBase | None, options: BaseOptions
) -> Report:
    """Return the report compared with its base, in which each contract says whether it passes."""
    own = None
    if base is not None:
        from archguard.ratchet import recorded_base  # noqa: PLC0415

        if isinstance(base, recorded_base.RecordedBase):
            report = recorded_base.compare_with_record(report, request, base)
        else:
            own = base.configuration
            report = _compare_with_git(report, request, base, options)
    return judge_report(
        report,
        request.configuration,
        own,
        find_day(request),
        forbid_weakening=options.forbid_weakening,
    )


def _compare_with_git(report: Report, request: CheckRequest, base: Base, options: BaseOptions) -> Report:
    from archguard.ratchet.comparison import compare  # noqa: PLC0415
    from archguard.ratchet.merged_heads import keep_what_all_have  # noqa: PLC0415
    from archguard.ratchet.recorded_base import describe_differences  # noqa: PLC0415

    tree = report
    report = compare(tree, request, base, accept_exceptions=options.accept_exceptions)
    for parent in base.merged:
        other = compare(tree, request, parent, accept_exceptions=options.accept_exceptions)
        report = keep_what_all_have(report, other)
    if base.record is None:
        return report
    return report._replace(notices=(*report.notices, *describe_differences(report, base.record)))
