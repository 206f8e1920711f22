"""Decide which violations can be rewritten, and in which order."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.pipeline import check, find_day, scan_options
from archguard.consolidation.batches import divide_into_batches
from archguard.consolidation.import_cycles import CycleSearch
from archguard.consolidation.migration_plan import Batch, MigrationPlan, PlannedViolation, PlanOptions
from archguard.consolidation.rewrite.file_rewrite import RewriteRequest, rewrite_file
from archguard.consolidation.rewrite.import_site import Importer
from archguard.consolidation.rewrite.parsed_file import apply_to_content
from archguard.consolidation.rewrite.refusal import Refusal, RefusalCode
from archguard.consolidation.rewrite.targets import TargetFinder
from archguard.consolidation.rewrite.text_edit import overlap
from archguard.definitions.importers import FromImports
from archguard.definitions.tree_definitions import TreeDefinitions
from archguard.errors import ConfigurationError, SourceError
from archguard.graph.analysis import analyse
from archguard.graph.module_expressions import make_deprecation
from archguard.sources.edited_tree import edit_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult, Identity, Report, Violation
    from archguard.configuration import Configuration
    from archguard.consolidation.batches import Owners
    from archguard.consolidation.rewrite.file_rewrite import FileRewrite
    from archguard.consolidation.rewrite.text_edit import TextEdit
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.model import Analysis


class _RewrittenFile(NamedTuple):
    """What was found for the violations of one contract in one file."""

    contract: LoadedContract
    path: str
    content: bytes
    violations: tuple[Violation, ...]
    rewrite: FileRewrite


class Planner:
    """Plans for one tree."""

    def __init__(self, request: CheckRequest, options: PlanOptions, owners: Owners) -> None:
        """Read nothing yet.

        Args:
            request: the tree and its contracts.
            options: how to plan.
            owners: who owns which file.
        """
        self._request = request._replace(today=find_day(request))
        self._options = options
        self._owners = owners
        self._refusals: dict[Identity, Refusal] = {}
        self._files: list[_RewrittenFile] = []
        self.state: str | None = None
        """The state of the tree that was planned for; None before, and if it is not certain."""

    def plan(self) -> MigrationPlan:
        """Return the plan.

        Raises:
            ArchguardError: there is no verdict on the tree, or on one of its contracts; the message
                says why.
        """
        result = check(self._request)
        if result.report.errors:
            raise ConfigurationError(result.report.errors[0])
        self.state = result.inputs.analysis.state
        self._files = list(self._rewrite_files(result))
        self._refuse_overlaps()
        after = self._confirm(result.report)
        planned = [self._describe(file, one) for file in self._files for one in file.violations]
        batches = list(self._make_batches(planned, result, after))
        numbers = {one: batch.number for batch in batches for one in batch.violations}
        return MigrationPlan(
            tuple(sorted(one._replace(batch=numbers.get(one.identity)) for one in planned)),
            tuple(batches),
            _count(result.report),
            self._collect_edits(),
        )

    def _rewrite_files(self, result: CheckResult) -> Iterator[_RewrittenFile]:
        """Yield what can be done in each file that violates a contract which deprecates modules."""
        report, inputs = result
        request = self._request
        by_file: defaultdict[tuple[str, str], list[Violation]] = defaultdict(list)
        for violation in report.violations:
            by_file[violation.contract, violation.importer].append(violation)
        analysis = inputs.analysis
        from_imports = FromImports(analysis.raw_imports)
        cycles = CycleSearch(analysis, lambda: self._read_kinds(inputs.configuration))
        definitions = TreeDefinitions(request.source, analysis, cache=request.cache, jobs=request.jobs)
        with definitions:
            for contract in inputs.contracts:
                if not contract.judges_ghosts or not self._is_asked_for(contract.id):
                    continue
                deprecation = make_deprecation(contract.deprecated_modules)
                targets = TargetFinder(
                    contract.option("replacement") or {},
                    deprecation,
                    definitions.resolver,
                    lambda name: name in analysis.importable_names,
                )
                for (own, importer), violations in sorted(by_file.items()):
                    module = analysis.modules.get(importer)
                    if own != contract.id or module is None or not self._is_chosen(module.path):
                        continue
                    content = self._read(module.path)
                    rewrite = rewrite_file(
                        RewriteRequest(
                            Importer(importer, module.is_package),
                            content,
                            {one.imported: _list_lines(one) for one in violations},
                            deprecation,
                            targets,
                            rewrites_strings=self._options.rewrites_strings,
                            is_partial=self._options.is_partial,
                            symbols=_list_symbols(violations),
                            is_read_elsewhere=partial(_is_asked, from_imports, importer),
                        )
                    )
                    file = _RewrittenFile(contract, module.path, content, tuple(violations), rewrite)
                    self._collect_refusals(file, cycles)
                    yield file

    def _collect_refusals(self, file: _RewrittenFile, cycles: CycleSearch) -> None:
        """Remember why violations of a file stay."""
        by_module = {refusal.deprecated: refusal for refusal in reversed(file.rewrite.refusals)}
        for violation in file.violations:
            refusal = by_module.get(violation.imported)
            if refusal is None:
                refusal = _find_cycle(file, violation, cycles)
            if refusal is not None:
                self._refusals[violation.identity] = refusal

    def _read_kinds(self, configuration: Configuration) -> Analysis:
        options = scan_options(configuration)._replace(import_kinds=True)
        request = self._request
        return analyse(request.source, options, cache=request.cache, jobs=request.jobs).result()

    def _is_asked_for(self, contract: str) -> bool:
        return not self._options.contracts or contract in self._options.contracts

    def _is_chosen(self, path: str) -> bool:
        folders = self._options.folders
        return not folders or any(path == folder or path.startswith(f"{folder}/") for folder in folders)

    def _refuse_overlaps(self) -> None:
        """Refuse a change of a statement that another contract's change has taken already."""
        taken: defaultdict[str, list[TextEdit]] = defaultdict(list)
        for file in self._files:
            known = taken[file.path]
            edits = self._select_edits(file)
            if any(overlap(edit, other) for edit in edits for other in known if edit != other):
                detail = "Another contract's change is about the same statement; plan again after it."
                self._refuse_all(file, RefusalCode.OVERLAPPING_CHANGE, detail)
            else:
                known += [edit for edit in edits if edit not in known]

    def _confirm(self, before: Report) -> Report:
        """Judge the tree with all changes made, and refuse those that bring something new.

        Returns the report of the tree with those that are left.
        """
        known = {violation.identity for violation in before.violations}
        while True:
            edits = self._collect_edits()
            if not edits:
                return before
            report = self._judge(edits)
            new = [one for one in report.violations if one.identity not in known]
            done = frozenset(
                one.identity
                for file in self._files
                for one in file.violations
                if one.identity not in self._refusals
            )
            still = done.intersection(one.identity for one in report.violations)
            if not new and not still:
                return report
            self._refuse_new(new, still, edits.keys())

    def _refuse_new(
        self, new: Iterable[Violation], still: frozenset[Identity], edited: Collection[str]
    ) -> None:
        causes = {_find_cause(violation, edited) or "": violation for violation in new}
        for file in self._files:
            cause = causes.get(file.path) or causes.get("")
            if cause is not None:
                detail = (
                    f"{cause.importer} would import {cause.imported}, which {cause.contract} forbids."
                )
                self._refuse_all(file, RefusalCode.NEW_VIOLATION, detail)
            elif still.intersection(one.identity for one in file.violations):
                detail = "The module would still be imported, in a way that is not understood."
                self._refuse_all(file, RefusalCode.DYNAMIC_USE, detail)

    def _refuse_all(self, file: _RewrittenFile, code: RefusalCode, detail: str) -> None:
        """Refuse everything that a file would change."""
        for one in file.violations:
            if self._is_changed(one):
                line = min(_list_lines(one), default=1)
                self._refusals[one.identity] = Refusal(one.imported, code, line, detail)

    def _is_changed(self, violation: Violation) -> bool:
        """Return whether imports of a violation are rewritten: all of them, or with `--partial` some."""
        refusal = self._refusals.get(violation.identity)
        if refusal is None:
            return True
        return self._options.is_partial and refusal.code is RefusalCode.MISSING_SYMBOL

    def _judge(self, edits: Mapping[str, Sequence[TextEdit]]) -> Report:
        contents = {file.path: file.content for file in self._files}
        with tempfile.TemporaryDirectory() as folder:
            changed = {
                path: apply_to_content(contents[path], several) for path, several in edits.items()
            }
            source = edit_tree(self._request.source, folder, changed)
            cache = self._request.cache.as_read_only()
            return check(self._request._replace(source=source, cache=cache)).report

    def _collect_edits(self) -> dict[str, tuple[TextEdit, ...]]:
        """Return the edits of each file that is changed, in order."""
        edits: defaultdict[str, set[TextEdit]] = defaultdict(set)
        for file in self._files:
            edits[file.path].update(self._select_edits(file))
        return {path: tuple(sorted(edits[path])) for path in sorted(edits) if edits[path]}

    def _select_edits(self, file: _RewrittenFile) -> Sequence[TextEdit]:
        stays = {one.imported for one in file.violations if not self._is_changed(one)}
        return file.rewrite.make_edits(stays)

    def _read(self, path: str) -> bytes:
        """Return the content of a file.

        Raises:
            SourceError: it could be read a moment ago, and now cannot.
        """
        (content,) = self._request.source.read([path])
        if isinstance(content, bytes):
            return content
        raise SourceError(f"{path} {content.reason}: it was changed while it was read; try again.")

    def _describe(self, file: _RewrittenFile, violation: Violation) -> PlannedViolation:
        refusal = self._refusals.get(violation.identity)
        symbols = {name for place in violation.occurrences for name in place.names}
        return PlannedViolation(
            *violation.identity,
            path=file.path,
            line=refusal.line if refusal else min(_list_lines(violation), default=1),
            code=refusal.code if refusal else None,
            reason=refusal.detail if refusal else " ".join(file.rewrite.list_notes(violation.imported)),
            symbols=tuple(sorted(symbols)),
        )

    def _make_batches(
        self, planned: Sequence[PlannedViolation], result: CheckResult, after: Report
    ) -> Iterator[Batch]:
        """Yield the batches, each with what the contracts count after it."""
        edits = self._collect_edits()
        groups = divide_into_batches(
            [one for one in planned if one.path in edits],
            self._owners,
            {one.id: one.option("owner") or "" for one in result.inputs.contracts},
            self._options.batch_size,
        )
        counts = _count(result.report)
        adds_up = all(contract.judges_ghosts for contract in result.inputs.contracts)
        done: dict[str, tuple[TextEdit, ...]] = {}
        for number, group in enumerate(groups, start=1):
            done |= {path: edits[path] for path in group.paths}
            if number == len(groups):
                counts = _count(after)
            elif adds_up:
                taken = Counter(contract for contract, *_ in group.violations)
                counts = {contract: count - taken[contract] for contract, count in counts.items()}
            else:
                counts = _count(self._judge(done))
            yield Batch(number, *group, predicted=counts)


def _list_lines(violation: Violation) -> frozenset[int]:
    return frozenset(place.line for place in violation.occurrences)


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


def _find_cycle(file: _RewrittenFile, violation: Violation, cycles: CycleSearch) -> Refusal | None:
    """Return why a violation stays if one of its new imports would close a cycle."""
    for home in sorted(file.rewrite.list_homes(violation.imported)):
        lines = _list_lines(violation)
        if cycles.closes_cycle(violation.importer, violation.imported, home, lines):
            detail = (
                f"{home} imports {violation.importer} when it is loaded, and would be imported by it."
            )
            return Refusal(violation.imported, RefusalCode.IMPORT_CYCLE, min(lines, default=1), detail)
    return None


def _find_cause(violation: Violation, edited: Collection[str]) -> str | None:
    """Return the path of the changed file that makes a violation; None if no single one does."""
    paths = [place.path for place in violation.occurrences] + [step.path for step in violation.chain]
    return next((path for path in paths if path in edited), None)


def _count(report: Report) -> dict[str, int]:
    return {contract.id: contract.violations for contract in report.contracts}
