"""Compare a report with the base that the options name, and decide whether the check passes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.checking.pipeline import find_day
from archguard.cli.git_base import is_history_missing, open_git_base
from archguard.errors import ArchguardError, ConfigurationError
from archguard.ratchet.pass_rule import judge_report

SERVER = "server"
"""The value of --baseline that names no folder."""
_UNSEEN = "--forbid-weakening needs the base's contracts, which only git can read, and it cannot."

if TYPE_CHECKING:
    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Report
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.cli.options.base_revision import BaseOptions
    from archguard.cli.options.upload import UploadOptions
    from archguard.ratchet.base import Base
    from archguard.ratchet.recorded_base import RecordedBase


def open_base(
    options: BaseOptions, upload: UploadOptions, request: CheckRequest, tree: ChosenTree
) -> Base | RecordedBase | None:
    """Return what --base and --baseline name; None without both.

    Args:
        options: the options.
        upload: those that name the server.
        request: what is judged: all contracts of the tree, or some.
        tree: the tree.

    Raises:
        ArchguardError: there is no such base, or it cannot be known.
    """
    if options.baseline is None:
        if options.rev is None:
            return None
        try:
            return open_git_base(options.rev, request, tree)
        except ArchguardError as error:
            if not options.is_configured:
                raise
            raise ConfigurationError(
                f"{error} It is the base of {tree.configuration.path}; --base none turns it off."
            ) from error
    rev = options.rev or "auto"
    if options.baseline == SERVER:
        from archguard.cli.server_base import open_server_base  # noqa: PLC0415
        from archguard.ratchet.recorded_base import RecordedBase  # noqa: PLC0415

        base = open_server_base(rev, upload, request, tree)
        if options.forbid_weakening and isinstance(base, RecordedBase):
            raise ConfigurationError(_UNSEEN)
        return base
    from archguard.ratchet.baseline_folder import DEFAULT_FOLDER, BaselineFolder  # noqa: PLC0415
    from archguard.ratchet.recorded_base import read_folder  # noqa: PLC0415

    path = options.baseline or os.path.normpath(os.path.join(tree.folder, DEFAULT_FOLDER))
    record = read_folder(BaselineFolder(path), tree.configuration)
    try:
        git_base = open_git_base(rev, request, tree)
    except ArchguardError as error:
        if rev != "auto" and not is_history_missing(tree.folder, error):
            raise  # it is mistyped, most likely
        if options.forbid_weakening:
            raise ConfigurationError(f"{_UNSEEN} {error}") from error
        return record._replace(notices=(f"No merge base can be read here: {error}",))
    return git_base._replace(record=record)


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
