"""Violations at the tip of a branch, those that are gone, and groups of them."""

from __future__ import annotations

import time
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Response

from archguard.snapshot import MAX_LISTED
from archguard_api import models
from archguard_api.errors import InvalidError
from archguard_api.routes.date_parameters import Day, seconds_of
from archguard_api.routes.dependencies import (
    PROJECT,
    After,
    Asking,
    BranchName,
    ContractId,
    IfNoneMatch,
    PageSize,
    ProjectName,
    answer,
    text,
)
from archguard_api.routes.router import new_router, reading
from archguard_api.routes.snapshots import branch_of
from archguard_api.services.violation_groups import GroupBy, group_violations
from archguard_api.store import ViolationFilter

if TYPE_CHECKING:
    from archguard_api.models import records

router = new_router("violations")
_DAY = 86_400
_MOST_GROUPS = 1000


class Which(StrEnum):
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


@reading(
    router,
    f"{PROJECT}/violations",
    models.Counted[models.OpenViolation | models.FixedViolation],
    "The violations at a branch's tip, or those that were fixed",
)
def violations(
    project: ProjectName,
    asking: Asking,
    match: IfNoneMatch,
    branch: BranchName = None,
    contract: ContractId = None,
    importer: Annotated[str | None, text("Only of this module.", "shop.order")] = None,
    imported: Annotated[str | None, text("Only of this module.", "shop.legacy_cart")] = None,
    module: Annotated[str | None, text("Importer or imported is this module.", "shop.cart")] = None,
    package: Annotated[
        str | None, text("The importer is this package, or below it.", "shop.orders")
    ] = None,
    owner: Annotated[str | None, text("Only of contracts of this owner.", "@checkout-team")] = None,
    kind: Annotated[str | None, text("Of one of its occurrences; of open ones.", "top-level")] = None,
    search: Annotated[str | None, text("Part of a module's name, in any case.", "legacy")] = None,
    state: Annotated[
        Which, Query(description="`fixed`: those that are gone, the last one first.")
    ] = Which.OPEN,
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
    store = asking.to_read(project)
    on = branch_of(store, project, branch).name
    which = ViolationFilter(
        contract=contract,
        importer=importer,
        imported=imported,
        module=module,
        package=package,
        owner=owner,
        kind=kind,
        search=search,
    )
    if state is Which.FIXED:
        _refuse(kind=kind, introduced_since=introduced_since)
        gone = store.list_fixed_violations(
            project, on, replace(which, since=seconds_of("since", since)), after=after, limit=limit
        )
        return answer(models.Counted[models.FixedViolation].model_validate(gone), match)
    which = replace(which, since=seconds_of("introduced_since", introduced_since))
    page = store.list_open_violations(
        project, on, which, sort=sort.value, descending=descending, after=after, limit=limit
    )
    now = int(time.time())
    items = tuple(_aged(one, now) for one in page.items)
    return answer(
        models.Counted[models.OpenViolation](items=items, next=page.next, total=page.total), match
    )


@reading(router, f"{PROJECT}/violations/groups", models.Groups, "A branch's open violations in groups")
def groups(
    project: ProjectName,
    asking: Asking,
    match: IfNoneMatch,
    by: Annotated[GroupBy, Query(description="What those of a group have in common.")],
    contract: ContractId = None,
    branch: BranchName = None,
    depth: Annotated[
        int, Query(ge=1, le=64, description="Components of the importer that make a package.")
    ] = 2,
    ascending: Annotated[bool, Query(description="The smallest first: what is next.")] = False,
) -> Response:
    """The largest first, then by name.

    A violation with occurrences of two kinds is in both groups: `by=kind` may add up to more than
    `total`.
    """
    store = asking.to_read(project)
    on = branch_of(store, project, branch).name
    page = store.list_open_violations(project, on, ViolationFilter(contract=contract), limit=MAX_LISTED)
    found = group_violations(page.items, by, depth=depth, ascending=ascending)
    return answer(
        models.Groups(
            by=by.value,
            total=page.total,
            items=tuple(map(models.Group.model_validate, found[:_MOST_GROUPS])),
            left_out=len(found[_MOST_GROUPS:]),
        ),
        match,
    )


def _refuse(**of_open_ones: str | None) -> None:
    given = [name for name, value in of_open_ones.items() if value is not None]
    if given:
        raise InvalidError(
            "Of violations that are gone this is not known.",
            tuple((f"query.{name}", "only with state=open") for name in given),
        )


def _aged(one: records.OpenViolation, now: int) -> models.OpenViolation:
    age = max(0, now - one.introduced.committed_at) // _DAY
    fields = {name: getattr(one, name) for name in one.__slots__}
    return models.OpenViolation.model_validate({**fields, "age_days": age})
