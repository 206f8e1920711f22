"""Find out what can be rewritten in each file that violates a contract which deprecates modules."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.pipeline import scan_options
from archguard.consolidation.import_cycles import CycleSearch
from archguard.consolidation.rewrite.file_rewrite import RewriteRequest, rewrite_file
from archguard.consolidation.rewrite.import_site import Importer
from archguard.consolidation.rewrite.refusal import Refusal, RefusalCode
from archguard.consolidation.rewrite.targets import TargetFinder
from archguard.definitions.importers import FromImports
from archguard.definitions.tree_definitions import TreeDefinitions
from archguard.errors import SourceError
from archguard.graph.analysis import analyse
from archguard.graph.module_expressions import make_deprecation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckInputs, CheckResult, Identity, Violation
    from archguard.consolidation.migration_plan import PlanOptions
    from archguard.consolidation.rewrite.file_rewrite import FileRewrite
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.definitions.tree_definitions import Definitions
    from archguard.graph.discovery import Module
    from archguard.graph.model import Analysis


class RewritableFile(NamedTuple):
    """What was found for the violations of one contract in one file."""

    contract: str
    path: str
    content: bytes
    violations: tuple[Violation, ...]
    rewrite: FileRewrite
    refusals: Mapping[Identity, Refusal]
    """Why violations stay."""


class FileSearch:
    """Looks at the files of one tree."""

    def __init__(self, request: CheckRequest, options: PlanOptions) -> None:
        """Read nothing yet."""
        self._request = request
        self._options = options

    def find(self, result: CheckResult) -> Iterator[RewritableFile]:
        """Yield the files in which violations were found, of one contract after the other.

        Raises:
            SourceError: a file could be read a moment ago, and now cannot.
            WorkerError: no child process can be started.
        """
        request, analysis = self._request, result.inputs.analysis
        cycles = CycleSearch(analysis, partial(self._read_kinds, result.inputs))
        from_imports = FromImports(analysis.raw_imports)
        with TreeDefinitions(
            request.source, analysis, cache=request.cache, jobs=request.jobs
        ) as definitions:
            for contract in result.inputs.contracts:
                if contract.judges_ghosts and self._is_asked_for(contract.id):
                    reader = _ContractReader(
                        contract, analysis, definitions, from_imports, self._options
                    )
                    for module, violations in self._group(result, contract.id):
                        content = self._read(module.path)
                        rewrite = reader.read(module, content, violations)
                        refusals = _list_refusals(rewrite, violations, cycles)
                        yield RewritableFile(
                            contract.id, module.path, content, violations, rewrite, refusals
                        )

    def _group(
        self, result: CheckResult, contract: str
    ) -> Iterator[tuple[Module, tuple[Violation, ...]]]:
        """Yield the modules that violate a contract and were asked for, each with its violations."""
        by_importer: defaultdict[str, list[Violation]] = defaultdict(list)
        for violation in result.report.violations:
            if violation.contract == contract:
                by_importer[violation.importer].append(violation)
        for importer, violations in sorted(by_importer.items()):
            module = result.inputs.analysis.modules.get(importer)
            if module is not None and self._is_chosen(module.path):
                yield module, tuple(violations)

    def _read_kinds(self, inputs: CheckInputs) -> Analysis:
        options = scan_options(inputs.configuration)._replace(import_kinds=True)
        request = self._request
        return analyse(request.source, options, cache=request.cache, jobs=request.jobs).result()

    def _is_asked_for(self, contract: str) -> bool:
        return not self._options.contracts or contract in self._options.contracts

    def _is_chosen(self, path: str) -> bool:
        folders = self._options.folders
        return not folders or any(path == folder or path.startswith(f"{folder}/") for folder in folders)

    def _read(self, path: str) -> bytes:
        """Return the content of a file.

        Raises:
            SourceError: it could be read a moment ago, and now cannot.
        """
        (content,) = self._request.source.read([path])
        if isinstance(content, bytes):
            return content
        raise SourceError(f"{path} {content.reason}: it was changed while it was read; try again.")


class _ContractReader:
    """Reads files for one contract."""

    def __init__(
        self,
        contract: LoadedContract,
        analysis: Analysis,
        definitions: Definitions,
        from_imports: FromImports,
        options: PlanOptions,
    ) -> None:
        self._deprecation = make_deprecation(contract.deprecated_modules)
        self._targets = make_target_finder(contract, analysis, definitions)
        self._from_imports = from_imports
        self._options = options

    def read(self, module: Module, content: bytes, violations: Iterable[Violation]) -> FileRewrite:
        """Return what can be done in a file."""
        return rewrite_file(
            RewriteRequest(
                Importer(module.name, module.is_package),
                content,
                {one.imported: list_lines(one) for one in violations},
                self._deprecation,
                self._targets,
                rewrites_strings=self._options.rewrites_strings,
                is_partial=self._options.is_partial,
                symbols=_list_symbols(violations),
                is_read_elsewhere=partial(_is_asked, self._from_imports, module.name),
            )
        )


def make_target_finder(
    contract: LoadedContract, analysis: Analysis, definitions: Definitions
) -> TargetFinder:
    """Return what knows the replacements of a contract in a tree."""
    return TargetFinder(
        contract.option("replacement") or {},
        make_deprecation(contract.deprecated_modules),
        definitions.resolver,
        analysis.importable_names.__contains__,
    )


def list_lines(violation: Violation) -> frozenset[int]:
    """Return the lines of a violation's imports."""
    return frozenset(place.line for place in violation.occurrences)


def _list_refusals(
    rewrite: FileRewrite, violations: Iterable[Violation], cycles: CycleSearch
) -> dict[Identity, Refusal]:
    """Return why violations stay, by their identities."""
    by_module = {refusal.deprecated: refusal for refusal in reversed(rewrite.refusals)}
    found = (
        (one.identity, by_module.get(one.imported) or _find_cycle(rewrite, one, cycles))
        for one in violations
    )
    return {identity: refusal for identity, refusal in found if refusal is not None}


def _list_symbols(violations: Iterable[Violation]) -> dict[str, str]:
    """Return the names that lead to deprecated symbols, as they are written, and the symbol of each."""
    return {
        way[0]: violation.imported
        for violation in violations
        if ":" in violation.imported
        for place in violation.occurrences
        for way in place.ways
    }


def _is_asked(from_imports: FromImports, module: str, name: str) -> bool:
    return bool(from_imports.list_importers(module, name))


def _find_cycle(rewrite: FileRewrite, violation: Violation, cycles: CycleSearch) -> Refusal | None:
    """Return why a violation stays if one of its new imports would close a cycle."""
    for home in sorted(rewrite.list_homes(violation.imported)):
        lines = list_lines(violation)
        if cycles.closes_cycle(violation.importer, violation.imported, home, lines):
            detail = (
                f"{home} imports {violation.importer} when it is loaded, and would be imported by it."
            )
            return Refusal(violation.imported, RefusalCode.IMPORT_CYCLE, min(lines, default=1), detail)
    return None
