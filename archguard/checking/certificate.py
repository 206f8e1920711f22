"""What a count of zero rests on: a document that anybody can compute again from the same commit."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import archguard
from archguard.checking.pipeline import check, scan_options
from archguard.errors import ConfigurationError, SourceError
from archguard.graph.tree_state import TreeState
from archguard.sources.git.commit import Commit
from archguard.sources.git.work_tree import list_changes
from archguard.sources.source import Unreadable
from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult, Report
    from archguard.configuration import Configuration
    from archguard.sources.source import Source

FORMAT_VERSION = 1
_LISTED = 3


class CertifiedTree(NamedTuple):
    """What is to be certified, or verified."""

    request: CheckRequest
    """The tree, and all contracts of its configuration."""
    folder: str
    """Where it is."""
    contracts: tuple[str, ...] = ()
    """The ids of the contracts; empty for all."""


class Evidence(NamedTuple):
    """A certificate's content, and why it cannot be given."""

    document: Mapping[str, Any]
    refusals: tuple[str, ...]
    """Sentences; empty if every count is zero and nothing is left open."""


def collect_evidence(tree: CertifiedTree) -> Evidence:
    """Judge a tree, and return what its verdict rests on.

    The digest covers the path and SHA-256 of every file below the roots, the contracts, what was read,
    the commit and the version of the tool; it does not depend on the time, the machine or Python.

    Raises:
        ArchguardError: there is no verdict; the message says why.
    """
    request = tree.request
    commit = _find_commit(tree)
    result = check(request)
    if result.report.errors:
        raise ConfigurationError(result.report.errors[0])
    configuration = request.configuration
    chosen = tree.contracts or tuple(contract.id for contract in configuration.contracts)
    document: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "archguard", "version": archguard.__version__},
        "commit": commit,
        "roots": _describe_roots(configuration),
        "contracts": [
            {
                "id": contract.id,
                "name": contract.name,
                "type": contract.type,
                "options": _make_plain(contract.options),
                "violations": _count(result.report, contract.id),
            }
            for contract in configuration.contracts
            if contract.id in chosen
        ],
        "coverage": {
            "files": result.report.coverage.files,
            "analysed": result.report.coverage.analysed,
            "outside": result.report.coverage.outside.files,
            "excluded": result.report.coverage.excluded.files,
        },
        "files": _digest_files(request.source, configuration),
    }
    document["digest"] = compute_digest(document)
    refusals = [*_list_changes(tree), *_list_refusals(result, chosen)]
    return Evidence(document, tuple(refusals))


def compute_digest(document: Mapping[str, Any]) -> str:
    """Return the digest of a certificate: of everything in it but the digest itself."""
    content = {key: value for key, value in document.items() if key != "digest"}
    return f"sha256:{hashlib.sha256(_write(content).encode()).hexdigest()}"


def compare_documents(certificate: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return in sentences how a certificate differs from what the tree says now."""
    differences = []
    if certificate.get("digest") != compute_digest(certificate):
        differences.append("The certificate was changed: its digest is not that of its content.")
    names = {
        "tool": "The tool is another one",
        "commit": "The commit is another one",
        "roots": "The root packages are others",
        "contracts": "The contracts, their options or their counts are others",
        "coverage": "Other files were read",
        "files": "A file below the roots was changed, added, removed or renamed",
        "format_version": "The format is another one",
    }
    for key, sentence in names.items():
        if _write(certificate.get(key)) != _write(found[key]):  # False == 0, and false is not 0
            differences.append(f"{sentence}: {_describe_values(certificate.get(key), found[key])}.")
    unknown = sorted(certificate.keys() - found.keys())
    if unknown:
        differences.append(f"The certificate says more than archguard does: {', '.join(unknown)}.")
    return differences


def _find_commit(tree: CertifiedTree) -> str:
    """Return the id of the commit that a tree is, or that a working tree was checked out from.

    Raises:
        ConfigurationError: there is none.
    """
    if tree.request.source.commit is not None:
        return tree.request.source.commit
    try:
        return Commit.find(tree.folder, "HEAD").commit or ""
    except SourceError as error:
        raise ConfigurationError(f"only a commit can be certified: {error}") from error


def _list_changes(tree: CertifiedTree) -> Iterator[str]:
    """Yield why a working tree is not its commit."""
    if tree.request.source.commit is not None:
        return
    prefix = Commit.find(tree.folder, "HEAD").prefix
    if changes := sorted(list_changes(tree.folder, prefix)):
        count, listed = format_count(len(changes), "file"), ", ".join(changes[:_LISTED])
        yield f"The working tree differs from its commit in {count}: {listed}."


def _list_refusals(result: CheckResult, chosen: tuple[str, ...]) -> Iterator[str]:
    report = result.report
    excepted = {
        contract.id
        for contract in result.inputs.contracts
        if contract.exceptions or any(map(contract.strings, contract.exception_lists))
    }
    for contract in report.contracts:
        if contract.id not in chosen:
            continue
        if contract.violations or not contract.kept:
            yield f"{contract.id} has {format_count(contract.violations, 'violation')}."
        if contract.lower_bound:
            yield f"{contract.id} is a lower bound: an unread file may violate it."
        if contract.id in excepted or contract.exceptions or contract.ignored or contract.allowed:
            yield f"{contract.id} has exceptions."
    unread = [file.path for file in report.coverage.unread]
    if unread:
        listed = ", ".join(unread[:_LISTED])
        yield f"{format_count(len(unread), 'file')} below the roots could not be read: {listed}."


def _count(report: Report, contract_id: str) -> int:
    return next(contract.violations for contract in report.contracts if contract.id == contract_id)


def _describe_roots(configuration: Configuration) -> dict[str, Any]:
    return {
        "root_packages": sorted(configuration.root_packages),
        "source_roots": sorted(configuration.source_roots),
        "exclude": sorted(configuration.exclude),
        "session": _make_plain(configuration.session_options),
    }


def _digest_files(source: Source, configuration: Configuration) -> dict[str, Any]:
    """Return the number of files below the roots, and a digest of their paths and contents."""
    discovery = TreeState(source, scan_options(configuration)).discovery
    paths = sorted(
        {module.path for module in discovery.modules.values()} | {file.path for file in discovery.unread}
    )
    digest = hashlib.sha256()
    for path, content in zip(paths, source.read(paths), strict=True):
        known = content.reason.encode() if isinstance(content, Unreadable) else content
        line = f"{path}\0{hashlib.sha256(known).hexdigest()}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return {"count": len(paths), "sha256": digest.hexdigest()}


def _make_plain(value: Any) -> Any:
    """Return a value of a configuration as JSON has it, with dates as text."""
    return json.loads(json.dumps(value, sort_keys=True, default=str))


def _write(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _describe_values(before: Any, after: Any) -> str:
    def shorten(value: Any) -> str:
        text = json.dumps(value, sort_keys=True)
        return text if len(text) <= 60 else f"{text[:57]}..."

    return f"{shorten(before)} in the certificate, {shorten(after)} here"
