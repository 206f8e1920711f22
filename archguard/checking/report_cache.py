"""Reports of earlier runs, reused while nothing that they depend on has changed."""

from __future__ import annotations

import datetime
import importlib.util
import os
import sys
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from archguard.checking.coverage import Coverage, Excluded, Outside, OutsideFile, Undecided
from archguard.checking.pipeline import check, find_day, has_dates, scan_options
from archguard.checking.report import (
    ChainStep,
    ContractReport,
    ExceptionReport,
    HiddenUser,
    Occurrence,
    ReferenceReport,
    Report,
    Violation,
)
from archguard.checking.verdict_basis import VerdictBasis
from archguard.graph.model import ImportKind, UnreadFile
from archguard.graph.scanning.cache import make_key
from archguard.graph.tree_state import TreeState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.checking.pipeline import CheckRequest

_COMPARED = (
    "base",
    "fixed",
    "weakened",
    "newly_unread",
    "today",
    "adoption",
    "forbids_weakening",
    "causes",
    "is_selection",
)
"""What is added to a report when it is compared with a base, and judged on a day."""
_JUDGING_PACKAGES = ("archguard", "grimp", "importlinter")


def load_or_check(request: CheckRequest) -> Report:
    """Return the cached report of a commit or an unchanged tree, or check it and cache its report.

    Raises:
        ArchguardError: no verdict is possible; the message says why.
    """
    key = _cache_key(request)
    stored = request.cache.load(key) if key else {}
    is_commit = request.source.commit is not None  # the key has its id, so nothing else can differ
    if stored and is_commit and stored["day"] in ("", find_day(request).isoformat()):
        return decode_report(stored["report"])
    tree_state = _find_tree_state(request) if stored else None
    if (
        tree_state is not None
        and stored["day"] in ("", find_day(request).isoformat())
        and tree_state.compute_state(tree_state.stamps) == stored["state"]
    ):
        if request.found is not None:
            request.found.note_stamps(time.time_ns())
        return decode_report(stored["report"])
    report, inputs = check(request, tree_state)
    # Whether a contract is mistyped depends on git's history, too, and a missing object may be fetched.
    is_final = is_commit and not any(file.unknown for file in report.coverage.unread)
    if key and (inputs.analysis.state is not None or is_final) and not report.errors:
        day = has_dates(request.configuration, inputs.analysis) and find_day(request).isoformat()
        document = {"state": inputs.analysis.state, "day": day or "", "report": encode_report(report)}
        request.cache.store(key, document)
    return report


def _find_tree_state(request: CheckRequest) -> TreeState:
    options = scan_options(request.configuration)
    tree_state = TreeState(request.source, options)
    if request.found is not None:
        request.found.keep(request.source, options, tree_state.discovery)
    return tree_state


def load_violations(request: CheckRequest) -> Report | None:
    """Return the cached report of a commit, or what was inferred of it on the same day; None without."""
    for content in ("report", "violations"):
        key = _cache_key(request, content)
        stored = request.cache.load(key) if key else {}
        if stored and stored["day"] in ("", find_day(request).isoformat()):
            return decode_report(stored["report"])
    return None


def store_violations(request: CheckRequest, report: Report) -> None:
    """Cache a report of a commit of which only the violations can be relied on."""
    if key := _cache_key(request, "violations"):
        document = {"day": find_day(request).isoformat(), "report": encode_report(report)}
        request.cache.store(key, document)


def encode_report(report: Report) -> dict[str, Any]:
    """Return a report that was not compared with a base as values that JSON can hold."""
    fields = report._asdict()
    for name in _COMPARED:
        del fields[name]
    return {
        **fields,
        "basis": report.basis and report.basis.to_json(),
        "contracts": [
            {
                **{name: value for name, value in contract._asdict().items() if name != "stages"},
                "deadline": contract.deadline and contract.deadline.isoformat(),
            }
            for contract in report.contracts
        ],
    }


def decode_report(document: dict[str, Any]) -> Report:
    """Return the report that `encode_report` encoded, read back from JSON, which makes tuples lists."""
    return Report(
        **{
            **document,
            "contracts": tuple(_decode_contract(**contract) for contract in document["contracts"]),
            "violations": tuple(_decode_violation(violation) for violation in document["violations"]),
            "references": tuple(map(ReferenceReport._make, document["references"])),
            "coverage": _decode_coverage(document["coverage"]),
            "notices": tuple(document["notices"]),
            "basis": document["basis"] and VerdictBasis.from_json(**document["basis"]),
        }
    )


def _decode_contract(
    deadline: str | None,
    exceptions: list[list[Any]],
    hidden_users: list[list[Any]],
    missing_symbols: list[list[Any]],
    doubted: list[list[Any]],
    excepted_definitions: list[list[Any]],
    **others: Any,
) -> ContractReport:
    lists = {name: tuple(value) for name, value in others.items() if isinstance(value, list)}
    return ContractReport(
        **{**others, **lists},
        deadline=None if deadline is None else datetime.date.fromisoformat(deadline),
        exceptions=tuple(map(ExceptionReport._make, exceptions)),
        hidden_users=tuple(
            HiddenUser(module, path, line, tuple(way)) for module, path, line, way in hidden_users
        ),
        doubted=tuple((importer, symbol) for importer, symbol in doubted),
        excepted_definitions=tuple((module, id_) for module, id_ in excepted_definitions),
        missing_symbols=tuple((symbol, tuple(names)) for symbol, names in missing_symbols),
    )


def _decode_violation(fields: list[Any]) -> Violation:
    violation = Violation._make(fields)
    return violation._replace(
        occurrences=tuple(map(_decode_occurrence, violation.occurrences)),
        chain=tuple(map(ChainStep._make, violation.chain)),
        causes=(),
    )


def _decode_occurrence(fields: Iterable[Any]) -> Occurrence:
    occurrence = Occurrence._make(fields)
    return occurrence._replace(
        kind=ImportKind(occurrence.kind),
        names=tuple(occurrence.names),
        ways=tuple(map(tuple, occurrence.ways)),
    )


def _decode_coverage(fields: list[Any]) -> Coverage:
    coverage = Coverage._make(fields)
    outside, excluded = Outside._make(coverage.outside), Excluded._make(coverage.excluded)
    return Coverage(
        files=coverage.files,
        unread=tuple(map(_decode_unread_file, coverage.unread)),
        outside=outside._replace(
            names=tuple(OutsideFile(path, tuple(names)) for path, names in outside.names)
        ),
        excluded=excluded._replace(patterns=tuple(excluded.patterns)),
        undecided=tuple(map(Undecided._make, coverage.undecided)),
    )


def _decode_unread_file(fields: Iterable[Any]) -> UnreadFile:
    file = UnreadFile._make(fields)
    return file._replace(names=tuple(file.names))


def _cache_key(request: CheckRequest, content: str = "report") -> str | None:
    """Return the cache key of a report, or None if it may depend on more than the tree and our code."""
    if request.cache.folder is None or request.trust_contract_types or request.list_exposed:
        return None  # third-party code may read anything; few ask for what is exposed
    versions = [sys.version, list_code_files()]
    return make_key([content, *versions, request.source.spec(), request.configuration])


@cache
def list_code_files() -> list[tuple[str, int, int]]:
    """Return name, size and modification time of each file of the packages that judge.

    They differ after another version was installed, or a file of an editable installation was edited.
    """
    return [
        (file, status.st_size, status.st_mtime_ns)
        for package in _JUDGING_PACKAGES
        for path, file in _walk_package(package)
        for status in (os.stat(path),)
    ]


def _walk_package(package: str) -> Iterator[tuple[str, str]]:
    """Yield path and name of each file of a package, without bytecode."""
    spec = importlib.util.find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        for parent, folders, files in os.walk(folder):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            yield from ((os.path.join(parent, file), file) for file in sorted(files))
