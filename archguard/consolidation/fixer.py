"""Make the changes of a plan, and judge the tree again after each batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.pipeline import check
from archguard.consolidation.file_changes import FileChange, compute_digest, undo_changes, write_changes
from archguard.consolidation.rewrite.parsed_file import apply_to_content
from archguard.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Identity, Report
    from archguard.consolidation.migration_plan import Batch, MigrationPlan

TESTS_RED = "tests-red"
WRONG_COUNT = "wrong-count"


class FixedBatch(NamedTuple):
    """What became of a batch."""

    batch: Batch
    before: Mapping[str, int]
    """Contract id -> its violations before it."""
    after: Mapping[str, int]
    """The same after it; as before if it was undone."""
    code: str = ""
    """Why it was undone, `tests-red` or `wrong-count`; empty if it stands."""
    reason: str = ""
    """The same in words."""


def make_changes(plan: MigrationPlan, batch: Batch, request: CheckRequest) -> list[FileChange]:
    """Return the changes of a batch, in the order of their paths.

    Raises:
        SourceError: a file was changed since it was planned.
    """
    changes = []
    for path in batch.paths:
        (content,) = request.source.read([path])
        if not isinstance(content, bytes) or compute_digest(content) != plan.digests[path]:
            raise SourceError(f"{path} was changed since it was planned: nothing of it was written.")
        after = None if path in plan.removed else apply_to_content(content, plan.edits[path])
        changes.append(FileChange(path, content, after))
    return changes


class Fixer:
    """Makes changes in a working tree."""

    def __init__(
        self,
        request: CheckRequest,
        root: str,
        plan: MigrationPlan,
        *,
        run_tests: Callable[[], bool] | None = None,
        commit: Callable[[FixedBatch], None] | None = None,
    ) -> None:
        """Change nothing yet.

        Args:
            request: the tree, a folder, and its contracts.
            root: the folder.
            plan: what to change.
            run_tests: returns whether the team's tests pass; None to run none.
            commit: commits a batch; None to leave it in the working tree.
        """
        self._request = request
        self._root = root
        self._plan = plan
        self._run_tests = run_tests
        self._commit = commit

    def fix(self, batches: Sequence[Batch]) -> Iterator[FixedBatch]:
        """Make the changes of some batches, one after the other, and yield what became of each.

        A batch after which the contracts do not count what was predicted is undone, and ends the run.
        One after which the tests are red is undone, and the next one follows.

        Raises:
            ArchguardError: the tree could not be judged or written; the batch was undone.
        """
        counts: Mapping[str, int] = self._plan.counts
        known = frozenset(one.identity for one in check(self._request).report.violations)
        for batch in batches:
            expected = self._expect(batch, counts)
            changes = make_changes(self._plan, batch, self._request)
            changes = write_changes(self._root, changes)
            try:
                fixed, known = self._judge(batch, counts, expected, known)
                if not fixed.code and self._commit is not None:
                    self._commit(fixed)
            except BaseException:  # Ctrl-C, too
                undo_changes(self._root, changes)
                raise
            if fixed.code:
                undo_changes(self._root, changes)
            yield fixed
            counts = fixed.after
            if fixed.code == WRONG_COUNT:
                return

    def _expect(self, batch: Batch, counts: Mapping[str, int]) -> dict[str, int]:
        """Return what the contracts should count: what the plan says, less what was undone."""
        previous = next(
            (one.predicted for one in self._plan.batches if one.number == batch.number - 1),
            self._plan.counts,
        )
        return {
            contract: count + batch.predicted[contract] - previous[contract]
            for contract, count in counts.items()
        }

    def _judge(
        self,
        batch: Batch,
        before: Mapping[str, int],
        expected: Mapping[str, int],
        known: frozenset[Identity],
    ) -> tuple[FixedBatch, frozenset[Identity]]:
        report = check(self._request).report
        after = {contract.id: contract.violations for contract in report.contracts}
        reason = _describe_difference(report, after, expected, known)
        if reason:
            return FixedBatch(batch, before, before, WRONG_COUNT, reason), known
        if self._run_tests is not None and not self._run_tests():
            return FixedBatch(batch, before, before, TESTS_RED, "The tests fail after it."), known
        return FixedBatch(batch, before, after), frozenset(one.identity for one in report.violations)


def _describe_difference(
    report: Report, after: Mapping[str, int], expected: Mapping[str, int], known: frozenset[Identity]
) -> str:
    """Return in a sentence how a tree differs from what was predicted; empty if it does not."""
    new = sorted(one.identity for one in report.violations if one.identity not in known)
    if new:
        contract, importer, imported = new[0]
        return f"It would make a new violation of {contract}: {importer} imports {imported}."
    for contract, count in sorted(expected.items()):
        if after.get(contract) != count:
            return f"{contract} counts {after.get(contract):,} after it, not {count:,} as predicted."
    return ""
