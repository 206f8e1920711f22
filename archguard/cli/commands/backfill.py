"""`archguard backfill`: judge the contracts on every commit of a history."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli import backfill_upload
from archguard.cli.options.choice import require_choice
from archguard.cli.options.completions import complete_choice
from archguard.cli.options.configuration import allow_imports_from, trust_contract_types_option
from archguard.cli.options.day import read_day
from archguard.cli.options.groups import GroupedCommand
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.options.upload import upload_options
from archguard.cli.output import choose_style, say
from archguard.cli.progress_bar import show_progress
from archguard.configuration import find_configuration, find_configuration_file, read_configuration
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from archguard.cli.options.upload import UploadOptions
    from archguard.configuration import Configuration
    from archguard.graph.scanning.cache import Cache

PERIODS = ("commit", "day", "week", "month")
FORMATS = ("json", "text")
_CONNECT_SECONDS = 10


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard backfill --every week --format text
  archguard backfill --upload --server https://archguard.example.org --project shop --format text
  archguard backfill --repo ../shop.git --rev main --config contracts.toml --output history.jsonl

\b
Run it again with the same --output to continue an interrupted run, or to add
new commits. Exit codes: 0 done, 2 the history cannot be judged, 3 a required
upload failed, 130 interrupted.""",
)
@click.option(
    "--repo",
    metavar="DIR",
    default=os.curdir,
    help="A repository (a bare one too), or a folder in one. Default: the current folder.",
)
@click.option(
    "--rev", metavar="REV", default="HEAD", help="The last commit of the history. Default: HEAD."
)
@click.option(
    "--config",
    metavar="FILE",
    help="The configuration by which every commit is judged. Default: the one in --repo; without --repo "
    "the nearest one upwards.",
)
@click.option(
    "--config-from-commit",
    is_flag=True,
    help="Judge each commit by the configuration that it contains (--config is a path in the commit).",
)
@click.option(
    "--every",
    metavar="P",
    shell_complete=complete_choice(PERIODS),
    default="commit",
    help="commit, day, week or month: judge the last commit of each, by the committer's date in UTC.",
)
@click.option("--since", metavar="DATE", help="Only commits of this day (UTC) or later: 2026-01-31.")
@click.option("--until", metavar="DATE", help="Only commits of this day (UTC) or earlier.")
@click.option(
    "--first-parent/--no-first-parent",
    default=True,
    help="Count a merge as one change, or follow each merged commit. Default: as one change.",
)
@click.option("--violations", is_flag=True, help="List each commit's violations, not only their number.")
@click.option(
    "--format",
    "form",
    metavar="F",
    default="json",
    help="json: one line for each commit; text: a table and a curve at the end, for people.",
)
@click.option("--output", metavar="FILE", help="Where the JSON lines go. Default: standard output.")
@trust_contract_types_option
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Scan on a dask cluster; its workers need the repository at the same path.",
)
@click.option(
    "--upload", is_flag=True, help="Send every commit's snapshot to the service, oldest first."
)
@upload_options
@jobs_option
@cache_options
def command(
    *,
    repo: str,
    rev: str,
    config: str | None,
    config_from_commit: bool,
    every: str,
    since: str | None,
    until: str | None,
    first_parent: bool,
    violations: bool,
    form: str,
    output: str | None,
    trust_contract_types: bool,
    dask: str | None,
    upload: bool,
    options: UploadOptions,
    jobs: int,
    cache: Cache,
) -> int:
    """Judge the contracts on every commit of a history.

    Nothing is checked out, run or written in the repository.
    """
    require_choice("--every", every, PERIODS)
    require_choice("--format", form, FORMATS)
    first_day, last_day = read_day("--since", since), read_day("--until", until)
    configuration = None
    if not config_from_commit:
        configuration, repo = _load_configuration(config, repo)
    # Imported here, not above: --help does not need it.
    from archguard.cli.resumable_file import ResumableFile  # noqa: PLC0415
    from archguard.history import (  # noqa: PLC0415
        Backfill,
        SamplingPeriod,
        SelfConfiguredBackfill,
        sample_commits,
    )
    from archguard.reporters.history_json import format_point  # noqa: PLC0415
    from archguard.reporters.history_text import Summary  # noqa: PLC0415
    from archguard.sources.git.history import History  # noqa: PLC0415

    history = History(repo, rev)
    if history.is_shallow:
        say("the clone is shallow, so its history is incomplete: run `git fetch --unshallow`.")
    commits = sample_commits(
        history.list_commits(first_parent=first_parent),
        SamplingPeriod(every),
        since=first_day,
        until=last_day,
    )
    if not commits:
        say("no commit lies between --since and --until.")
    if trust_contract_types:
        allow_imports_from(repo)
    summary = Summary()
    uploads = upload or options.require
    writes_lines = form == "json" or output is not None
    with show_progress() as show, _connect(dask) as executor:
        make_backfill = partial(
            Backfill,
            history,
            cache=cache,
            jobs=jobs,
            executor=executor,
            trust_contract_types=trust_contract_types,
            progress=show,
            is_for_upload=uploads,
        )
        backfill = (
            SelfConfiguredBackfill(
                history,
                config,
                lambda configuration, options, lineage: make_backfill(
                    configuration, options=options, lineage=lineage
                ),
            )
            if configuration is None
            else make_backfill(configuration)
        )
        upload_context = (
            backfill_upload.open_uploader(options, repo, rev, commits, show, cache=cache, jobs=jobs)
            if uploads
            else nullcontext()
        )
        file_context = ResumableFile(output) if writes_lines else nullcontext()
        with upload_context as uploader, file_context as file:
            uploads = uploader is not None
            for point in backfill.run(commits, violations=violations or uploads, family_paths=uploads):
                if uploader is not None:
                    uploader.add(point)
                if file is not None:
                    file.write(format_point(point if violations else replace(point, violations=None)))
                summary.add(point)
            code = 0 if uploader is None else backfill_upload.finish(uploader, len(commits), options)
    for warning in filter(
        None, (*backfill.warnings, *backfill.mistyped_modules, summary.describe_lower_bounds())
    ):
        say(warning)
    if form == "text":
        text = summary.render(
            backfill.open_violations, choose_style(), ascii_only=not _is_unicode_terminal()
        )
        click.echo(text, nl=False, color=True)
    return code


def _load_configuration(config: str | None, repo: str) -> tuple[Configuration, str]:
    """Return the configuration, and the folder of the repository that holds the root packages."""
    if config is not None:
        return read_configuration(config), repo
    if not os.path.isdir(repo):
        raise ConfigurationError(f"--repo {repo}: there is no such folder.")
    if repo == os.curdir:  # a named one is meant literally: what stands above it is another project
        configuration = find_configuration(repo)
        return configuration, os.path.dirname(configuration.path)
    file = find_configuration_file(repo)
    if file is None:
        raise ConfigurationError(
            f"--repo {repo}: there is no configuration in it; name one with --config."
        )
    return read_configuration(file), repo


def _is_unicode_terminal() -> bool:
    return (sys.stdout.encoding or "ascii").lower().startswith("utf")


@contextmanager
def _connect(address: str | None) -> Iterator[Executor | None]:
    """Connect to the dask scheduler at an address; None is no cluster."""
    if address is None:
        yield None
        return
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(
            "--dask: dask is not installed; install archguard[dask], here and on the workers."
        ) from None
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"--dask {address}: there is no dask scheduler ({error}).") from error
    try:
        yield client.get_executor(pure=False)
    finally:
        client.close()
