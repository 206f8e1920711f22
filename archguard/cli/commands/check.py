"""`archguard check`: judge the contracts on a tree or a commit."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli import commit_upload
from archguard.cli.chosen_tree import load_tree
from archguard.cli.configured_base import apply_configured_base
from archguard.cli.options.base_revision import BaseOptions, base_options
from archguard.cli.options.configuration import (
    allow_imports_from,
    configs_option,
    contracts_option,
    paths_argument,
    root_option,
    trust_contract_types_option,
)
from archguard.cli.options.groups import GroupedCommand
from archguard.cli.options.report_formats import report_options
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.options.upload import upload_options
from archguard.cli.options.verbosity import Verbosity, verbosity_options
from archguard.cli.output import choose_style, say, write_report
from archguard.cli.progress_bar import show_progress
from archguard.cli.staged_changes import choose_base, open_staged, refuse_commit_options
from archguard.cli.tree_verdict import find_prefix
from archguard.configuration.calendar import refuse_bad_calendars
from archguard.errors import ArchguardError, ConfigurationError
from archguard.reporters import render
from archguard.reporters.surroundings import Surroundings
from archguard.sources.open import open_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Report
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.cli.options.report_formats import ReportOptions
    from archguard.cli.options.upload import UploadOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.sources.source import Source

# Services that read these formats resolve paths from the top of the repository, where a CI job runs.
_RELATIVE_TO_CURRENT_FOLDER = ("github", "gitlab", "junit", "sarif")


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard check
  archguard check src/
  archguard check --base origin/main
  archguard check --baseline .archguard/baseline
  archguard check --rev main --format json --output report.json
  archguard check --format github --format sarif=archguard.sarif
  archguard check --upload --server https://archguard.example.org --project shop

\b
Exit codes: 0 every contract is kept, or with --base has no new violation,
1 one is broken, or has new ones, 2 there is no verdict,
3 a required upload failed.""",
)
@paths_argument
@root_option
@configs_option
@contracts_option
@click.option("--rev", metavar="REV", help="Read this commit instead of the working tree.")
@click.option(
    "--staged",
    is_flag=True,
    help="Read what is staged for the next commit, and compare it with HEAD or --base.",
)
@report_options
@click.option(
    "--show-exposed",
    is_flag=True,
    help="In text and json, also list the modules that can reach a forbidden one.",
)
@click.option(
    "--actions",
    is_flag=True,
    help="In json and sarif, also say for each violation which edits rewrite it, or what is in the way.",
)
@verbosity_options
@trust_contract_types_option
@click.option(
    "--upload", is_flag=True, help="Send the commit's snapshot to the service, whatever the verdict."
)
@base_options
@upload_options
@jobs_option
@cache_options
def command(
    *,
    paths: tuple[str, ...],
    root: str | None,
    config: tuple[str, ...],
    contracts: tuple[str, ...],
    rev: str | None,
    staged: bool,
    reports: ReportOptions,
    show_exposed: bool,
    actions: bool,
    verbosity: Verbosity,
    trust_contract_types: bool,
    comparison: BaseOptions,
    upload: bool,
    options: UploadOptions,
    jobs: int,
    cache: Cache,
) -> int:
    """Judge the contracts on the working tree, or on a commit.

    PATH is a file or folder of the project, whose configuration is looked for there and upwards; the
    default is the current folder. The whole project is judged: a contract is about all of it.

    Nothing of the tree is imported or run, and nothing is written into it.
    """
    tree = load_tree(config, root, paths)
    if verbosity is not Verbosity.QUIET:
        _say_what_is_judged(tree, paths, verbosity)
    uploads = _choose_upload(options, contracts, is_asked_for=upload)
    if staged:
        refuse_commit_options(rev, upload=uploads)
        staged_tree, tree = open_staged(tree)
        source: Source = staged_tree
        comparison = choose_base(staged_tree, comparison)
    else:
        comparison = apply_configured_base(comparison, tree.configuration.base, tree.folder)
        source = open_source(tree.folder, rev)
    refuse_bad_calendars(tree.configuration)
    configuration = tree.configuration.select(contracts) if contracts else tree.configuration
    target = commit_upload.find_upload_target(options, tree.folder, rev) if uploads else None
    # Imported here, not above: --help does not need it, and child processes start meanwhile.
    from archguard.graph.scanning.child import start_children  # noqa: PLC0415

    started = start_children(cache, jobs)
    from archguard.checking.pipeline import CheckRequest, check  # noqa: PLC0415
    from archguard.checking.report_cache import load_or_check  # noqa: PLC0415
    from archguard.cli.base_comparison import decide, open_base  # noqa: PLC0415
    from archguard.graph.tree_state import FoundModules  # noqa: PLC0415

    if trust_contract_types:
        allow_imports_from(tree.folder)
    with show_progress(enabled=verbosity is not Verbosity.QUIET) as show:
        request = CheckRequest(
            source=source,
            configuration=configuration,
            cache=cache,
            jobs=jobs,
            trust_contract_types=trust_contract_types,
            progress=partial(show, "Reading"),
            started=started,
            list_exposed=show_exposed,
            today=comparison.today,
            is_for_upload=uploads,
            found=FoundModules(),
        )
        base = open_base(comparison, options, request, tree)
        result = check(request) if uploads else None
        report = result.report if result else load_or_check(request)
        report = decide(report, request, base, comparison)._replace(is_selection=bool(contracts))
        if actions:
            report = _add_actions(report, request)
        if reports.include("text") and verbosity is not Verbosity.QUIET:
            from archguard.cli.adoption import find_adoption  # noqa: PLC0415 (no other report has it)

            place = root or (tree.folder if paths and not config else None)
            words = _name_tree(place, config, contracts, trusts=trust_contract_types)
            report = report._replace(adoption=find_adoption(report, request, tree.folder, words))
    _write_reports(report, reports, tree.folder, options, verbosity)
    verdict = 2 if report.errors else int(not report.passed)
    if result is None:
        return verdict
    # The verdict stands, whatever happens to the upload.
    if target is None:
        return options.failure_code or verdict
    upload_result = partial(commit_upload.upload_checked, result, request, target, report.causes)
    return commit_upload.run_upload(options, upload_result, ArchguardError) or verdict


def _add_actions(report: Report, request: CheckRequest) -> Report:
    from archguard.consolidation.migration_plan import PlanOptions  # noqa: PLC0415 (rarely needed)
    from archguard.consolidation.plan_cache import load_or_plan  # noqa: PLC0415
    from archguard.consolidation.report_edits import add_edits  # noqa: PLC0415

    plan = load_or_plan(request._replace(started=(), list_exposed=False), PlanOptions())
    return add_edits(report, plan)


def _choose_upload(options: UploadOptions, contracts: Sequence[str], *, is_asked_for: bool) -> bool:
    """Return whether the commit is to be uploaded.

    Raises:
        ConfigurationError: it is, and not all contracts are judged.
    """
    if not (is_asked_for or options.require):
        return False
    if contracts:
        raise ConfigurationError("--upload sends every contract's verdict: leave out --contract.")
    return not commit_upload.is_merge_queue(options)


def _write_reports(
    report: Report, reports: ReportOptions, folder: str, options: UploadOptions, verbosity: Verbosity
) -> None:
    for name, file in reports.destinations:
        shown, surroundings = _place(report, name, folder, options)
        style = choose_style(file, color=reports.color, statistics=reports.statistics)._replace(
            quiet=verbosity is Verbosity.QUIET,
            verbose=verbosity is Verbosity.VERBOSE,
            surroundings=surroundings,
        )
        write_report(render(shown, name, style), file)
    if ("text", None) not in reports.destinations:  # the text report says it already
        for error in report.errors:
            say(error)


def _place(
    report: Report, format_name: str, folder: str, options: UploadOptions
) -> tuple[Report, Surroundings]:
    """Return the report with its paths as a format has them, and what it may link to."""
    if format_name == "markdown":
        from archguard.cli.report_surroundings import place_report  # noqa: PLC0415

        return place_report(report, folder, options.server, options.project)
    relative = format_name in _RELATIVE_TO_CURRENT_FOLDER
    return report.below(find_prefix(folder)) if relative else report, Surroundings()


def _name_tree(
    root: str | None, config: Sequence[str], contracts: Sequence[str], *, trusts: bool
) -> list[str]:
    """Return the words of a command line that name a tree and its contracts."""
    values = [("--root", root), *(("--config", file) for file in config)]
    values += [("--contract", name) for name in contracts]
    words = [word for option, value in values if value is not None for word in (option, value)]
    return [*words, *(["--trust-contract-types"] if trusts else [])]


def _say_what_is_judged(tree: ChosenTree, paths: Sequence[str], verbosity: Verbosity) -> None:
    folder = tree.folder
    if paths and os.path.realpath(folder) not in map(os.path.realpath, paths):
        say(f"all of {folder} is judged, not {', '.join(paths)} alone: contracts are about the whole.")
    if verbosity is Verbosity.VERBOSE:
        say(f"configuration {tree.configuration.path}, root packages below {folder}.")
