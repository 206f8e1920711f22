"""Build the snapshot of a commit from the result of a check."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from archguard import __version__
from archguard.checking.unread_modules import name_unread_module
from archguard.contract_types.registry import list_deprecated_modules, list_deprecated_symbols
from archguard.errors import UploadError
from archguard.graph.module_expressions import compile_expressions
from archguard.snapshot.graphs import GraphBuilder, find_importers
from archguard.snapshot.schema import (
    FORMAT_VERSION,
    MAX_CAUSES,
    Cause,
    Contract,
    Coverage,
    Graph,
    Occurrence,
    Root,
    Snapshot,
    Tool,
    UnreadFile,
    Violation,
)
from archguard.snapshot.truncate import truncate
from archguard.snapshot.wire_families import convert_family_paths
from archguard.snapshot.wire_types import MAX_NAME
from archguard.sources.source import may_be_folder, package_folder, remove_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.checking import report as checking
    from archguard.checking.coverage import Undecided
    from archguard.checking.family_paths import FamilyPath
    from archguard.configuration import Configuration, ContractConfiguration
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph import model
    from archguard.graph.discovery import Root as DiscoveredRoot

_MAX_PATH = _MAX_TITLE = 4096
_EMPTY_GRAPH = Graph(modules=(), kinds="", imports=())


class BuildingError(UploadError):
    """A commit does not fit into a snapshot: it has more of something than the format allows."""


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """The commit that a snapshot is of."""

    id: str
    parent: str | None
    committed_at: int
    folder: str
    """The analysed folder of the repository; empty at the top."""


@dataclass(frozen=True, slots=True)
class SnapshotInput:
    """The result of checking the commit."""

    contracts: Sequence[checking.ContractReport]
    violations: Sequence[checking.Violation]
    inputs: checking.CheckInputs
    undecided: Sequence[Undecided] = ()
    family_paths: Sequence[FamilyPath] | None = None
    """None if nobody counted them."""


class SnapshotBuilder:
    """Builds the snapshots of one commit after another."""

    def __init__(self) -> None:
        self._graphs = GraphBuilder()
        self._digest: tuple[Configuration, str, str] | None = None
        """The last configuration and folder, and their digest."""

    def build(self, commit: CommitFacts, snapshot_input: SnapshotInput) -> Snapshot:
        """Return the snapshot of a commit.

        Raises:
            BuildingError: the commit has more of something than the format allows.
        """
        analysis = snapshot_input.inputs.analysis
        loaded = {contract.id: contract for contract in snapshot_input.inputs.contracts}
        configured = {one.id: one for one in snapshot_input.inputs.configuration.contracts}
        graph = self._graphs.build(analysis)
        undecided: dict[str, set[tuple[str, str]]] = {}
        for place in snapshot_input.undecided:
            undecided.setdefault(place.contract, set()).add((place.importer, place.module))
        try:
            snapshot = Snapshot(
                format_version=FORMAT_VERSION,
                tool=Tool(name="archguard", version=__version__),
                commit=commit.id,
                parent=commit.parent,
                committed_at=commit.committed_at,
                configuration=self._find_digest(snapshot_input.inputs.configuration, commit.folder),
                folder=_truncate_path(commit.folder),
                roots=tuple(
                    sorted(
                        _convert_roots(analysis.roots, commit.folder),
                        key=lambda root: (root.name, root.folder),
                    )
                ),
                graph=_EMPTY_GRAPH,
                contracts=tuple(
                    _convert_contract(
                        report,
                        loaded[report.id],
                        graph,
                        undecided.get(report.id, set()).union(report.doubted),
                    )
                    if report.error is None
                    else _convert_unjudged(report, configured[report.id])
                    for report in sorted(snapshot_input.contracts, key=lambda report: report.id)
                ),
                violations=tuple(
                    sorted(
                        map(_convert_violation, snapshot_input.violations),
                        key=lambda violation: violation.identity,
                    )
                ),
                coverage=Coverage(
                    files=analysis.files,
                    unread=tuple(_convert_unread(file, analysis) for file in analysis.unread),
                ),
                family_paths=convert_family_paths(snapshot_input.family_paths),
            )
        except pydantic.ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(map(str, problem["loc"])) or problem["type"]
            raise BuildingError(
                f"commit {commit.id[:10]} does not fit into a snapshot ({field}: {problem['msg']})."
            ) from None
        # The graph is not validated, which would take longer than building it.
        return snapshot.model_copy(update={"graph": graph})

    def _find_digest(self, configuration: Configuration, folder: str) -> str:
        last = self._digest
        if last is None or last[0] is not configuration or last[1] != folder:
            digest = compute_configuration_digest(configuration, folder)
            self._digest = last = (configuration, folder, digest)
        return last[2]


def compute_configuration_digest(configuration: Configuration, folder: str) -> str:
    """Return the SHA-256 of a configuration's content; with the commit, it determines the snapshot.

    It depends on the folder in which the roots are looked for, but not on the file's name and layout.
    """
    content = {
        "folder": folder,
        "session": configuration.session_options,
        "source_roots": configuration.source_roots,
        "contracts": {
            contract.id: [contract.type, contract.options] for contract in configuration.contracts
        },
    }
    if configuration.exclude:  # without it, digests are as they were before there was this option
        content["exclude"] = configuration.exclude
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def convert_causes(causes: checking.Causes | None) -> tuple[Cause, ...] | None:
    """Return the imports that make a change's new violations; None if nobody looked for them."""
    if causes is None:
        return None
    return tuple(
        Cause(
            importer=_truncate_name(cause.importer),
            imported=_truncate_name(cause.imported),
            path=_truncate_path(cause.path),
            line=cause.line,
            violations=cause.violations,
        )
        for cause in causes.imports[:MAX_CAUSES]
    )


def _convert_roots(roots: Iterable[DiscoveredRoot], folder: str) -> Iterable[Root]:
    for root in roots:
        if root.path:  # a root that this commit does not have has no path
            inside = remove_suffix(root.path).removesuffix(package_folder(root.name))
            parent = "/".join(filter(None, (folder, inside.rstrip("/"))))
            yield Root(name=_truncate_name(root.name), folder=_truncate_path(parent))


def _convert_contract(
    report: checking.ContractReport,
    loaded: LoadedContract,
    graph: Graph,
    undecided: Iterable[tuple[str, str]],
) -> Contract:
    replacements = tuple(sorted(set((loaded.option("replacement") or {}).values())))
    return Contract(
        id=_truncate_name(report.id),
        name=truncate(report.name, _MAX_TITLE),
        type=_truncate_name(report.type),
        kept=bool(report.kept),
        violations=report.violations,
        exposure=report.exposure,
        lower_bound=report.lower_bound,
        adoption=_count_adoption(loaded, replacements, graph) if replacements else None,
        undecided=tuple(
            sorted((_truncate_name(importer), _truncate_name(name)) for importer, name in undecided)
        ),
        deprecated=tuple(map(_truncate_name, (*loaded.deprecated_modules, *loaded.deprecated_symbols))),
        replacements=tuple(map(_truncate_name, replacements)),
        owner=_truncate_name(report.owner) if report.owner else None,
        deadline=report.deadline,
        previous_ids=tuple(map(_truncate_name, loaded.previous_ids)),
        allowed=report.allowed,
        users=report.users,
        excepted_definitions=tuple(
            sorted(
                (_truncate_name(module), _truncate_name(definition))
                for module, definition in report.excepted_definitions
            )
        ),
        canonical_missing=bool(report.canonical_missing),
    )


def _convert_unjudged(report: checking.ContractReport, configured: ContractConfiguration) -> Contract:
    """Return a contract without verdict; it says what its configuration says."""
    return Contract(
        id=_truncate_name(report.id),
        name=truncate(report.name, _MAX_TITLE),
        type=_truncate_name(report.type),
        kept=False,
        violations=0,
        exposure=0,
        lower_bound=True,
        deprecated=tuple(
            map(
                _truncate_name,
                (*list_deprecated_modules(configured), *list_deprecated_symbols(configured)),
            )
        ),
        previous_ids=tuple(map(_truncate_name, configured.previous_ids)),
        unjudged=True,  # why is not said: a message may hold a path of this machine
    )


def _count_adoption(loaded: LoadedContract, replacements: tuple[str, ...], graph: Graph) -> int:
    """Return how many modules import a replacement, except replacements and deprecated modules."""
    is_deprecated = compile_expressions(loaded.deprecated_modules).match
    replacements = tuple(replacement.partition(":")[0] for replacement in replacements)
    return sum(not is_deprecated(importer) for importer in find_importers(graph, replacements))


def _convert_violation(violation: checking.Violation) -> Violation:
    return Violation(
        contract=_truncate_name(violation.contract),
        importer=_truncate_name(violation.importer),
        imported=_truncate_name(violation.imported),
        ghost=violation.ghost,
        replacement=_truncate_name(violation.replacement) if violation.replacement else None,
        occurrences=tuple(
            Occurrence(
                path=_truncate_path(occurrence.path),
                line=occurrence.line,
                kind=occurrence.kind.value,
                names=tuple(map(_truncate_name, occurrence.names)),
            )
            for occurrence in violation.occurrences
        ),
    )


def _convert_unread(file: model.UnreadFile, analysis: model.Analysis) -> UnreadFile:
    module = name_unread_module(file, analysis)
    return UnreadFile(
        path=_truncate_path(file.path),
        reason=truncate(file.reason, _MAX_TITLE),
        line=file.line,
        names=tuple(map(_truncate_name, file.names)),
        module=_truncate_name(module) if module else None,
        is_folder=may_be_folder(file.path, file.reason),
        unknown=file.unknown,
    )


def _truncate_name(text: str) -> str:
    return truncate(text, MAX_NAME)


def _truncate_path(text: str) -> str:
    return truncate(text, _MAX_PATH)
