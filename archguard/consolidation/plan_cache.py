"""Plans of earlier runs, reused while nothing that they depend on has changed."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from archguard.checking.pipeline import find_day, scan_options
from archguard.checking.report_cache import list_code_files
from archguard.checking.source_edit import SourceEdit
from archguard.consolidation.migration_plan import (
    Batch,
    ContractCut,
    CutImport,
    DeletionStep,
    ImporterGain,
    MigrationPlan,
    PlannedViolation,
    PlanOrder,
)
from archguard.consolidation.rewrite.refusal import RefusalCode
from archguard.consolidation.rewrite.text_edit import TextEdit
from archguard.definitions.collection_rules import read_collection_rules
from archguard.graph.scanning.cache import make_key
from archguard.graph.tree_state import TreeState
from archguard.sources.code_owners import CodeOwners

if TYPE_CHECKING:
    from archguard.checking.pipeline import CheckRequest
    from archguard.consolidation.migration_plan import PlanOptions


def load_or_plan(request: CheckRequest, options: PlanOptions) -> MigrationPlan:
    """Return the cached plan of a commit or an unchanged tree, or plan and cache the result.

    Raises:
        ArchguardError: there is no verdict on the tree; the message says why.
    """
    owners = CodeOwners.read(request.source)
    key = _make_key(request, options, owners) if request.cache.folder is not None else None
    stored = request.cache.load(key) if key else {}
    is_commit = request.source.commit is not None  # the key has its id, so nothing else can differ
    if stored and (is_commit or _compute_state(request) == stored["state"]):
        return decode_plan(stored["plan"])
    from archguard.consolidation.planner import Planner  # noqa: PLC0415 (a cached plan needs no LibCST)

    planner = Planner(request, options, owners)
    plan = planner.plan()
    if key and (planner.state is not None or is_commit):
        request.cache.store(key, {"state": planner.state, "plan": plan._asdict()})
    return plan


def decode_plan(document: dict[str, Any]) -> MigrationPlan:
    """Return the plan that JSON holds as `_asdict` made it; JSON makes tuples lists."""
    return MigrationPlan(
        violations=tuple(map(_decode_violation, document["violations"])),
        batches=tuple(map(_decode_batch, document["batches"])),
        counts=document["counts"],
        edits={path: tuple(map(TextEdit._make, edits)) for path, edits in document["edits"].items()},
        digests=document["digests"],
        order=_decode_order(document["order"]),
    )


def _decode_violation(fields: list[Any]) -> PlannedViolation:
    violation = PlannedViolation._make(fields)
    code = violation.code and RefusalCode(violation.code)
    edits = tuple(map(SourceEdit._make, violation.edits))
    return violation._replace(code=code, symbols=tuple(violation.symbols), edits=edits)


def _decode_batch(fields: list[Any]) -> Batch:
    batch = Batch._make(fields)
    identities = tuple(
        (contract, importer, imported) for contract, importer, imported in batch.violations
    )
    return batch._replace(paths=tuple(batch.paths), violations=identities)


def _decode_order(fields: list[Any]) -> PlanOrder:
    deletions, importers, cuts = fields
    return PlanOrder(
        tuple(DeletionStep._make(map(_freeze, step)) for step in deletions),
        tuple(ImporterGain._make(map(_freeze, gain)) for gain in importers),
        tuple(
            ContractCut(contract, tuple(map(CutImport._make, imports)), *rest)
            for contract, imports, *rest in cuts
        ),
    )


def _freeze(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _compute_state(request: CheckRequest) -> str | None:
    state = TreeState(request.source, scan_options(request.configuration))
    return state.compute_state(state.stamps)


def _make_key(request: CheckRequest, options: PlanOptions, owners: CodeOwners) -> str:
    versions = [sys.version, version("libcst"), list_code_files()]
    rules = read_collection_rules(request.source)  # of a tree that may have no such test folders
    question = [
        request.configuration,
        options._asdict(),
        owners.text,
        rules,
        find_day(request).isoformat(),
    ]
    return make_key(["plan", *versions, request.source.spec(), *question])
