"""What the routes share: the application's state, common parameters, and JSON responses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from pydantic import TypeAdapter

from archguard_api.errors import UnauthorizedError
from archguard_api.http.auth import NO_VALID_TOKEN, AccessControl, RequestAuth
from archguard_api.http.basis_reader import BasisReader
from archguard_api.http.credentials import NO_CREDENTIALS, is_from_elsewhere, read_credentials
from archguard_api.http.database_version import DatabaseVersion
from archguard_api.http.metrics import Metrics
from archguard_api.http.rate_limit import RateLimit
from archguard_api.http.readiness import Readiness
from archguard_api.http.request_body import UploadReceiver
from archguard_api.http.response_cache import ResponseCache
from archguard_api.http.responses import compute_etag, json_response
from archguard_api.models.base import PROJECT_PATTERN
from archguard_api.services.contract_status import ContractStatuses
from archguard_api.services.dashboard_files import DashboardFiles
from archguard_api.services.graph_queries import GraphQueriesCache
from archguard_api.services.notifications.change_detector import ChangeDetector
from archguard_api.services.oidc.id_token_verifier import IdTokenVerifier
from archguard_api.services.project_summary import ProjectSummaries
from archguard_api.services.trend import TrendRenderer
from archguard_api.settings import Settings

V1 = "/api/v1"
PROJECT = f"{V1}/projects/{{project}}"
NEEDS_BEARER: dict[str, Any] = {"security": [{"token": []}]}
NEEDS_TOKEN: dict[str, Any] = {"security": [{"token": []}, {"session": []}]}
PUBLIC_OR_TOKEN: dict[str, Any] = {"security": [{"token": []}, {"session": []}, {}]}
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]+$"


@dataclass(frozen=True, slots=True)
class AppState:
    """What a process keeps between requests."""

    settings: Settings
    access: AccessControl
    receiver: UploadReceiver
    upload_limit: RateLimit
    trends: TrendRenderer
    summaries: ProjectSummaries
    standings: ContractStatuses
    graphs: GraphQueriesCache
    response_cache: ResponseCache
    database_version: DatabaseVersion
    bases: BasisReader
    metrics: Metrics
    readiness: Readiness
    dashboard: DashboardFiles
    change_detector: ChangeDetector
    id_tokens: IdTokenVerifier


def get_state(request: Request) -> AppState:
    """Return the application's state."""
    state: AppState = request.app.state.archguard
    return state


async def _authenticate(request: Request) -> RequestAuth:
    """Return what decides on the request; endpoints query the database with it, in their own threads.

    Raises:
        UnauthorizedError: `Authorization` has another scheme than Bearer, where tokens are expected.
    """
    credentials = read_credentials(request.headers)
    if credentials.has_other_scheme:
        if _expects_tokens(request):
            raise UnauthorizedError(NO_VALID_TOKEN)
        credentials = NO_CREDENTIALS  # a proxy's own sign-in, which browsers send with every request
    address = request.client.host if request.client else ""
    auth = RequestAuth(
        get_state(request).access,
        credentials,
        address,
        is_from_elsewhere(request),
    )
    request.state.auth = auth
    return auth


def _expects_tokens(request: Request) -> bool:
    path: str = request.scope["path"]
    return path == "/metrics" or path.startswith(f"{V1}/")


async def _get_state(request: Request) -> AppState:
    return get_state(request)


async def _get_if_none_match(request: Request) -> str | None:
    return request.headers.get("if-none-match")


Auth = Annotated[RequestAuth, Depends(_authenticate)]
CurrentState = Annotated[AppState, Depends(_get_state)]
IfNoneMatch = Annotated[str | None, Depends(_get_if_none_match)]

ProjectName = Annotated[str, Path(pattern=PROJECT_PATTERN, examples=["shop"])]
CommitId = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{7,64}$",
        description="Whole, or its first 7 digits or more.",
        examples=["4f1c2d7"],
    ),
]
ModuleName = Annotated[str, Path(pattern=PRINTABLE, max_length=512, examples=["shop.legacy_cart"])]


def text_query(description: str, example: str, *, max_length: int = 512) -> Any:
    """Return an optional query parameter of printable text."""
    return Query(pattern=PRINTABLE, max_length=max_length, description=description, examples=[example])


BranchName = Annotated[
    str | None, text_query("Default: the project's default branch.", "main", max_length=255)
]
ContractId = Annotated[str | None, text_query("A contract's id.", "one-cart")]
CommitQuery = Annotated[
    str | None,
    Query(
        pattern="^[0-9a-f]{7,64}$",
        description="Whole, or its first 7 digits or more. Default: the tip of the default branch.",
        examples=["4f1c2d7"],
    ),
]
_CURSOR = "`next` of the page before, of the same list in the same order; any other may be a 422."
After = Annotated[str | None, Query(pattern=PRINTABLE, max_length=4096, description=_CURSOR)]
AfterNumber = Annotated[str | None, Query(pattern="^[0-9]{1,18}$", description=_CURSOR, examples=["50"])]
PageSize = Annotated[int, Query(ge=1, le=200, description="Items on a page.")]


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def respond(
    value: Any,
    if_none_match: str | None = None,
    *,
    status: int = 200,
    etag: str | None = None,
    holds_until: int | None = None,
) -> Response:
    """Return a model as JSON with its ETag, or a 304 if the client has it already.

    Args:
        value: the model.
        if_none_match: the request's header.
        status: the response's.
        etag: the response's; None for the digest of its body.
        holds_until: when time alone changes the answer, in seconds since 1970; None: at midnight.
    """
    body = _adapter(value.__class__).dump_json(value)
    return json_response(
        body, if_none_match, etag or compute_etag(body), status=status, holds_until=holds_until
    )
