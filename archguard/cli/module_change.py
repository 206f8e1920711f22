"""`fix --shim` and `fix --delete`: change one deprecated module as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.cli.batch_run import describe_counts, run_batches
from archguard.cli.output import say
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from archguard.checking.pipeline import CheckRequest
    from archguard.cli.batch_run import ChangeOptions
    from archguard.consolidation.fixer import FixedBatch
    from archguard.consolidation.module_plan import ModulePlan


def make_shim(module: str, request: CheckRequest, folder: str, options: ChangeOptions) -> int:
    """Make a module lead to what took its place, and return the exit code.

    Raises:
        ArchguardError: there is no verdict on the tree, or nothing can be written.
    """
    from archguard.consolidation.shim.shim_plan import plan_shim  # noqa: PLC0415 (not for --help)

    planned = plan_shim(request, module)
    subject = f"Make {module} lead to what took its place"
    return _change(module, planned, request, folder, options, kind="shim", subject=subject)


def delete_module(
    module: str, request: CheckRequest, folder: str, options: ChangeOptions, *, with_tests: bool
) -> int:
    """Delete a module that nobody names any more, and return the exit code.

    Raises:
        ArchguardError: there is no verdict on the tree, or nothing can be written.
    """
    from archguard.checking.pipeline import scan_options  # noqa: PLC0415 (not for --help)
    from archguard.cli.audited_tree import add_test_roots  # noqa: PLC0415
    from archguard.consolidation.audit_request import AuditedTree  # noqa: PLC0415
    from archguard.consolidation.deletion.deletion_plan import plan_deletion  # noqa: PLC0415
    from archguard.consolidation.deletion.module_files import remove_empty_folders  # noqa: PLC0415

    tree = add_test_roots(AuditedTree(request.source, scan_options(request.configuration)))
    planned = plan_deletion(request, folder, module, tree.options, with_tests=with_tests)
    code = _change(module, planned, request, folder, options, kind="delete", subject=f"Delete {module}")
    if code == 0 and (options.write or options.commit):
        remove_empty_folders(folder, planned.folders)
    return code


def _change(
    module: str,
    planned: ModulePlan,
    request: CheckRequest,
    folder: str,
    options: ChangeOptions,
    *,
    kind: str,
    subject: str,
) -> int:
    for note in planned.notes:
        say(escape(note))
    for one in planned.refusals:
        say(f"{escape(one.path)}:{one.line}: {one.code}: {escape(one.detail)}")
    if planned.refusals:
        return 1

    def describe(fixed: FixedBatch) -> str:
        files = format_count(len(fixed.batch.paths), "file")
        counts = describe_counts(fixed) or "the counts are the same"
        verb = "deleted" if planned.plan.removed else "changed"
        return f"{module}: {files} {verb}: {counts}."

    def write_message(fixed: FixedBatch) -> str:
        counts = describe_counts(fixed) or "as before"
        return f"{subject}\n\nViolations: {counts}.\n"

    plan = planned.plan
    return run_batches(
        plan,
        plan.batches,
        request._replace(progress=None),
        folder,
        options,
        branch=f"archguard/{kind}-{module}",
        write_message=write_message,
        describe=describe,
    )
