"""Print the changes of batches, or make them and say what became of each."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archguard.cli.output import say
from archguard.errors import ConfigurationError
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.consolidation.fixer import FixedBatch
    from archguard.consolidation.migration_plan import Batch, MigrationPlan
    from archguard.sources.git.branch_writer import BranchWriter

_LISTED_CHANGES = 3


class ChangeOptions(NamedTuple):
    """How to make changes."""

    write: bool
    commit: bool
    branch: str | None
    test_command: str | None

    def refuse_without_change(self) -> None:
        """Refuse options that mean nothing for a diff.

        Raises:
            ConfigurationError: there are some.
        """
        if (self.branch or self.test_command) and not (self.write or self.commit):
            raise ConfigurationError("--branch and --test need --commit or --write.")


def run_batches(
    plan: MigrationPlan,
    batches: Sequence[Batch],
    request: CheckRequest,
    folder: str,
    options: ChangeOptions,
    *,
    branch: str,
    write_message: Callable[[FixedBatch], str],
    describe: Callable[[FixedBatch], str],
) -> int:
    """Print the changes as a diff or make them; return the exit code: 0, 1 for a dirty tree, or 2.

    Args:
        plan: holds the changes.
        batches: those to be made.
        request: the tree and its contracts.
        folder: the tree's folder.
        options: whether to write, to commit and to test.
        branch: the name of the new branch, unless the options name it.
        write_message: returns the message of a batch's commit.
        describe: says what became of a batch that stands.

    Raises:
        ArchguardError: the tree could not be judged or written; the message says why.
    """
    if not (options.write or options.commit):
        _print_diff(plan, batches, request)
        return 0
    writer = _open_branch(folder, options.branch or branch) if options.commit and batches else None
    if writer is not None and (changes := writer.list_changes()):
        say(_describe_dirty(changes))
        return 1
    run_tests = _prepare_tests(options.test_command, folder) if batches else None
    if writer is not None:
        writer.start()
    from archguard.consolidation.fixer import Fixer  # noqa: PLC0415 (not needed for a diff)

    def commit(fixed: FixedBatch) -> None:
        if writer is not None:
            writer.commit(fixed.batch.paths, write_message(fixed))

    undone = False
    fixer = Fixer(request, folder, plan, run_tests=run_tests, commit=commit if writer else None)
    for fixed in fixer.fix(batches):
        undone |= bool(fixed.code)
        say(_describe_undone(fixed) if fixed.code else describe(fixed))
    return 2 if undone else 0


def describe_counts(fixed: FixedBatch) -> str:
    """Return the counts that a batch changed, before and after it; empty if it changed none."""
    return ", ".join(
        f"{contract} {count:,} -> {fixed.after[contract]:,}"
        for contract, count in sorted(fixed.before.items())
        if count != fixed.after[contract]
    )


def describe_fixed(fixed: FixedBatch) -> str:
    """Say what a batch of rewritten imports did."""
    batch = fixed.batch
    size = format_count(len(batch.violations), "violation")
    files = format_count(len(batch.paths), "file")
    counts = describe_counts(fixed)
    return f"Batch {batch.number}: {size} gone, {files} changed{f': {counts}' if counts else ''}."


def _describe_undone(fixed: FixedBatch) -> str:
    return f"Batch {fixed.batch.number} was undone: {fixed.code}: {escape(fixed.reason)}"


def _print_diff(plan: MigrationPlan, batches: Sequence[Batch], request: CheckRequest) -> None:
    from archguard.consolidation.file_changes import format_diff  # noqa: PLC0415
    from archguard.consolidation.fixer import make_changes  # noqa: PLC0415

    for batch in batches:
        sys.stdout.buffer.write(format_diff(make_changes(plan, batch, request)))
    sys.stdout.flush()


def _open_branch(folder: str, name: str) -> BranchWriter:
    from archguard.sources.git.branch_writer import BranchWriter  # noqa: PLC0415

    return BranchWriter(folder, name)


def _describe_dirty(changes: Sequence[str]) -> str:
    more = f" and {len(changes) - _LISTED_CHANGES:,} more" if len(changes) > _LISTED_CHANGES else ""
    listed = ", ".join(escape(change[3:]) for change in changes[:_LISTED_CHANGES])
    return f"dirty-tree: commit or stash your changes first: {listed}{more}."


def _prepare_tests(command: str | None, folder: str) -> Callable[[], bool] | None:
    """Return how to run the tests.

    Raises:
        ConfigurationError: they fail before anything is changed.
    """
    if command is None:
        return None
    from archguard.cli.test_run import run_tests  # noqa: PLC0415

    run = partial(run_tests, command, folder)
    if not run():
        raise ConfigurationError(f"--test: {command!r} fails before anything is changed.")
    return run
