"""`archguard backfill`: the whole past, read through the same pipeline as a check."""

from __future__ import annotations

import datetime
import os
import shutil
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli import upload_progress
from archguard.cli.options import shared, upload_options
from archguard.cli.progress_bar import progress
from archguard.configuration import find_configuration, read_configuration
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from archguard.cli.options.upload_options import UploadOptions
    from archguard.configuration import Configuration
    from archguard.reporters import Style

PERIODS = ("commit", "day", "week", "month")
FORMATS = ("json", "text")
_CONNECT_SECONDS = 10


@click.command(
    epilog="""\b
Examples:
  archguard backfill --every week --format text
  archguard backfill --upload --server https://archguard.example.org --project shop --format text
  archguard backfill --repo ../shop.git --rev main --config contracts.toml --output history.jsonl

\b
Run again with the same --output, it continues what was interrupted, or adds the new commits.
Exit codes: 0 done, 2 it could not be, 3 a required upload failed, 130 interrupted.""",
)
@click.option(
    "--repo",
    metavar="DIR",
    default=os.curdir,
    help="A repository, a bare one too, or a folder of one. Default: the current folder.",
)
@click.option("--rev", metavar="REV", default="HEAD", help="Where the history ends. Default: HEAD.")
@click.option(
    "--config",
    metavar="FILE",
    help="The configuration, applied to the past as well. Default: the one in --repo.",
)
@click.option(
    "--config-from-commit",
    is_flag=True,
    help="Judge each commit by the configuration that it holds itself (--config is a path in it then).",
)
@click.option(
    "--every",
    metavar="P",
    default="commit",
    help="commit, day, week or month: of each, the last commit, by the committer's date in UTC.",
)
@click.option("--since", metavar="DATE", help="Only commits of this day (UTC) or later: 2026-01-31.")
@click.option("--until", metavar="DATE", help="Only commits of this day (UTC) or earlier.")
@click.option(
    "--first-parent/--no-first-parent",
    default=True,
    help="What was merged counts as one change, or commit by commit. Default: as one.",
)
@click.option("--violations", is_flag=True, help="Give each commit's violations, not only their number.")
@click.option(
    "--format",
    "form",
    metavar="F",
    default="json",
    help="json: a line for each commit; text: a table and a curve in the end, for people.",
)
@click.option("--output", metavar="FILE", help="Where the JSON lines go. Default: standard output.")
@click.option(
    "--trust-contract-types",
    is_flag=True,
    help="Run the code that contract_types names. It is the repository's code.",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Read the versions on a dask cluster; its workers need the repository at the same path.",
)
@click.option(
    "--upload", is_flag=True, help="Send every commit's snapshot to the service, oldest first."
)
@upload_options.upload_options
@shared.jobs_option
@shared.cache_options
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
    wanted: UploadOptions,
    jobs: int,
    cache_dir: str | None,
    no_cache: bool,
) -> int:
    """Judge the contracts on every commit of the past.

    Nothing is checked out, run or written in the repository.
    """
    shared.choice("--every", every, PERIODS)
    shared.choice("--format", form, FORMATS)
    first_day, last_day = _day("--since", since), _day("--until", until)
    configuration = None if config_from_commit else _configuration(config, repo)
    from archguard.cli.resumable_file import Lines  # noqa: PLC0415 (what --help need not wait for)
    from archguard.history import Backfill, SamplingPeriod, SelfConfiguredBackfill, sample_commits  # noqa: PLC0415
    from archguard.reporters.history_json import line  # noqa: PLC0415
    from archguard.reporters.history_text import Summary  # noqa: PLC0415
    from archguard.sources.git.history import History  # noqa: PLC0415

    history = History(repo, rev)
    if history.is_shallow:
        _say("the clone is shallow: its history begins where it was cut off (`git fetch --unshallow`).")
    commits = sample_commits(
        history.list_commits(first_parent=first_parent),
        SamplingPeriod(every),
        since=first_day,
        until=last_day,
    )
    if not commits:
        _say("no commit is in the sample: see --since and --until.")
    summary = Summary()
    writes_lines = form == "json" or output is not None
    with progress() as show, _cluster(dask) as executor:
        make = partial(
            Backfill,
            history,
            cache=shared.open_cache(cache_dir, no_cache=no_cache),
            jobs=jobs,
            executor=executor,
            trust_contract_types=trust_contract_types,
            progress=show,
        )
        backfill = (
            SelfConfiguredBackfill(
                history,
                config,
                lambda own, wide, story: make(own, options=wide, lifecycles=story),
            )
            if configuration is None
            else make(configuration)
        )
        asked = upload or wanted.require
        feed = upload_progress.feed(wanted, repo, rev, commits, show) if asked else nullcontext()
        with feed as fed, Lines(output) if writes_lines else nullcontext() as lines:
            for point in backfill.run(commits, violations=violations or fed is not None):
                if fed is not None:
                    fed.add(point)
                if lines is not None:
                    lines.write(line(point if violations else replace(point, violations=None)))
                summary.add(point)
            code = 0 if fed is None else upload_progress.finish(fed, len(commits), wanted)
    for warning in backfill.warnings:
        _say(warning)
    if form == "text":
        still = {name: one.open for name, one in backfill.lifecycles.items()}
        style, ascii_only = _style()
        click.echo(summary.render(still, style, ascii_only=ascii_only), nl=False, color=True)
    return code


def _configuration(config: str | None, repo: str) -> Configuration:
    if config is None and not os.path.isdir(repo):
        raise ConfigurationError(f"--repo {repo}: there is no such folder.")
    return read_configuration(config if config is not None else find_configuration(repo))


def _day(option: str, given: str | None) -> datetime.date | None:
    if given is None:
        return None
    try:
        day = datetime.date.fromisoformat(given)
    except ValueError:
        day = None
    if day is None or day.isoformat() != given:  # other forms of ISO 8601 are easily mistyped
        raise ConfigurationError(f"{option} {given}: it is no day like 2026-01-31.")
    return day


def _say(text: str) -> None:
    click.echo(f"archguard: {shared.escape(text)}", err=True)


def _style() -> tuple[Style, bool]:
    from archguard.reporters import Style  # noqa: PLC0415

    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    encoding = (sys.stdout.encoding or "ascii").lower()
    return Style(color=color, width=shutil.get_terminal_size().columns), not encoding.startswith("utf")


@contextmanager
def _cluster(address: str | None) -> Iterator[Executor | None]:
    """The executor of the dask cluster at an address."""
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
