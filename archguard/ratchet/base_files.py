"""The files of a base that differ now, and what they say of deprecated modules."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from archguard.checking.pipeline import scan_options
from archguard.checking.verdict_basis import COMMENT, describe_statements
from archguard.graph.model import parse_scan_result
from archguard.graph.module_expressions import make_deprecation
from archguard.graph.parsing.silent_text import compile_words, is_silent
from archguard.sources.git.history import BlobSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.verdict_basis import VerdictBasis
    from archguard.graph.bound_names import ModuleBindings
    from archguard.graph.discovery import Module
    from archguard.graph.model import RawImport, ScanResult
    from archguard.graph.scanning.workers import WorkerProcesses
    from archguard.sources.git.commit import Commit


class BaseFiles:
    """Reads files of a base, as few of them as possible."""

    def __init__(self, request: CheckRequest, source: Commit, basis: VerdictBasis) -> None:
        """Read nothing yet.

        Args:
            request: the tree that is compared with the base.
            source: the base.
            basis: what the modules of the tree say of deprecated modules.
        """
        self._source = source
        self._statements = basis.statements
        self._contracts = request.configuration.contracts
        self._options = scan_options(request.configuration)
        self._opened: WorkerProcesses | None = None

    def find_others(self, modules: Iterable[Module]) -> Mapping[str, Sequence[RawImport]] | None:
        """Return what those of some modules import that say something else at the base than now.

        None if one of them cannot be read there, or has a comment that asks for an exception.
        """
        blobs = [self._find_blob(module) for module in self._select_suspects(modules)]
        if not all(blob.path for blob in blobs):
            return None
        deprecation = make_deprecation(self._options.deprecated)
        others = {}
        for blob, result in self._scan(blobs):
            now = self._statements.get(blob.name, frozenset())
            before = describe_statements(
                deprecation.select_concerned(result.imports),
                ((reference, kind) for reference, _, kind in result.references),
                dict(result.kinds),
                result.comments,
            )
            if result.reason is not None or (COMMENT,) in before | now:
                return None
            if before != now:
                others[blob.name] = result.imports
        return others

    def read_bindings(self, module: Module) -> ModuleBindings | None:
        """Return what a module of the base binds; None if it cannot be read."""
        return self._workers.read_bindings(self._find_blob(module))

    def close(self) -> None:
        """Kill the child process that reads the files."""
        if self._opened is not None:
            self._opened.close()

    def _scan(self, blobs: Sequence[Module]) -> Iterator[tuple[Module, ScanResult]]:
        """Yield what each file says; a single child process reads them, since there are few."""
        for batch in self._workers.scan(deque([blobs])) if blobs else ():
            for blob, result in batch.results.items():
                yield blob, parse_scan_result(result)

    @property
    def _workers(self) -> WorkerProcesses:
        if self._opened is None:
            # Not above: mostly no file has to be scanned.
            from archguard.graph.scanning.workers import (  # noqa: PLC0415
                WorkerProcesses,
                make_scanner_options,
            )

            source = BlobSource(self._source.git_dir).spec()
            self._opened = WorkerProcesses(make_scanner_options(source, self._options), threads=0)
        return self._opened

    def _select_suspects(self, modules: Iterable[Module]) -> Iterator[Module]:
        """Yield the modules that may say something else of deprecated modules at the base than now."""
        counts_references = any(one.options.get("count_references") for one in self._contracts)
        others = []
        for module in modules:
            if counts_references or module.name in self._statements:
                yield module
            else:
                others.append(module)
        words = compile_words(self._options.deprecated)
        contents = self._source.read([module.path for module in others])
        for module, content in zip(others, contents, strict=True):
            if not isinstance(content, bytes) or not is_silent(content, module.name, words):
                yield module

    def _find_blob(self, module: Module) -> Module:
        """Return a module with its object id at the base as its path; empty if a link leads nowhere."""
        return module._replace(path=self._source.get_blob(module.path) or "")
