"""`archguard upload`: judge a commit, and send its snapshot to the service."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from archguard.cli import commit_upload
from archguard.cli.options.configuration import (
    allow_imports_from,
    configs_option,
    load_configuration,
    root_option,
    trust_contract_types_option,
)
from archguard.cli.options.groups import GroupedCommand
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.options.upload import required_upload_options
from archguard.cli.output import say

if TYPE_CHECKING:
    from archguard.cli.options.upload import UploadOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.snapshot import Upload


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard upload --dry-run
  archguard upload --server https://archguard.example.org --project shop

\b
Exit codes: 0 done, 2 there is no verdict, 3 the upload failed.""",
)
@root_option
@configs_option
@click.option(
    "--rev",
    metavar="REV",
    help="The commit. Default: HEAD; where HEAD is a pull request's merge, the pull request's commit.",
)
@click.option(
    "--dry-run", is_flag=True, help="Print the JSON that would be sent, byte for byte, and send nothing."
)
@required_upload_options
@trust_contract_types_option
@jobs_option
@cache_options
def command(
    *,
    root: str | None,
    config: tuple[str, ...],
    rev: str | None,
    dry_run: bool,
    options: UploadOptions,
    trust_contract_types: bool,
    jobs: int,
    cache: Cache,
) -> int:
    """Judge a commit, and send its snapshot: names, edges, counts; no source text.

    The commit is read from the object store, never from the working tree.
    """
    configuration, folder = load_configuration(config, root)
    if rev is None and commit_upload.is_merge_queue(options):
        return 0
    if trust_contract_types:
        allow_imports_from(folder)
    # Imported here, not above: --help does not need it.
    from archguard.checking.pipeline import CheckRequest, check  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415
    from archguard.upload.target import Repository, find_target  # noqa: PLC0415

    repository = Repository(folder)

    def make_upload() -> Upload:
        ci = options.read_ci_facts()
        target = find_target(repository, rev, options.branch, ci)
        request = CheckRequest(
            source=open_source(folder, target.commit),
            configuration=configuration,
            cache=cache,
            jobs=jobs,
            trust_contract_types=trust_contract_types,
            is_for_upload=True,
        )
        result = check(request)
        errors.extend(result.report.errors)
        return commit_upload.build_upload(result, request, repository, target, ci)

    def upload() -> None:
        with options.open_client() as client:  # what it lacks is reported before the work
            commit_upload.send_upload(client, make_upload())

    errors: list[str] = []
    failure = 0
    if dry_run:
        _print(make_upload())
    else:
        failure = commit_upload.run_upload(options, upload)
    for error in errors:
        say(f"no verdict: {error}")
    return failure or (2 if errors else 0)


def _print(upload: Upload) -> None:
    from archguard.snapshot.codec import encode  # noqa: PLC0415

    sys.stdout.buffer.write(encode(upload))
    sys.stdout.buffer.flush()
    if sys.stdout.isatty():
        click.echo()
