"""Badges for a README: what the caller may not see is shown as `unknown`, not as an error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi import Response

from archguard_api import models
from archguard_api.http.credentials import NO_CREDENTIALS
from archguard_api.http.problem_json import document_errors
from archguard_api.http.responses import VARY, compute_etag, matches_etag
from archguard_api.routes.dependencies import (
    PUBLIC_OR_TOKEN,
    Auth,
    BranchName,
    ContractId,
    IfNoneMatch,
    ProjectName,
)
from archguard_api.routes.router import NOT_MODIFIED, new_router
from archguard_api.services.badge import CSP, make_badge, render_shields_json, render_svg

if TYPE_CHECKING:
    from archguard_api.services.badge import Badge

router = new_router("badges")
_RESPONSES: dict[int | str, dict[str, Any]] = {**NOT_MODIFIED, **document_errors(401, 429, 503)}
_JSON = "application/json"
_SVG = "image/svg+xml"
SVG_HEADERS = {"content-security-policy": CSP, "cross-origin-resource-policy": "cross-origin"}


@router.get(
    "/badge/{project}.svg",
    response_class=Response,
    summary="A badge with the number of violations",
    responses={
        # Without its content type, which generators of clients do not know.
        200: {"description": "The badge, as `image/svg+xml`."},
        **_RESPONSES,
    },
    openapi_extra=PUBLIC_OR_TOKEN,
)
def get_badge_svg(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    contract: ContractId = None,
    branch: BranchName = None,
) -> Response:
    """Of a contract, or of all. A project that you may not see is `unknown`, as an absent one is."""
    return respond_picture(
        auth,
        render_svg(_make_badge(auth, project, contract, branch)),
        if_none_match,
        _SVG,
        SVG_HEADERS,
    )


@router.get(
    "/badge/{project}.json",
    response_model=models.ShieldsBadge,
    summary="The badge in the form that shields.io reads",
    responses=_RESPONSES,
    openapi_extra=PUBLIC_OR_TOKEN,
)
def get_badge_json(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    contract: ContractId = None,
    branch: BranchName = None,
) -> Response:
    """For `https://img.shields.io/endpoint?url=...`."""
    content = render_shields_json(_make_badge(auth, project, contract, branch))
    return respond_picture(auth, json.dumps(content, ensure_ascii=False), if_none_match, _JSON, {})


def _make_badge(auth: Auth, project: str, contract: str | None, branch: str | None) -> Badge:
    store = auth.may_read(project)
    contracts = (
        store.get_contracts_at_tip(project, branch) if store and store.get_project(project) else ()
    )
    return make_badge(contracts, contract)


def respond_picture(
    auth: Auth, text: str, if_none_match: str | None, kind: str, headers: dict[str, str]
) -> Response:
    """Return a badge or a chart; only what anybody sees may lie in a cache that several people share."""
    body = text.encode()
    etag = compute_etag(body)
    lifetime = "max-age=60" if auth.credentials == NO_CREDENTIALS else "private, max-age=60"
    headers = {**headers, "etag": etag, "cache-control": lifetime, "vary": VARY}
    if matches_etag(if_none_match, etag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, kind)
