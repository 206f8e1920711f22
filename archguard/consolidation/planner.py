"""Decide which violations can be rewritten, and in which order."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from archguard.checking.pipeline import check, find_day
from archguard.checking.source_edit import SourceEdit
from archguard.consolidation.batches import divide_into_batches
from archguard.consolidation.file_changes import compute_digest
from archguard.consolidation.file_search import FileSearch, RewritableFile, list_lines
from archguard.consolidation.migration_plan import Batch, MigrationPlan, PlannedViolation, PlanOptions
from archguard.consolidation.own_tests import OwnTests, find_own_tests
from archguard.consolidation.plan_order import make_order
from archguard.consolidation.rewrite.parsed_file import apply_to_content, locate
from archguard.consolidation.rewrite.refusal import Refusal, RefusalCode
from archguard.consolidation.rewrite.text_edit import overlap
from archguard.errors import ConfigurationError
from archguard.graph.module_expressions import is_within
from archguard.sources.edited_tree import edit_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult, Identity, Report, Violation
    from archguard.consolidation.batches import Owners
    from archguard.consolidation.rewrite.text_edit import TextEdit


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
        self._files: list[RewritableFile] = []
        self.state: str | None = None
        """The state of the tree that was planned for; None before, and if it is not certain."""

    def plan(self) -> MigrationPlan:
        """Return the plan.

        Raises:
            ArchguardError: there is no verdict on the tree, or on one of its contracts; the message
                says why.
        """
        return self.plan_with_verdict()[0]

    def plan_with_verdict(self) -> tuple[MigrationPlan, CheckResult]:
        """Return the plan, and the verdict on the tree that it is for.

        Raises:
            ArchguardError: there is no verdict on the tree, or on one of its contracts; the message
                says why.
        """
        result = check(self._request)
        if result.report.errors:
            raise ConfigurationError(result.report.errors[0])
        self.state = result.inputs.analysis.state
        self._files = list(FileSearch(self._request, self._options).find(result))
        for file in self._files:
            self._refusals |= file.refusals
        self._refuse_overlaps()
        after = self._confirm(result)
        own_tests = find_own_tests(result.inputs.analysis, self._request.source)
        planned = [
            self._describe(file, one, own_tests) for file in self._files for one in file.violations
        ]
        edits = self._assign_edits()
        batches = list(self._make_batches(planned, result, after))
        numbers = {one: batch.number for batch in batches for one in batch.violations}
        violations = tuple(
            sorted(
                one._replace(batch=numbers.get(one.identity), edits=tuple(edits.get(one.identity, ())))
                for one in planned
            )
        )
        plan = MigrationPlan(
            violations,
            tuple(batches),
            _count(result.report),
            self._collect_edits(),
            {file.path: compute_digest(file.content) for file in self._files},
            make_order(self._request, result, violations, own_tests),
        )
        return plan, result

    def _refuse_overlaps(self) -> None:
        """Refuse a change of a statement that another contract's change has taken already."""
        taken: defaultdict[str, list[TextEdit]] = defaultdict(list)
        for file in self._files:
            known = taken[file.path]
            edits = self._select_edits(file)
            if any(overlap(edit, other) for edit in edits for other in known if edit != other):
                detail = "Another contract's change is about the same statement; plan again after it."
                self._refuse(self._list_changed(file), RefusalCode.OVERLAPPING_CHANGE, detail)
            else:
                known += [edit for edit in edits if edit not in known]

    def _confirm(self, result: CheckResult) -> Report:
        """Judge the tree with all changes made, and refuse those that bring something new.

        Returns the report of the tree with those that are left.
        """
        known = {violation.identity for violation in result.report.violations}
        deprecating = {one.id for one in result.inputs.contracts if one.judges_ghosts}
        while True:
            edits = self._collect_edits()
            if not edits:
                return result.report
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
            for violation in new:
                self._refuse_cause(violation, edits.keys(), deprecating)
            for file in self._files:
                if still.intersection(one.identity for one in file.violations):
                    detail = "The module would still be imported, in a way that is not understood."
                    self._refuse(self._list_changed(file), RefusalCode.DYNAMIC_USE, detail)

    def _refuse_cause(
        self, new: Violation, edited: Collection[str], deprecating: Collection[str]
    ) -> None:
        """Refuse what makes a new violation: the imports of its home, or else all changes of a file."""
        path, imported = _find_cause(new, edited)
        changed, guilty = [], []
        for file in self._files:
            if path in (None, file.path):
                changed += self._list_changed(file)
                guilty += [
                    one
                    for one in self._list_changed(file)
                    if any(_overlaps(home, imported) for home in file.rewrite.list_homes(one.imported))
                ]
        code = RefusalCode.NEW_VIOLATION
        detail = f"{new.importer} would import {new.imported}, which {new.contract} forbids."
        if new.contract in deprecating:
            code = RefusalCode.HOME_DEPRECATED
            detail = f"{new.imported} is deprecated itself, by {new.contract}."
        self._refuse(guilty or changed, code, detail)

    def _refuse(self, violations: Iterable[Violation], code: RefusalCode, detail: str) -> None:
        for one in violations:
            line = min(list_lines(one), default=1)
            self._refusals[one.identity] = Refusal(one.imported, code, line, detail)

    def _list_changed(self, file: RewritableFile) -> list[Violation]:
        return [one for one in file.violations if self._is_changed(one)]

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

    def _assign_edits(self) -> dict[Identity, list[SourceEdit]]:
        """Return the edits of each violation, every one once: with the first violation that needs it."""
        assigned: dict[Identity, list[SourceEdit]] = {}
        taken: defaultdict[str, set[TextEdit]] = defaultdict(set)
        for file in self._files:
            all_edits = self._select_edits(file)
            ready = [one for one in file.violations if one.identity not in self._refusals]
            own = {one.identity: self._find_own_edits(file, one, all_edits) for one in ready}
            left = set(all_edits).difference(*own.values())
            for number, one in enumerate(ready):
                edits = {*own[one.identity], *(left if number == 0 else ())} - taken[file.path]
                taken[file.path] |= edits
                assigned[one.identity] = [_locate(file, edit) for edit in sorted(edits)]
        return assigned

    def _find_own_edits(
        self, file: RewritableFile, violation: Violation, all_edits: Sequence[TextEdit]
    ) -> set[TextEdit]:
        """Return the edits that a violation needs, of those that are the same whatever else is done."""
        others = {one.imported for one in file.violations} - {violation.imported}
        return set(file.rewrite.make_edits(others)).intersection(all_edits)

    def _select_edits(self, file: RewritableFile) -> Sequence[TextEdit]:
        stays = {one.imported for one in file.violations if not self._is_changed(one)}
        return file.rewrite.make_edits(stays)

    def _describe(
        self, file: RewritableFile, violation: Violation, own_tests: OwnTests
    ) -> PlannedViolation:
        refusal = self._refusals.get(violation.identity)
        symbols = {name for place in violation.occurrences for name in place.names}
        return PlannedViolation(
            *violation.identity,
            path=file.path,
            line=refusal.line if refusal else min(list_lines(violation), default=1),
            code=refusal.code if refusal else None,
            reason=refusal.detail if refusal else " ".join(file.rewrite.list_notes(violation.imported)),
            symbols=tuple(sorted(symbols)),
            leaves_with=violation.imported
            if refusal and own_tests.is_own_test(violation.importer, violation.imported)
            else "",
        )

    def _make_batches(
        self, planned: Sequence[PlannedViolation], result: CheckResult, after: Report
    ) -> Iterator[Batch]:
        """Yield the batches, each with what the contracts count after it."""
        edits = self._collect_edits()
        groups = divide_into_batches(
            planned,
            edits,
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


def _locate(file: RewritableFile, edit: TextEdit) -> SourceEdit:
    start, end = locate(file.content, edit)
    return SourceEdit(file.path, start, end, compute_digest(file.content), edit.text)


def _find_cause(violation: Violation, edited: Collection[str]) -> tuple[str | None, str]:
    """Return the path of the changed file that makes a violation, and what it imports to do so.

    The path is None if no single file does.
    """
    places = [(place.path, violation.imported) for place in violation.occurrences]
    places += [(step.path, step.imported) for step in violation.chain]
    return next((place for place in places if place[0] in edited), (None, violation.imported))


def _overlaps(home: str, imported: str) -> bool:
    """Return whether an import of a home may be the import of a module or symbol."""
    module = imported.partition(":")[0]
    return is_within(home, module) or is_within(module, home)


def _count(report: Report) -> dict[str, int]:
    return {contract.id: contract.violations for contract in report.contracts}
