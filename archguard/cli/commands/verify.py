"""`archguard verify`: compute a certificate again, and compare."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

import archguard
from archguard.cli.commands.certify import open_certified
from archguard.cli.options.completions import complete_file
from archguard.cli.options.configuration import configs_option, root_option
from archguard.cli.options.groups import GroupedCommand
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.output import say
from archguard.cli.progress_bar import show_progress
from archguard.errors import ConfigurationError
from archguard.text import escape

if TYPE_CHECKING:
    from archguard.graph.scanning.cache import Cache


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard verify certificate.json
  archguard verify certificate.json --rev v2.0

\b
Exit codes: 0 the certificate holds, 1 something differs,
2 there is no verdict, or another version of archguard wrote it.""",
)
@click.argument("certificate", metavar="FILE", shell_complete=complete_file)
@root_option
@configs_option
@click.option("--rev", metavar="REV", help="Verify this commit instead of the working tree.")
@jobs_option
@cache_options
def command(
    *,
    certificate: str,
    root: str | None,
    config: tuple[str, ...],
    rev: str | None,
    jobs: int,
    cache: Cache,
) -> int:
    """Judge the tree again, and say whether a certificate still holds for it."""
    document = _read(certificate)
    contracts = tuple(contract["id"] for contract in document["contracts"])
    from archguard.checking.certificate import (  # noqa: PLC0415 (not for --help)
        collect_evidence,
        compare_documents,
    )

    with show_progress() as show:
        tree = open_certified(root, config, (), rev, jobs, cache, show)
        known = {contract.id for contract in tree.request.configuration.contracts}
        evidence = collect_evidence(tree._replace(contracts=tuple(known.intersection(contracts))))
    problems = [*compare_documents(document, evidence.document), *evidence.refusals]
    for problem in problems:
        say(f"not verified: {escape(problem)}")
    if problems:
        return 1
    counts = ", ".join(contracts)
    say(escape(f"{certificate} holds at {document['commit'][:10]}: {counts}, 0 violations."))
    return 0


def _read(path: str) -> dict[str, Any]:
    """Return a certificate.

    Raises:
        ConfigurationError: it cannot be read, is none, or was written by another version of archguard.
    """
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file, object_pairs_hook=_read_object)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} is no certificate: it is not JSON.") from error
    except KeyError as error:
        raise ConfigurationError(f"{path} is no certificate: it has {error} twice.") from error
    if not _is_certificate(document):
        raise ConfigurationError(f"{path} is no certificate; `archguard certify` writes one.")
    version = document["tool"]["version"]
    if version != archguard.__version__:
        raise ConfigurationError(
            f"{path} was written by archguard {version}, and this is {archguard.__version__}: "
            "verify it with that version, or certify again."
        )
    certificate: dict[str, Any] = document
    return certificate


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, so that nobody reads the first of two values where we read the last.

    Raises:
        KeyError: a key stands in it twice.
    """
    document: dict[str, Any] = {}
    for key, value in pairs:
        if key in document:
            raise KeyError(key)
        document[key] = value
    return document


def _is_certificate(document: Any) -> bool:
    """Return whether a document has what is read of it before it is compared."""
    if not isinstance(document, dict) or not isinstance(document.get("contracts"), list):
        return False
    tool = document.get("tool")
    has_ids = all(
        isinstance(contract, dict) and isinstance(contract.get("id"), str)
        for contract in document["contracts"]
    )
    is_told = isinstance(tool, dict) and isinstance(tool.get("version"), str)
    return has_ids and is_told and isinstance(document.get("commit"), str)
