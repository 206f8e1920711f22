"""`archguard check`: judge the contracts on a tree or a commit."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli.options import shared, upload_options
from archguard.cli.progress_bar import progress
from archguard.errors import ArchguardError, ConfigurationError
from archguard.reporters import FORMATS, Style, render
from archguard.sources.open import open_source

if TYPE_CHECKING:
    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult, Report
    from archguard.cli.options.upload_options import UploadOptions, UploadTarget

# Read by services that see the whole repository, from whose top a CI job runs.
_FROM_THE_CURRENT_FOLDER = ("github", "sarif")


@click.command(
    epilog="""\b
Examples:
  archguard check
  archguard check --rev main --format json --output report.json
  archguard check --format github --format sarif=archguard.sarif
  archguard check --upload --server https://archguard.example.org --project shop

\b
Exit codes: 0 every contract is kept, 1 one is broken, 2 there is no verdict,
3 a required upload failed.""",
)
@shared.root_option
@shared.config_option
@click.option(
    "--contract", "contracts", metavar="ID", multiple=True, help="Only this contract. Repeatable."
)
@click.option("--rev", metavar="REV", help="Read this commit instead of the working tree.")
@click.option(
    "--format",
    "formats",
    metavar="F[=FILE]",
    multiple=True,
    default=("text",),
    help="text, json, github or sarif; with =FILE, into that file. Repeatable.",
)
@click.option(
    "--output", metavar="FILE", help="Where a format without =FILE goes. Default: standard output."
)
@click.option("--color/--no-color", default=None, help="Default: on a terminal, unless NO_COLOR is set.")
@click.option(
    "--trust-contract-types",
    is_flag=True,
    help="Run the code that contract_types names. It is the repository's code.",
)
@click.option(
    "--upload", is_flag=True, help="Send the commit's snapshot to the service, whatever the verdict."
)
@upload_options.upload_options
@shared.jobs_option
@shared.cache_options
def command(
    *,
    root: str | None,
    config: str | None,
    contracts: tuple[str, ...],
    rev: str | None,
    formats: tuple[str, ...],
    output: str | None,
    color: bool | None,
    trust_contract_types: bool,
    upload: bool,
    wanted: UploadOptions,
    jobs: int,
    cache_dir: str | None,
    no_cache: bool,
) -> int:
    """Judge the contracts on the working tree, or on a commit.

    Nothing of the tree is imported or run, and nothing is written into it.
    """
    targets = [_target(one, output) for one in formats]
    configuration, folder = shared.configuration_and_root(config, root)
    if contracts and (upload or wanted.require):
        raise ConfigurationError("--upload sends every contract's verdict: leave out --contract.")
    if contracts:
        configuration = configuration.select(contracts)
    source = open_source(folder, rev)
    asked = upload or wanted.require
    way = upload_options.find_way(wanted, folder, rev) if asked else None
    cache = shared.open_cache(cache_dir, no_cache=no_cache)
    # All this is imported here, not above: --help need not wait for it, and children start meanwhile.

    from archguard.graph.scanning.child import start_children  # noqa: PLC0415

    started = start_children(cache, jobs)
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415
    from archguard.checking.report_cache import load_or_check  # noqa: PLC0415

    if trust_contract_types:
        sys.path.insert(0, os.path.abspath(folder))
    with progress() as show:
        request = CheckRequest(
            source=source,
            configuration=configuration,
            cache=cache,
            jobs=jobs,
            trust_contract_types=trust_contract_types,
            progress=partial(show, "Reading"),
            started=started,
        )
        checked = _check_all(request) if asked else None
        report = checked.report if checked else load_or_check(request)
    for name, file in targets:
        seen = report.below(_below(folder)) if name in _FROM_THE_CURRENT_FOLDER else report
        _write(seen, name, file, color=color)
    verdict = 0 if report.kept else 1
    if checked is None:
        return verdict
    # The verdict stands, whatever there is of git, CI, the network or the server.
    if way is None:
        return wanted.failed or verdict
    work = partial(_upload, checked, request, rev, way)
    return upload_options.attempt(wanted, work, ArchguardError) or verdict


def _check_all(request: CheckRequest) -> CheckResult:
    from archguard.checking.pipeline import check  # noqa: PLC0415

    return check(request)


def _upload(checked: CheckResult, request: CheckRequest, rev: str | None, way: UploadTarget) -> None:
    from archguard.checking.pipeline import scan_options  # noqa: PLC0415
    from archguard.sources.git.commit import Commit  # noqa: PLC0415
    from archguard.upload.clean_tree import refuse_changes  # noqa: PLC0415

    repository, place = way.repository, way.place
    with way.client as client:
        if rev is None:
            commit = Commit(repository.git_dir, place.commit, repository.prefix)
            if place.is_head:
                material = checked.inputs
                wanted_roots = scan_options(material.configuration)
                refuse_changes(material.analysis, request.source, commit, wanted_roots)
            else:  # what is checked out is a merge: its verdict is not the commit's
                checked = _check_all(request._replace(source=commit, progress=None, started=()))
        upload_options.send(client, upload_options.upload_of(checked, repository, place, way.ci))


def _target(given: str, output: str | None) -> tuple[str, str | None]:
    """(format, file or None for standard output) of one --format."""
    name, equals, file = given.partition("=")
    shared.choice("--format", name, FORMATS)
    if equals and not file:
        raise ConfigurationError(f"--format {given}: no file is named after the =.")
    return name, file if equals else output


def _below(folder: str) -> str:
    """The folder as a path from the current one; empty if it is that, or outside of it."""
    path = os.path.relpath(folder).replace(os.sep, "/")
    return "" if path == "." or path.startswith("..") else path


def _write(report: Report, name: str, file: str | None, *, color: bool | None) -> None:
    if color is None:
        color = file is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = 80 if file is not None else shutil.get_terminal_size().columns
    text = render(report, name, Style(color=color, width=width))
    if file is None:
        # A log in ASCII shows an escape where it cannot show the letter.
        encoding = sys.stdout.encoding or "ascii"
        click.echo(text.encode(encoding, "backslashreplace"), nl=False, color=True)
    else:
        _write_to(file, text)


def _write_to(file: str, text: str) -> None:
    """Write a file whole, or leave the old one; a pipe or a device is written to, and stays."""
    place = os.path.realpath(file)
    folder = os.path.dirname(place)
    try:
        if os.path.exists(file) and not os.path.isfile(file):
            with open(file, "w", encoding="utf-8", newline="\n") as handle:
                handle.write(text)
            return
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".archguard-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as handle:
                handle.write(text)
            os.chmod(temporary, 0o644)
            os.replace(temporary, place)
        except OSError:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise ArchguardError(f"{file}: it cannot be written: {error.strerror}.") from error
