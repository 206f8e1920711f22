"""Violations: open ones at the tip of a branch, fixed ones, and groups of open ones."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.errors import InvalidError
from archguard_api.routes.date_parameters import Day, parse_seconds
from archguard_api.routes.dependencies import (
    PROJECT,
    After,
    Auth,
    BranchName,
    ContractId,
    IfNoneMatch,
    PageSize,
    ProjectName,
    respond,
    text_query,
)
from archguard_api.routes.router import new_router, read_route
from archguard_api.routes.snapshots import require_branch
from archguard_api.services.freshness import find_earliest
from archguard_api.services.violation_groups import NEED_OCCURRENCES, GroupBy, group_violations
from archguard_api.store import ViolationFilter
from archguard_api.times import DAY

router = new_router("violations")
_MAX_GROUPS = 1000


class ViolationState(StrEnum):
    """Which violations."""

    OPEN = "open"
    FIXED = "fixed"


class Sort(StrEnum):
    """By what open violations are sorted."""

    INTRODUCED = "introduced"
    FIRST_SEEN = "first_seen"
    CONTRACT = "contract"
    IMPORTER = "importer"
    IMPORTED = "imported"
    TIMES = "times"


@read_route(
    router,
    f"{PROJECT}/violations",
    models.CountedPage[models.OpenViolation | models.FixedViolation],
    "The violations at a branch's tip, or those that were fixed",
)
def list_violations(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    branch: BranchName = None,
    contract: ContractId = None,
    importer: Annotated[str | None, text_query("Only of this module.", "shop.order")] = None,
    imported: Annotated[
        str | None, text_query("Only of this module, or of what is asked for in it.", "shop.legacy_cart")
    ] = None,
    module: Annotated[
        str | None, text_query("Importer or imported is this module.", "shop.cart")
    ] = None,
    package: Annotated[
        str | None, text_query("The importer is this package, or below it.", "shop.orders")
    ] = None,
    owner: Annotated[
        str | None, text_query("Only of contracts of this owner.", "@checkout-team")
    ] = None,
    kind: Annotated[
        str | None, text_query("Of one of its occurrences; of open ones.", "top-level")
    ] = None,
    search: Annotated[str | None, text_query("Part of a module's name, in any case.", "legacy")] = None,
    state: Annotated[
        ViolationState, Query(description="`fixed`: those that are gone, the last one first.")
    ] = ViolationState.OPEN,
    since: Day = None,
    introduced_since: Day = None,
    sort: Annotated[Sort, Query(description="Of open ones.")] = Sort.INTRODUCED,
    descending: Annotated[bool, Query(description="Of open ones.")] = False,
    after: After = None,
    limit: PageSize = 50,
) -> Response:
    """Open ones with their age, origin and owner; `since` is about when one was fixed.

    `total` is how many match, on all pages.
    """
    store = auth.to_read(project)
    branch_name = require_branch(store, project, branch).name
    criteria = ViolationFilter(
        contract=contract,
        importer=importer,
        imported=imported,
        module=module,
        package=package,
        owner=owner,
        kind=kind,
        search=search,
    )
    if state is ViolationState.FIXED:
        _refuse_open_only(kind=kind, introduced_since=introduced_since)
        fixed = store.list_fixed_violations(
            project,
            branch_name,
            replace(criteria, since=parse_seconds("since", since)),
            after=after,
            limit=limit,
        )
        return respond(fixed, if_none_match)
    criteria = replace(criteria, since=parse_seconds("introduced_since", introduced_since))
    page = store.list_open_violations(
        project, branch_name, criteria, sort=sort.value, descending=descending, after=after, limit=limit
    )
    return respond(page, if_none_match, holds_until=find_earliest(map(_next_birthday, page.items)))


def _next_birthday(violation: models.OpenViolation) -> int:
    """Return when a violation's age in days grows next, in seconds since 1970."""
    return violation.introduced.committed_at + (violation.age_days + 1) * DAY


@read_route(
    router,
    f"{PROJECT}/violations/groups",
    models.ViolationGroups,
    "A branch's open violations in groups",
)
def list_violation_groups(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    by: Annotated[GroupBy, Query(description="What those of a group have in common.")],
    contract: ContractId = None,
    branch: BranchName = None,
    depth: Annotated[
        int, Query(ge=1, le=64, description="Components of the importer that make a package.")
    ] = 2,
    ascending: Annotated[bool, Query(description="The smallest first: what is next.")] = False,
) -> Response:
    """The largest first, then by name.

    A violation with occurrences of two kinds is in both groups, and so is one that asks for two parts
    of a deprecated module: `by=kind` and `by=imported` may add up to more than `total`.
    """
    store = auth.to_read(project)
    branch_name = require_branch(store, project, branch).name
    members = store.list_group_members(
        project, branch_name, contract, with_occurrences=by in NEED_OCCURRENCES
    )
    all_groups = group_violations(members, by, depth=depth, ascending=ascending)
    return respond(
        models.ViolationGroups(
            by=by.value,
            total=len(members),
            items=tuple(all_groups[:_MAX_GROUPS]),
            left_out=len(all_groups[_MAX_GROUPS:]),
        ),
        if_none_match,
    )


def _refuse_open_only(**parameters: str | None) -> None:
    names = [name for name, value in parameters.items() if value is not None]
    if names:
        raise InvalidError(
            "Fixed violations cannot be filtered by this; leave it out, or use state=open.",
            tuple((f"query.{name}", "only with state=open") for name in names),
        )
