"""Snapshots: uploading and reading them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard.snapshot import MAX_WIRE_BYTES, Graph
from archguard_api import models
from archguard_api.errors import ConflictError, NotFoundError, ServiceError, TooManyError
from archguard_api.http.auth import require_project
from archguard_api.http.problem_json import document_errors
from archguard_api.http.responses import compute_etag, json_response
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PROJECT,
    AfterNumber,
    Auth,
    BranchName,
    CommitId,
    CurrentState,
    IfNoneMatch,
    PageSize,
    ProjectName,
    respond,
)
from archguard_api.routes.router import new_router, read_route

if TYPE_CHECKING:
    from archguard_api.models import Branch, Snapshot
    from archguard_api.store import Store

NO_BRANCH = "The project has no such branch, or no snapshot yet."
router = new_router("snapshots")
SNAPSHOTS = f"{PROJECT}/snapshots"
SNAPSHOT = f"{SNAPSHOTS}/{{commit}}"
_RULES = """\
`Content-Encoding: zstd`, or none. Beside what the schema says, or it is a 422:

- `modules`, `imports` and `violations` (by contract, importer, imported) are sorted, each item once.
- `kinds` has a letter for each module; `imports` are indexes of modules that are there.
- A contract's id is there once, and its `violations` are as many as there are listed of it; none is
  listed of a contract that is not there.
- `parent` is not the commit itself; `ancestors` begins with it, and has no commit twice.
- `family_paths` are sorted by contract, definition and path, each once; they and `families`, which has
  a contract once, name contracts that are there.
- `unread` lists no more files than `files` counts.
- Names and paths have no control character; a whole number has no fraction, not even `.0`.
"""
NO_SNAPSHOT = "The project has no snapshot of this commit, or several commits begin with these digits."


@dataclass(frozen=True, slots=True)
class ReceivedUpload:
    """The body of an upload by somebody who may store it."""

    store: Store
    token_id: str
    body: bytes
    encoding: str


async def _receive_upload(
    project: ProjectName, auth: Auth, state: CurrentState, request: Request
) -> AsyncIterator[ReceivedUpload]:
    """Check the token, then read the body, then hold a slot until the response is made."""
    store, token_id = await run_in_threadpool(auth.to_upload, project)
    if not state.upload_limit.allows(project):
        raise too_many_uploads(state.upload_limit.seconds_left(project))
    body = await state.receiver.read(request, MAX_WIRE_BYTES)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    async with state.receiver.slot():
        yield ReceivedUpload(store, token_id, body, encoding)


@router.post(
    SNAPSHOTS,
    status_code=201,
    response_model=models.Receipt,
    summary="Add a snapshot",
    responses={
        200: {
            "model": models.Receipt,
            "description": "It was there already; nothing was written twice.",
        },
        201: {"description": "It is new, and on disk."},
        **document_errors(401, 403, 404, 409, 413, 415, 429, 503, 507),
    },
    openapi_extra={
        **NEEDS_TOKEN,
        "parameters": [
            {
                "name": "Content-Digest",
                "in": "header",
                "required": False,
                "description": "RFC 9530, of the body as it is sent. `sha-256=:...:` is checked, and a"
                " 422 if the body is another; other algorithms are not looked at.",
                "schema": {"type": "string"},
            }
        ],
        "requestBody": {
            "required": True,
            "description": _RULES,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SentUpload"}}},
        },
    },
)
def upload_snapshot(
    project: ProjectName,
    auth: Auth,
    state: CurrentState,
    received: Annotated[ReceivedUpload, Depends(_receive_upload, scope="function")],
) -> Response:
    """Idempotent by commit, configuration and tool version. 201: it survives a power cut."""
    outcome = "refused"
    try:
        parsed = state.receiver.parse(received.body, received.encoding)
        sent = parsed.upload
        pull = None if sent.pull_request is None else sent.pull_request.number
        auth.require_bound_to(sent.branch, sent.snapshot.commit, pull)
        stored = received.store.add_snapshot(
            project, sent, token_id=received.token_id, digest=parsed.digest
        )
        outcome = "new" if stored.created else "known"
    except ConflictError:
        outcome = "conflict"
        raise
    finally:
        state.metrics.uploads.labels(outcome).inc()
    return respond(stored, status=201 if stored.created else 200)


@read_route(router, SNAPSHOTS, models.Page[models.Snapshot], "The snapshots of a project, newest first")
def list_snapshots(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    branch: BranchName = None,
    after: AfterNumber = None,
    limit: PageSize = 50,
) -> Response:
    """With `branch` along its line, else as they were received."""
    store = auth.to_read(project)
    if branch is None:
        require_project(store, project)
    else:
        require_branch(store, project, branch)
    page = store.list_snapshots(project, branch=branch, after=after, limit=limit)
    return respond(page, if_none_match)


@read_route(router, SNAPSHOT, models.Snapshot, "A snapshot without its graph and violations")
def get_snapshot(
    project: ProjectName, commit: CommitId, auth: Auth, if_none_match: IfNoneMatch
) -> Response:
    """Contracts, coverage, and where it stands."""
    return respond(require_snapshot(auth.to_read(project), project, commit), if_none_match)


@read_route(router, f"{SNAPSHOT}/graph", Graph, "The graph of a snapshot")
def get_snapshot_graph(
    project: ProjectName, commit: CommitId, auth: Auth, if_none_match: IfNoneMatch
) -> Response:
    """Modules by index, imports as pairs of indexes (importer, imported)."""
    store = auth.to_read(project)
    digest = store.get_graph_digest(project, commit)
    if digest is None:
        require_snapshot(store, project, commit)
        raise NotFoundError("The graph of this snapshot was dropped: only newer ones are kept.")
    etag = compute_etag(b"graph", digest.encode())
    if if_none_match == etag:
        return json_response(b"", if_none_match, etag)
    snapshot_graph = store.get_graph(project, commit)
    if snapshot_graph is None:
        raise NotFoundError(NO_SNAPSHOT)
    return respond(snapshot_graph, if_none_match, etag=etag)


@read_route(router, f"{SNAPSHOT}/violations", models.SnapshotViolations, "The violations of a snapshot")
def list_snapshot_violations(
    project: ProjectName, commit: CommitId, auth: Auth, if_none_match: IfNoneMatch
) -> Response:
    """Sorted by contract, importer and imported module."""
    store = auth.to_read(project)
    snapshot = require_snapshot(store, project, commit)
    return respond(
        models.SnapshotViolations(
            commit=snapshot.commit, items=list_snapshot_details(store, project, snapshot)
        ),
        if_none_match,
    )


def list_snapshot_details(
    store: Store, project: str, snapshot: Snapshot
) -> tuple[models.SnapshotViolation, ...]:
    """Return a snapshot's violations with their contracts' owners."""
    owners = {contract.id: contract.owner for contract in snapshot.contracts}
    return tuple(
        models.SnapshotViolation(
            contract=violation.contract,
            importer=violation.importer,
            imported=violation.imported,
            ghost=violation.ghost,
            replacement=violation.replacement,
            owner=owners[violation.contract],
            occurrences=violation.occurrences,
        )
        for violation in store.get_violations(project, snapshot.commit)
    )


def require_snapshot(store: Store, project: str, commit: str | None) -> Snapshot:
    """Return a commit's snapshot, by default that of the default branch's tip.

    Raises:
        NotFoundError: there is none.
    """
    require_project(store, project)
    if commit is None:
        branch = store.get_branch(project, None)
        commit = branch.tip.commit if branch and branch.tip else None
    snapshot = store.get_snapshot(project, commit) if commit else None
    if snapshot is None:
        raise NotFoundError(NO_SNAPSHOT)
    return snapshot


def require_branch(store: Store, project: str, name: str | None) -> Branch:
    """Return a project's branch, by default the default one.

    Raises:
        NotFoundError: there is none.
    """
    branch = store.get_branch(project, name)
    if branch is None:
        require_project(store, project)
        raise NotFoundError(NO_BRANCH)
    return branch


def too_many_uploads(seconds: int) -> ServiceError:
    """Return the error of an upload beyond the hour's limit."""
    error = TooManyError(
        "This project reached its limit of uploads in an hour; come back after `Retry-After` seconds."
    )
    error.retry_after = seconds
    return error
