"""Badges: for a README, so what may not be seen is `unknown` and no error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi import Response

from archguard_api import models
from archguard_api.http.problem_json import documented
from archguard_api.http.responses import etag_of, has
from archguard_api.routes.dependencies import (
    PUBLIC_OR_TOKEN,
    Asking,
    BranchName,
    ContractId,
    IfNoneMatch,
    ProjectName,
)
from archguard_api.routes.router import UNCHANGED, new_router
from archguard_api.services.badge import CSP, make_badge, render_shields_json, render_svg

if TYPE_CHECKING:
    from archguard_api.services.badge import Badge

router = new_router("badges")
_ENDS: dict[int | str, dict[str, Any]] = {**UNCHANGED, **documented(401, 429, 503)}
_SVG = "image/svg+xml"


@router.get(
    "/badge/{project}.svg",
    response_class=Response,
    summary="A badge with the number of violations",
    responses={
        200: {"content": {_SVG: {"schema": {"type": "string"}}}, "description": "The badge."},
        **_ENDS,
    },
    openapi_extra=PUBLIC_OR_TOKEN,
)
def badge_svg(
    project: ProjectName,
    asking: Asking,
    match: IfNoneMatch,
    contract: ContractId = None,
    branch: BranchName = None,
) -> Response:
    """Of a contract, or of all. A project that you may not see is `unknown`, as an absent one is."""
    return _answer(
        render_svg(_badge(asking, project, contract, branch)),
        match,
        _SVG,
        {"content-security-policy": CSP, "cross-origin-resource-policy": "cross-origin"},
    )


@router.get(
    "/badge/{project}.json",
    response_model=models.Shields,
    summary="The badge in the form that shields.io reads",
    responses=_ENDS,
    openapi_extra=PUBLIC_OR_TOKEN,
)
def badge_json(
    project: ProjectName,
    asking: Asking,
    match: IfNoneMatch,
    contract: ContractId = None,
    branch: BranchName = None,
) -> Response:
    """For `https://img.shields.io/endpoint?url=...`."""
    said = render_shields_json(_badge(asking, project, contract, branch))
    return _answer(json.dumps(said, ensure_ascii=False), match, "application/json", {})


def _badge(asking: Asking, project: str, contract: str | None, branch: str | None) -> Badge:
    store = asking.may_read(project)
    found = store.get_contracts_at_tip(project, branch) if store and store.get_project(project) else ()
    return make_badge(found, contract)


def _answer(text: str, match: str | None, kind: str, headers: dict[str, str]) -> Response:
    body = text.encode()
    etag = etag_of(body)
    headers = {**headers, "etag": etag, "cache-control": "max-age=60"}
    if match is not None and has(match, etag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, kind)
