"""`archguard doctor`: show what archguard finds here, what it would read, and why not the rest."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from archguard import __version__
from archguard.cli.options.configuration import config_option, load_configuration, root_option
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.errors import ArchguardError
from archguard.graph.scanning import allocator
from archguard.sources.open import open_source
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from archguard.checking.report import CheckResult
    from archguard.configuration import Configuration
    from archguard.graph.scanning.cache import Cache
    from archguard.sources.source import Source


@click.command(
    epilog="""\b
Example:
  archguard doctor --root .

\b
Exit codes: 0 `check` would give a verdict, 2 it would not.""",
)
@root_option
@config_option
@click.option("--rev", metavar="REV", help="Look at this commit instead of the working tree.")
@jobs_option
@cache_options
def command(
    *,
    root: str | None,
    config: str | None,
    rev: str | None,
    jobs: int,
    cache: Cache,
) -> int:
    """Show what archguard finds here, what it would read, and why not the rest."""
    _show_versions()
    _show_cache(cache)
    try:
        configuration, folder = load_configuration(config, root)
        contracts = format_count(len(configuration.contracts), "contract")
        click.echo(f"configuration  {configuration.path}: {contracts}")
        result, source = _check(configuration, folder, rev, jobs, cache)
        _show_files(result)
        _show_contracts(result, source)
    except ArchguardError as error:
        click.echo(f"problem        {escape(str(error))}")
        return error.exit_code
    for sentence in result.report.errors:
        click.echo(f"problem        {escape(sentence)}")
    if result.report.errors:
        return ArchguardError.exit_code
    click.echo("No problem found.")
    return 0


def _show_versions() -> None:
    click.echo(f"archguard      {__version__}")
    click.echo(f"python         {platform.python_version()}")
    for name in ("grimp", "import-linter"):
        click.echo(f"{name:<14} {version(name)}")
    git = shutil.which("git")
    git_version = (
        subprocess.run([git, "--version"], capture_output=True, text=True, check=False) if git else None
    )
    click.echo(f"allocator      {escape(allocator.describe())}")
    note = git_version.stdout.split()[-1] if git_version else "not installed: --rev needs it"
    click.echo(f"git            {note}")


def _show_cache(cache: Cache) -> None:
    if cache.folder is None:
        click.echo("cache          off")
    else:
        note = (
            "" if cache.usable else " (unusable: no key can be kept in the user's configuration folder)"
        )
        click.echo(f"cache          {cache.folder}{note}")


def _check(
    configuration: Configuration, folder: str, rev: str | None, jobs: int, cache: Cache
) -> tuple[CheckResult, Source]:
    from archguard.checking.pipeline import CheckRequest, check  # noqa: PLC0415

    source = open_source(folder, rev)
    return check(CheckRequest(source, configuration, cache, jobs)), source


def _show_files(result: CheckResult) -> None:
    from archguard.reporters.sentences import (  # noqa: PLC0415
        describe_excluded,
        describe_outside,
        split_unread,
    )

    coverage = result.report.coverage
    for root in result.inputs.analysis.roots:
        click.echo(f"root           {root.name} at {escape(root.path)}")
    click.echo(
        f"files          {format_count(coverage.files, 'file')}, {coverage.analysed:,} of them read"
    )
    listed, counts = split_unread(coverage.unread)
    for file in listed:
        line = f":{file.line}" if file.line else ""
        names = f" (names {', '.join(file.names)})" if file.names else ""
        names = " (may import anything)" if file.unknown else names
        click.echo(f"unread         {escape(file.path)}{line}  {escape(file.reason)}{names}")
    for count in counts:
        click.echo(f"unread         {count}")
    for undecided in coverage.undecided:
        place = f"{escape(undecided.path)}:{undecided.line}"
        click.echo(f"undecided      {place}  may ask for {undecided.module}")
    if coverage.outside.files:
        click.echo(f"outside        {describe_outside(coverage.outside)}")
    if coverage.excluded.patterns:
        click.echo(f"excluded       {describe_excluded(coverage.excluded)}")


def _show_contracts(result: CheckResult, source: Source) -> None:
    """Show the deprecated modules that are gone, and what the contracts are warned of."""
    from archguard.checking.unknown_modules import find_unknown_modules  # noqa: PLC0415
    from archguard.sources.git.past_paths import PastPaths  # noqa: PLC0415

    past = PastPaths.find(source)
    symbols = {report.id: report.missing_symbols for report in result.report.contracts}
    for contract in result.inputs.contracts:
        unknown = find_unknown_modules(
            contract, result.inputs.analysis, lambda: past, symbols[contract.id]
        )
        for module in unknown.deleted:
            click.echo(f"tombstone      {contract.id}: {module} is gone, and kept from coming back")
    for report in result.report.contracts:
        for warning in report.warnings:
            click.echo(f"warning        {escape(report.id)}: {escape(warning)}")
