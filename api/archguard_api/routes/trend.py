"""The trend of a contract along a branch."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import answers
from archguard_api.auth import existing
from archguard_api.bodies import answer_bytes
from archguard_api.errors import InvalidError, NotFoundError
from archguard_api.routes.common import (
    PROJECT,
    Asking,
    BranchName,
    ContractId,
    IfNoneMatch,
    Process,
    ProjectName,
)
from archguard_api.routes.reading import new_router, reading
from archguard_api.thinning import MIN_POINTS
from archguard_api.trends import Window, seconds

router = new_router("trend")
_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_TIME = rf"(T{_CLOCK}:[0-5]\d(Z|[+-]{_CLOCK}))?"
Limit = Annotated[
    str | None,
    Query(
        pattern=f"^{_DATE}{_TIME}$",
        description="A date, or a moment in RFC 3339; one that the calendar does not have is a 422.",
        examples=["2026-03-01"],
    ),
]


@reading(
    router, f"{PROJECT}/trend", answers.Trend, "A contract's counts along a branch, and where they lead"
)
def trend(
    project: ProjectName,
    asking: Asking,
    process: Process,
    match: IfNoneMatch,
    contract: ContractId = None,
    branch: BranchName = None,
    since: Limit = None,
    until: Limit = None,
    points: Annotated[int, Query(ge=MIN_POINTS, le=10_000, description="At most so many.")] = 300,
) -> Response:
    """Oldest first; `summary` and `forecast` are of the whole line.

    Fewer points than there are keep the first and the last, the extremes, every zero and every
    violation that came back.
    """
    store = asking.to_read(project)
    found = store.branch(project, branch)
    if found is None:
        existing(store, project)
        raise NotFoundError("The project has no such branch, or no snapshot yet.")
    window = Window(_seconds("since", since), _seconds("until", until), points)
    drawn = process.trends.draw(store, project, found, contract, window)
    return answer_bytes(drawn.body, match, drawn.etag)


def _seconds(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return seconds(text, end=name == "until")
    except (ValueError, OverflowError):
        raise InvalidError(
            f"{name} is no day of the calendar.", ((f"query.{name}", "there is no such day"),)
        ) from None
