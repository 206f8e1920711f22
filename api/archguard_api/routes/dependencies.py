"""What the routes share: the state of the process, parameters, and answers as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Path, Query, Request, Response

from archguard_api import models
from archguard_api.http.auth import AccessControl, RequestAuth
from archguard_api.http.database_version import DatabaseVersion
from archguard_api.http.metrics import Metrics
from archguard_api.http.rate_limit import Limit
from archguard_api.http.request_body import UploadReceiver
from archguard_api.http.response_cache import ResponseCache
from archguard_api.http.responses import answer_bytes, etag_of
from archguard_api.services.dashboard_files import DashboardFiles
from archguard_api.services.graph_queries import GraphQueriesCache
from archguard_api.services.project_summary import ProjectSummaries
from archguard_api.services.tokens import PROJECT_PATTERN
from archguard_api.services.trend import TrendRenderer
from archguard_api.settings import Settings

if TYPE_CHECKING:
    from pydantic import BaseModel

V1 = "/api/v1"
PROJECT = f"{V1}/projects/{{project}}"
NEEDS_TOKEN: dict[str, Any] = {"security": [{"token": []}]}
PUBLIC_OR_TOKEN: dict[str, Any] = {"security": [{"token": []}, {}]}
SEEN = r"^[^\x00-\x1f\x7f-\x9f]+$"


@dataclass(frozen=True, slots=True)
class State:
    """What a process keeps between requests."""

    settings: Settings
    gate: AccessControl
    desk: UploadReceiver
    uploads: Limit
    trends: TrendRenderer
    overviews: ProjectSummaries
    explorers: GraphQueriesCache
    remembered: ResponseCache
    stamping: DatabaseVersion
    metrics: Metrics
    dashboard: DashboardFiles


def state_of(request: Request) -> State:
    """The process's state."""
    state: State = request.app.state.archguard
    return state


async def _visitor(request: Request) -> RequestAuth:
    """Asks nothing of the database: the endpoint does, in its own thread."""
    address = request.client.host if request.client else ""
    visitor = RequestAuth(state_of(request).gate, request.headers.get("authorization"), address)
    request.state.visitor = visitor
    return visitor


async def _state(request: Request) -> State:
    return state_of(request)


async def _match(request: Request) -> str | None:
    return request.headers.get("if-none-match")


Asking = Annotated[RequestAuth, Depends(_visitor)]
Process = Annotated[State, Depends(_state)]
IfNoneMatch = Annotated[str | None, Depends(_match)]

ProjectName = Annotated[str, Path(pattern=PROJECT_PATTERN, examples=["shop"])]
CommitId = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{7,64}$",
        description="Whole, or its first 7 digits or more.",
        examples=["4f1c2d7"],
    ),
]
ModuleName = Annotated[str, Path(pattern=SEEN, max_length=512, examples=["shop.legacy_cart"])]


def text(description: str, example: str, *, longest: int = 512) -> Any:
    """An optional query parameter of text."""
    return Query(pattern=SEEN, max_length=longest, description=description, examples=[example])


BranchName = Annotated[str | None, text("Default: the project's default branch.", "main", longest=255)]
ContractId = Annotated[str | None, text("A contract's id.", "one-cart")]
CommitQuery = Annotated[
    str | None,
    Query(
        pattern="^[0-9a-f]{7,64}$",
        description="Whole, or its first 7 digits or more. Default: the tip of the default branch.",
        examples=["4f1c2d7"],
    ),
]
_FOLLOWS = "`next` of the page before, of the same list in the same order; any other may be a 422."
After = Annotated[str | None, Query(pattern=SEEN, max_length=4096, description=_FOLLOWS)]
AfterNumber = Annotated[
    str | None, Query(pattern="^[0-9]{1,18}$", description=_FOLLOWS, examples=["50"])
]
PageSize = Annotated[int, Query(ge=1, le=200, description="Items on a page.")]


def answer(
    model: BaseModel, if_none_match: str | None = None, *, status: int = 200, etag: str | None = None
) -> Response:
    """A model as JSON with its ETag, or 304 where the client has it already."""
    body = model.model_dump_json().encode()
    return answer_bytes(body, if_none_match, etag or etag_of(body), status=status)


def edges(pairs: tuple[tuple[str, str], ...]) -> tuple[models.Edge, ...]:
    """Imports as the service answers them."""
    return tuple(models.Edge(importer=importer, imported=imported) for importer, imported in pairs)
