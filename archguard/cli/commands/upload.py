"""`archguard upload`: judge a commit, and send the snapshot of it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from archguard.cli.options import shared, upload_options

if TYPE_CHECKING:
    from archguard.cli.options.upload_options import UploadOptions
    from archguard.snapshot import Upload


@click.command(
    epilog="""\b
Examples:
  archguard upload --dry-run
  archguard upload --server https://archguard.example.org --project shop

\b
Exit codes: 0 done, or failed with a warning; 2 there is no verdict; 3 failed with --require-upload.""",
)
@shared.root_option
@shared.config_option
@click.option(
    "--rev",
    metavar="REV",
    help="The commit. Default: what is checked out, or if that is a pull request's merge, its commit.",
)
@click.option(
    "--dry-run", is_flag=True, help="Print the JSON that would be sent, byte for byte, and send nothing."
)
@upload_options.upload_options
@click.option(
    "--trust-contract-types",
    is_flag=True,
    help="Run the code that contract_types names. It is the repository's code.",
)
@shared.jobs_option
@shared.cache_options
def command(
    *,
    root: str | None,
    config: str | None,
    rev: str | None,
    dry_run: bool,
    wanted: UploadOptions,
    trust_contract_types: bool,
    jobs: int,
    cache_dir: str | None,
    no_cache: bool,
) -> int:
    """Judge a commit, and send its snapshot: names, edges, counts; no source text.

    It is read from the object store, never from the working tree.
    """
    configuration, folder = shared.configuration_and_root(config, root)
    if trust_contract_types:
        sys.path.insert(0, os.path.abspath(folder))
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415 (what --help need not wait for)
    from archguard.sources.open import open_source  # noqa: PLC0415
    from archguard.upload.target import Repository, find_target  # noqa: PLC0415

    repository = Repository(folder)

    def make() -> Upload:
        ci = wanted.ci()
        place = find_target(repository, rev, wanted.branch, ci)
        request = CheckRequest(
            source=open_source(folder, place.commit),
            configuration=configuration,
            cache=shared.open_cache(cache_dir, no_cache=no_cache),
            jobs=jobs,
            trust_contract_types=trust_contract_types,
        )
        return upload_options.of_a_check(request, repository, place, ci)

    def upload() -> None:
        with wanted.client() as client:  # before anything that takes time
            upload_options.send(client, make())

    if dry_run:
        _print(make())
        return 0
    return upload_options.attempt(wanted, upload)


def _print(upload: Upload) -> None:
    from archguard.snapshot.codec import canonical  # noqa: PLC0415

    sys.stdout.buffer.write(canonical(upload))
    sys.stdout.buffer.flush()
    if sys.stdout.isatty():
        click.echo()
