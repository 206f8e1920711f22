"""Snapshots: in, and out again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard.snapshot import MAX_WIRE_BYTES, Graph
from archguard_api import models
from archguard_api.errors import ConflictError, NotFoundError, ServiceError, TooManyError
from archguard_api.http.auth import existing
from archguard_api.http.problem_json import documented
from archguard_api.http.responses import answer_bytes, etag_of
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PROJECT,
    AfterNumber,
    Asking,
    BranchName,
    CommitId,
    IfNoneMatch,
    PageSize,
    Process,
    ProjectName,
    answer,
)
from archguard_api.routes.router import new_router, reading

if TYPE_CHECKING:
    from archguard_api.models.records import Branch, Snapshot
    from archguard_api.store import Store

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
- `unread` lists no more files than `files` counts.
- Names and paths have no control character; a whole number has no fraction, not even `.0`.
"""
NO_SNAPSHOT = "The project has no snapshot of this commit, or several commits begin with these digits."


@dataclass(frozen=True, slots=True)
class Received:
    """An upload that may be stored, as it came."""

    store: Store
    token_id: str
    body: bytes
    encoding: str


async def _received(
    project: ProjectName, asking: Asking, process: Process, request: Request
) -> AsyncIterator[Received]:
    """Asks who it is, then reads the body, then waits for a slot, held until the answer is made."""
    store, token_id = await run_in_threadpool(asking.to_upload, project)
    if not process.uploads.allows(project):
        raise _too_many(process.uploads.seconds_left(project))
    body = await process.desk.read(request, MAX_WIRE_BYTES)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    async with process.desk.slot():
        yield Received(store, token_id, body, encoding)


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
        **documented(401, 403, 404, 409, 413, 415, 429, 503, 507),
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
def add_snapshot(
    project: ProjectName,
    process: Process,
    received: Annotated[Received, Depends(_received, scope="function")],
) -> Response:
    """Idempotent by commit, configuration and tool version. 201: it survives a power cut."""
    outcome = "refused"
    try:
        parsed = process.desk.parse(received.body, received.encoding)
        stored = received.store.add_snapshot(
            project, parsed.upload, token_id=received.token_id, digest=parsed.digest
        )
        outcome = "new" if stored.created else "known"
    except ConflictError:
        outcome = "conflict"
        raise
    finally:
        process.metrics.uploads.labels(outcome).inc()
    return answer(models.Receipt.model_validate(stored), status=201 if stored.created else 200)


@reading(router, SNAPSHOTS, models.Page[models.Snapshot], "The snapshots of a project, newest first")
def snapshots(
    project: ProjectName,
    asking: Asking,
    match: IfNoneMatch,
    branch: BranchName = None,
    after: AfterNumber = None,
    limit: PageSize = 50,
) -> Response:
    """With `branch` along its line, else as they were received."""
    store = asking.to_read(project)
    existing(store, project)
    page = store.list_snapshots(project, branch=branch, after=after, limit=limit)
    return answer(models.Page[models.Snapshot].model_validate(page), match)


@reading(router, SNAPSHOT, models.Snapshot, "A snapshot without its graph and violations")
def snapshot(project: ProjectName, commit: CommitId, asking: Asking, match: IfNoneMatch) -> Response:
    """Contracts, coverage, and where it stands."""
    return answer(models.Snapshot.model_validate(found(asking.to_read(project), project, commit)), match)


@reading(router, f"{SNAPSHOT}/graph", Graph, "The graph of a snapshot")
def graph(project: ProjectName, commit: CommitId, asking: Asking, match: IfNoneMatch) -> Response:
    """Modules by index, imports as pairs of indexes (importer, imported)."""
    store = asking.to_read(project)
    digest = store.get_graph_digest(project, commit)
    if digest is None:
        found(store, project, commit)
        raise NotFoundError("The graph of this snapshot was dropped: only newer ones are kept.")
    etag = etag_of(b"graph", digest.encode())
    if match is not None and match == etag:
        return answer_bytes(b"", match, etag)
    whole = store.get_graph(project, commit)
    if whole is None:
        raise NotFoundError(NO_SNAPSHOT)
    return answer(whole, match, etag=etag)


@reading(router, f"{SNAPSHOT}/violations", models.ViolationsThen, "The violations of a snapshot")
def violations_then(
    project: ProjectName, commit: CommitId, asking: Asking, match: IfNoneMatch
) -> Response:
    """Sorted by contract, importer and imported module."""
    store = asking.to_read(project)
    one = found(store, project, commit)
    return answer(
        models.ViolationsThen(commit=one.commit, items=violations_of(store, project, one)), match
    )


def violations_of(store: Store, project: str, one: Snapshot) -> tuple[models.ViolationThen, ...]:
    """A snapshot's violations, with their contracts' owners."""
    owners = {contract.id: contract.owner for contract in one.contracts}
    return tuple(
        models.ViolationThen.model_validate({**dict(violation), "owner": owners[violation.contract]})
        for violation in store.get_violations(project, one.commit)
    )


def found(store: Store, project: str, commit: str | None) -> Snapshot:
    """The snapshot; without a commit that of the default branch's tip.

    Raises:
        NotFoundError: there is none.
    """
    existing(store, project)
    if commit is None:
        branch = store.get_branch(project, None)
        commit = branch.tip.commit if branch and branch.tip else None
    one = store.get_snapshot(project, commit) if commit else None
    if one is None:
        raise NotFoundError(NO_SNAPSHOT)
    return one


def branch_of(store: Store, project: str, name: str | None) -> Branch:
    """The branch; without a name the default one.

    Raises:
        NotFoundError: there is none.
    """
    found = store.get_branch(project, name)
    if found is None:
        existing(store, project)
        raise NotFoundError("The project has no such branch, or no snapshot yet.")
    return found


def _too_many(seconds: int) -> ServiceError:
    error = TooManyError("This project was sent as many snapshots as it may be in an hour.")
    error.retry_after = seconds
    return error
