"""What is to be done to one deprecated module as a whole, and what is in the way."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.pipeline import check, find_day
from archguard.consolidation.file_changes import compute_digest
from archguard.consolidation.migration_plan import Batch, MigrationPlan
from archguard.consolidation.rewrite.parsed_file import apply_to_content
from archguard.consolidation.rewrite.refusal import RefusalCode
from archguard.errors import ConfigurationError
from archguard.graph.module_expressions import is_within, make_deprecation
from archguard.sources.edited_tree import edit_tree
from archguard.sources.reduced_tree import ReducedTree
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult, Report
    from archguard.consolidation.rewrite.text_edit import TextEdit
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.sources.source import Source


CONTRACT_ERROR = "contract-error"
"""The code of a change after which some contract cannot be judged: it names a module that is gone."""


class ModuleRefusal(NamedTuple):
    """Something that is in the way."""

    path: str
    line: int
    code: str
    """A `RefusalCode`, or `still-named`."""
    detail: str
    """A sentence."""


class ModulePlan(NamedTuple):
    """What is to be done: one batch, or none if something is in the way or nothing is left to do."""

    plan: MigrationPlan
    refusals: tuple[ModuleRefusal, ...] = ()
    """Sorted."""
    notes: tuple[str, ...] = ()
    """Sentences that a reader should know."""
    folders: tuple[str, ...] = ()
    """Those that are deleted once they are empty."""


def judge_tree(request: CheckRequest) -> tuple[CheckRequest, CheckResult]:
    """Return the verdict on a tree, and the request with the day on which it was judged.

    Raises:
        ArchguardError: there is no verdict on the tree, or on one of its contracts.
    """
    request = request._replace(today=find_day(request))
    result = check(request)
    if result.report.errors:
        raise ConfigurationError(result.report.errors[0])
    return request._replace(progress=None), result


def list_deprecating(result: CheckResult, module: str, option: str) -> list[LoadedContract]:
    """Return the contracts that deprecate a module.

    Raises:
        ConfigurationError: none does.
    """
    contracts = [
        one
        for one in result.inputs.contracts
        if one.judges_ghosts and make_deprecation(one.deprecated_modules).covers(module)
    ]
    if not contracts:
        known = sorted({name for one in result.inputs.contracts for name in one.deprecated_modules})
        raise ConfigurationError(
            f"{option} {module}: no contract deprecates it{suggest(module, (), known)}"
        )
    return contracts


def make_plan(
    request: CheckRequest,
    before: Report,
    module: str,
    *,
    edits: Mapping[str, tuple[TextEdit, ...]],
    removed: tuple[str, ...] = (),
) -> ModulePlan:
    """Judge the tree with a change made, and return the plan, or what the change would bring.

    Args:
        request: the tree and its contracts.
        before: the verdict on it.
        module: the module.
        edits: path -> what is changed in a file.
        removed: the paths of the files that are deleted, in that order.

    Raises:
        ArchguardError: there is no verdict on the changed tree.
    """
    contents: dict[str, bytes] = {}
    for path in [*edits, *removed]:
        (content,) = request.source.read([path])
        if not isinstance(content, bytes):
            raise ConfigurationError(f"{path} {content.reason}: nothing was written.")
        contents[path] = content
    after = _judge_changed(request, contents, edits, removed)
    if after.errors:
        path = request.configuration.path
        return refuse(before, [ModuleRefusal(path, 1, CONTRACT_ERROR, one) for one in after.errors])
    known = {one.identity for one in before.violations}
    new = [one for one in after.violations if one.identity not in known]
    refusals = tuple(
        ModuleRefusal(
            next((place.path for place in one.occurrences), ""),
            next((place.line for place in one.occurrences), 1),
            RefusalCode.NEW_VIOLATION,
            f"{one.importer} would import {one.imported}, which {one.contract} forbids.",
        )
        for one in new
    )
    predicted = {one.id: one.violations for one in after.contracts}
    gone = known - {one.identity for one in after.violations}
    owners = [one.owner for one in before.contracts if one.owner]
    batch = Batch(
        1,
        next(iter(owners), ""),
        module,
        tuple(contents),
        tuple(sorted(one for one in gone if is_within(one[1], module))),
        predicted,
    )
    counts = {one.id: one.violations for one in before.contracts}
    digests = {path: compute_digest(content) for path, content in contents.items()}
    plan = MigrationPlan((), () if refusals else (batch,), counts, edits, digests, removed=removed)
    return ModulePlan(plan, refusals)


def refuse(report: Report, refusals: list[ModuleRefusal]) -> ModulePlan:
    """Return the plan of nothing, with what is in the way."""
    counts = {one.id: one.violations for one in report.contracts}
    return ModulePlan(MigrationPlan((), (), counts, {}, {}), tuple(sorted(set(refusals))))


def _judge_changed(
    request: CheckRequest,
    contents: Mapping[str, bytes],
    edits: Mapping[str, tuple[TextEdit, ...]],
    removed: tuple[str, ...],
) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        changed = {path: apply_to_content(contents[path], several) for path, several in edits.items()}
        source: Source = edit_tree(request.source, folder, changed) if changed else request.source
        if removed:
            source = ReducedTree(source, removed)
        return check(request._replace(source=source, cache=request.cache.as_read_only())).report
