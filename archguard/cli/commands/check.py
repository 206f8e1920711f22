"""`archguard check`: judge the contracts on a tree or a commit."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli import commit_upload
from archguard.cli.configured_base import apply_configured_base
from archguard.cli.options.base_revision import BaseOptions, base_options
from archguard.cli.options.choice import require_choice
from archguard.cli.options.completions import complete_choice, complete_file
from archguard.cli.options.configuration import (
    allow_imports_from,
    configs_option,
    load_configuration,
    paths_argument,
    root_option,
    trust_contract_types_option,
)
from archguard.cli.options.groups import GroupedCommand
from archguard.cli.options.scanning import cache_options, jobs_option, open_cache
from archguard.cli.options.upload import upload_options
from archguard.cli.options.verbosity import Verbosity, verbosity_options
from archguard.cli.output import choose_style, find_output_file, say, write_report
from archguard.cli.progress_bar import show_progress
from archguard.cli.staged_changes import choose_base, open_staged, refuse_commit_options
from archguard.cli.tree_verdict import find_prefix
from archguard.configuration.calendar import refuse_bad_calendars
from archguard.errors import ArchguardError, ConfigurationError
from archguard.reporters import FORMATS, render
from archguard.reporters.surroundings import Surroundings
from archguard.sources.open import open_source
from archguard.text import format_choices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Causes, CheckResult, Report
    from archguard.cli.commit_upload import UploadTarget
    from archguard.cli.options.upload import UploadOptions
    from archguard.configuration import Configuration
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
@click.option(
    "--contract",
    "contracts",
    metavar="ID",
    multiple=True,
    help="Only this contract, by its id or name. Repeatable.",
)
@click.option("--rev", metavar="REV", help="Read this commit instead of the working tree.")
@click.option(
    "--staged",
    is_flag=True,
    help="Read what is staged for the next commit, and compare it with HEAD or --base.",
)
@click.option(
    "--format",
    "formats",
    metavar="F[=FILE]",
    shell_complete=complete_choice(FORMATS),
    multiple=True,
    default=("text",),
    help=f"{format_choices(FORMATS)}; with =FILE, into that file. Repeatable.",
)
@click.option(
    "--output",
    metavar="FILE",
    shell_complete=complete_file,
    help="Where a format without =FILE goes. Default: standard output, which - names, too.",
)
@click.option(
    "--color/--no-color",
    default=None,
    help="Default: color on a terminal or if FORCE_COLOR is set, unless NO_COLOR is.",
)
@click.option(
    "--statistics",
    is_flag=True,
    help="In text, also say which packages and owners have most violations.",
)
@click.option(
    "--show-exposed",
    is_flag=True,
    help="In text and json, also list the modules that can reach a forbidden one.",
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
    formats: tuple[str, ...],
    output: str | None,
    color: bool | None,
    statistics: bool,
    show_exposed: bool,
    verbosity: Verbosity,
    trust_contract_types: bool,
    comparison: BaseOptions,
    upload: bool,
    options: UploadOptions,
    jobs: int,
    cache_dir: str | None,
    no_cache: bool,
) -> int:
    """Judge the contracts on the working tree, or on a commit.

    PATH is a file or folder of the project, whose configuration is looked for there and upwards; the
    default is the current folder. The whole project is judged: a contract is about all of it.

    Nothing of the tree is imported or run, and nothing is written into it.
    """
    destinations = _parse_formats(formats, output)
    configuration, folder = load_configuration(config, root, paths)
    _say_what_is_judged(configuration, folder, paths, verbosity)
    uploads = upload or options.require
    if contracts and uploads:
        raise ConfigurationError("--upload sends every contract's verdict: leave out --contract.")
    uploads = uploads and not commit_upload.is_merge_queue(options)
    files = config or (configuration.path,)
    source: Source | None = None
    if staged:
        refuse_commit_options(rev, upload=uploads)
        source, configuration = open_staged(folder, files, configuration)
        comparison = choose_base(source, comparison)
    else:
        comparison = apply_configured_base(comparison, configuration.base, folder)
    refuse_bad_calendars(configuration)
    whole = configuration
    if contracts:
        configuration = configuration.select(contracts)
    source = source or open_source(folder, rev)
    target = commit_upload.find_upload_target(options, folder, rev) if uploads else None
    cache = open_cache(cache_dir, no_cache=no_cache)
    # Imported here, not above: --help does not need it, and child processes start meanwhile.
    from archguard.graph.scanning.child import start_children  # noqa: PLC0415

    started = start_children(cache, jobs)
    from archguard.checking.pipeline import CheckRequest, check  # noqa: PLC0415
    from archguard.checking.report_cache import load_or_check  # noqa: PLC0415
    from archguard.cli.adoption import find_adoption  # noqa: PLC0415
    from archguard.cli.base_comparison import decide, open_base  # noqa: PLC0415

    if trust_contract_types:
        allow_imports_from(folder)
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
        )
        base = open_base(comparison, options, request, folder, files, whole)
        result = check(request) if uploads else None
        report = result.report if result else load_or_check(request)
        report = decide(report, request, base, comparison)._replace(is_selection=bool(contracts))
        place = root or (folder if paths and not config else None)
        words = _name_tree(place, config, contracts, trusts=trust_contract_types)
        report = report._replace(adoption=find_adoption(report, request, folder, words))
    for name, file in destinations:
        shown, surroundings = _place(report, name, folder, options)
        style = choose_style(file, color=color, statistics=statistics)._replace(
            quiet=verbosity is Verbosity.QUIET,
            verbose=verbosity is Verbosity.VERBOSE,
            surroundings=surroundings,
        )
        write_report(render(shown, name, style), file)
    if ("text", None) not in destinations:  # the text report says it already
        for error in report.errors:
            say(error)
    verdict = 2 if report.errors else int(not report.passed)
    if result is None:
        return verdict
    # The verdict stands, whatever happens to the upload.
    if target is None:
        return options.failure_code or verdict
    upload_result = partial(_upload, result, request, target, report.causes)
    return commit_upload.run_upload(options, upload_result, ArchguardError) or verdict


def _place(
    report: Report, format_name: str, folder: str, options: UploadOptions
) -> tuple[Report, Surroundings]:
    """Return the report with its paths as a format has them, and what it may link to."""
    if format_name == "markdown":
        from archguard.cli.report_surroundings import place_report  # noqa: PLC0415

        return place_report(report, folder, options.server, options.project)
    relative = format_name in _RELATIVE_TO_CURRENT_FOLDER
    return report.below(find_prefix(folder)) if relative else report, Surroundings()


def _upload(
    result: CheckResult, request: CheckRequest, upload_target: UploadTarget, causes: Causes | None
) -> None:
    from archguard.checking.pipeline import check, has_dates, scan_options  # noqa: PLC0415
    from archguard.sources.git.commit import Commit  # noqa: PLC0415
    from archguard.sources.working_tree import WorkingTree  # noqa: PLC0415
    from archguard.upload.clean_tree import find_unequal  # noqa: PLC0415

    client, repository, target, ci = upload_target
    with client:
        if isinstance(request.source, WorkingTree):
            commit = Commit(repository.git_dir, target.commit, repository.prefix)
            unequal = []
            if target.is_head:
                options = scan_options(result.inputs.configuration)
                unequal = find_unequal(result.inputs.analysis, request.source, commit, options)
            if unequal:
                _say_what_is_uploaded(unequal)
            # The verdict on a pull request's merge is not the commit's either, nor that of another day.
            inputs = result.inputs
            if unequal or not target.is_head or has_dates(inputs.configuration, inputs.analysis):
                request = request._replace(source=commit, progress=None, started=(), today=None)
                result = check(request)
        upload = commit_upload.build_upload(result, repository, target, ci, causes)
        commit_upload.send_upload(client, upload)


def _say_what_is_uploaded(unequal: Sequence[str]) -> None:
    files = f"{len(unequal)} files are" if len(unequal) > 1 else "1 file is"
    say(
        f"the commit itself is judged for the upload: {files} not as in it, {unequal[0]} first, though "
        "unchanged for git (line ends, ignored files)."
    )


def _parse_formats(values: Sequence[str], output: str | None) -> list[tuple[str, str | None]]:
    """Return (format, file) of each --format; a file of None is standard output.

    Raises:
        ConfigurationError: a format is unknown, or two of them go to the same place.
    """
    destinations: dict[str | None, tuple[str, str | None]] = {}
    for value in values:
        name, equals, file = value.partition("=")
        require_choice("--format", name, FORMATS)
        if equals and not file:
            raise ConfigurationError(f"--format {value}: name a file after the =.")
        path = find_output_file(file if equals else output)
        place = None if path is None else os.path.realpath(path)
        if place in destinations:
            raise ConfigurationError(
                f"--format {destinations[place][0]} and --format {name} both go to "
                f"{path or 'standard output'}: write one to a file, as --format {name}=FILE does."
            )
        destinations[place] = name, path
    return [*destinations.values()]


def _name_tree(
    root: str | None, config: Sequence[str], contracts: Sequence[str], *, trusts: bool
) -> list[str]:
    """Return the words of a command line that name a tree and its contracts."""
    values = [("--root", root), *(("--config", file) for file in config)]
    values += [("--contract", name) for name in contracts]
    words = [word for option, value in values if value is not None for word in (option, value)]
    return [*words, *(["--trust-contract-types"] if trusts else [])]


def _say_what_is_judged(
    configuration: Configuration, folder: str, paths: Sequence[str], verbosity: Verbosity
) -> None:
    if verbosity is Verbosity.QUIET:
        return
    top = os.path.realpath(folder)
    if paths and top not in map(os.path.realpath, paths):
        say(f"all of {folder} is judged, not {', '.join(paths)} alone: contracts are about the whole.")
    if verbosity is Verbosity.VERBOSE:
        say(f"configuration {configuration.path}, root packages below {folder}.")
