"""The files of a base that differ now, and what they say of deprecated modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.pipeline import scan_options
from archguard.checking.verdict_basis import COMMENT, describe_statements
from archguard.graph.incremental.discovery import ModuleVersion
from archguard.graph.module_expressions import make_deprecation
from archguard.graph.parsing.silent_text import compile_words, is_silent
from archguard.sources.git.history import BlobSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.verdict_basis import VerdictBasis
    from archguard.graph.bound_names import ModuleBindings
    from archguard.graph.discovery import Module
    from archguard.graph.incremental.scan import IncrementalScan
    from archguard.graph.model import RawImport
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
        self._jobs = request.jobs
        self._opened: IncrementalScan | None = None

    def find_others(self, modules: Iterable[Module]) -> Mapping[str, Sequence[RawImport]] | None:
        """Return what those of some modules import that say something else at the base than now.

        None if one of them cannot be read there, or has a comment that asks for an exception.
        """
        versions = [self._find_version(module) for module in self._select_suspects(modules)]
        if not all(version.blob for version in versions):
            return None
        if versions:
            self._scan.scan(versions)
        deprecation = make_deprecation(self._options.deprecated)
        others = {}
        for blob, name, is_package in map(_make_key, versions):
            result = self._scan.results[blob, name, is_package]
            now = self._statements.get(name, frozenset())
            before = describe_statements(
                deprecation.select_concerned(result.imports),
                ((reference, kind) for reference, _, kind in result.references),
                dict(result.kinds),
                result.comments,
            )
            if result.reason is not None or (COMMENT,) in before | now:
                return None
            if before != now:
                others[name] = result.imports
        return others

    def read_bindings(self, module: Module) -> ModuleBindings | None:
        """Return what a module of the base binds; None if it cannot be read."""
        return self._scan.read_bindings(_make_key(self._find_version(module)))

    def close(self) -> None:
        """Kill the child process that reads bindings."""
        if self._opened is not None:
            self._opened.close()

    @property
    def _scan(self) -> IncrementalScan:
        if self._opened is None:
            # Not above: mostly no file has to be scanned.
            from archguard.graph.incremental.scan import IncrementalScan  # noqa: PLC0415
            from archguard.graph.scanning.cache import Cache  # noqa: PLC0415

            blobs = BlobSource(self._source.git_dir)
            self._opened = IncrementalScan(blobs, self._options, cache=Cache(None), jobs=self._jobs)
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

    def _find_version(self, module: Module) -> ModuleVersion:
        """Return the base's version of a module; without object id if a link leads nowhere."""
        return ModuleVersion(module, self._source.get_blob(module.path) or "")


def _make_key(version: ModuleVersion) -> tuple[str, str, bool]:
    """Return the scan's key of a version: see `version_key`, whose module is slow to import."""
    return (version.blob, version.module.name, version.module.is_package)
