"""What was found of a commit, as the snapshot that is sent of it: facts of the commit, nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from archguard import __version__
from archguard.errors import UploadError
from archguard.graph.module_expressions import compile_expressions
from archguard.snapshot.graphs import Graphs, importers
from archguard.snapshot.schema import (
    MAX_NAME,
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.checking import report as checking
    from archguard.configuration import Configuration
    from archguard.contract_types.registry import LoadedContract
    from archguard.graph import model
    from archguard.graph.discovery import Root as FoundRoot

_MAX_PATH = _MAX_TITLE = 4096
_NO_GRAPH = Graph(modules=(), kinds="", imports=())


class BuildingError(UploadError):
    """No snapshot can be made: the commit is larger than the format allows."""


@dataclass(frozen=True, slots=True)
class About:
    """Which commit a snapshot is of."""

    commit: str
    parent: str | None
    committed_at: int
    folder: str
    """Where in the repository the analysed tree stands; empty: at its top."""


@dataclass(frozen=True, slots=True)
class SnapshotInput:
    """What was found of it."""

    contracts: Sequence[checking.ContractReport]
    violations: Sequence[checking.Violation]
    material: checking.CheckInputs


class Builder:
    """Makes one snapshot after another."""

    def __init__(self) -> None:
        self._graphs = Graphs()
        self._digests: list[tuple[Configuration, str, str]] = []

    def snapshot(self, about: About, found: SnapshotInput) -> Snapshot:
        """The snapshot of a commit.

        Raises:
            BuildingError: it has more of something than the format allows.
        """
        analysis = found.material.analysis
        loaded = {contract.id: contract for contract in found.material.contracts}
        graph = self._graphs.graph(analysis)
        try:
            rest = Snapshot(
                format_version=1,
                tool=Tool(name="archguard", version=__version__),
                commit=about.commit,
                parent=about.parent,
                committed_at=about.committed_at,
                configuration=self._digest(found.material.configuration, about.folder),
                folder=_path(about.folder),
                roots=tuple(sorted(_roots(analysis.roots, about.folder), key=lambda root: root.name)),
                graph=_NO_GRAPH,
                contracts=tuple(
                    _contract(report, loaded[report.id], graph)
                    for report in sorted(found.contracts, key=lambda report: report.id)
                ),
                violations=tuple(
                    sorted(map(_violation, found.violations), key=lambda one: one.identity)
                ),
                coverage=Coverage(files=analysis.files, unread=tuple(map(_unread, analysis.unread))),
            )
        except pydantic.ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, problem["loc"])) or problem["type"]
            raise BuildingError(
                f"commit {about.commit[:10]} does not fit into a snapshot ({place}: {problem['msg']})."
            ) from None
        # To have the schema look at a graph takes longer than to make it.
        return rest.model_copy(update={"graph": graph})

    def _digest(self, configuration: Configuration, folder: str) -> str:
        for known, where, digest in self._digests:
            if known is configuration and where == folder:
                return digest
        digest = configuration_digest(configuration, folder)
        self._digests = [(configuration, folder, digest)]
        return digest


def configuration_digest(configuration: Configuration, folder: str) -> str:
    """SHA-256 of everything that a configuration says: with the commit, it determines the snapshot.

    How the file is called and laid out is not in it. The folder is, where the roots are looked for.
    """
    said = {
        "folder": folder,
        "session": configuration.session_options,
        "source_roots": configuration.source_roots,
        "contracts": {one.id: [one.type, one.options] for one in configuration.contracts},
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _roots(roots: Iterable[FoundRoot], folder: str) -> Iterable[Root]:
    for root in roots:
        if root.path:  # a root that a commit of the past does not have stands nowhere
            place = "/".join(filter(None, (folder, root.folder)))
            yield Root(name=_name(root.name), folder=_path(place))


def _contract(report: checking.ContractReport, loaded: LoadedContract, graph: Graph) -> Contract:
    replacements = tuple(sorted(set((loaded.option("replacement") or {}).values())))
    return Contract(
        id=_name(report.id),
        name=truncate(report.name, _MAX_TITLE),
        type=_name(report.type),
        kept=report.kept,
        violations=report.violations,
        exposure=report.exposure,
        lower_bound=report.lower_bound,
        adoption=_adoption(loaded, replacements, graph) if replacements else None,
        deprecated=tuple(map(_name, loaded.deprecated_modules)),
        replacements=tuple(map(_name, replacements)),
        owner=_name(report.owner) if report.owner else None,
        deadline=report.deadline,
    )


def _adoption(loaded: LoadedContract, replacements: tuple[str, ...], graph: Graph) -> int:
    """How many modules import a replacement, without the replacements and what is to go."""
    deprecated = compile_expressions(loaded.deprecated_modules).match
    return sum(not deprecated(importer) for importer in importers(graph, replacements))


def _violation(one: checking.Violation) -> Violation:
    return Violation(
        contract=_name(one.contract),
        importer=_name(one.importer),
        imported=_name(one.imported),
        ghost=one.ghost,
        replacement=_name(one.replacement) if one.replacement else None,
        occurrences=tuple(
            Occurrence(path=_path(place.path), line=place.line, kind=place.kind.value)
            for place in one.occurrences
        ),
    )


def _unread(file: model.UnreadFile) -> UnreadFile:
    return UnreadFile(
        path=_path(file.path),
        reason=truncate(file.reason, _MAX_TITLE),
        line=file.line,
        names=tuple(map(_name, file.names)),
    )


def _name(text: str) -> str:
    return truncate(text, MAX_NAME)


def _path(text: str) -> str:
    return truncate(text, _MAX_PATH)
