"""The newest snapshot of a branch that is of an ancestor: what the server knows of a change's base."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from archguard.errors import ServerError, UploadError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from archguard.upload.client import Client

_PAGE, _MAX_PAGES = 200, 50
_MAX_BYTES = 256 * 1024 * 1024
_SENTENCES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "it does not accept the token, which may be expired or revoked",
    HTTPStatus.FORBIDDEN: "the token may not read the project: it needs the scope `read`",
    HTTPStatus.NOT_FOUND: "it has no such project, branch or snapshot for this token",
}


class BaseSnapshot(NamedTuple):
    """A snapshot of an ancestor."""

    commit: str
    contracts: tuple[str, ...]
    """The ids of those that were judged."""


class SnapshotReader:
    """Reads what a project's snapshots say."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, branch: str | None, ancestors: Container[str]) -> BaseSnapshot | None:
        """Return the newest snapshot on a branch that is of one of some commits; None if there is none.

        Args:
            branch: the branch; None for the project's default one.
            ancestors: the full ids of the commits.

        Raises:
            ServerError: the server cannot be asked.
        """
        for snapshot in self._list_snapshots(branch):
            commit = _get(snapshot, "commit", str)
            if commit in ancestors:
                contracts = _get(snapshot, "contracts", list)
                return BaseSnapshot(commit, tuple(_list_judged(contracts)))
        return None

    def read_violations(self, commit: str) -> frozenset[tuple[str, str, str]]:
        """Return the violations of a snapshot: contract, importer, imported.

        Raises:
            ServerError: the server cannot be asked.
        """
        items = _get(self._read(f"/snapshots/{quote(commit)}/violations"), "items", list)
        return frozenset(
            (_get(one, "contract", str), _get(one, "importer", str), _get(one, "imported", str))
            for one in items
        )

    def _list_snapshots(self, branch: str | None) -> Iterator[Any]:
        query: dict[str, Any] = {"limit": _PAGE}
        if branch is not None:
            query["branch"] = branch
        for _ in range(_MAX_PAGES):
            page = self._read(f"/snapshots?{urlencode(query)}")
            yield from _get(page, "items", list)
            if page.get("next") is None:
                return
            query["after"] = page["next"]

    def _read(self, path: str) -> dict[str, Any]:
        try:
            response = self._client.get(path, _MAX_BYTES)
        except UploadError as error:
            raise ServerError(str(error)) from error
        if response.status != HTTPStatus.OK:
            sentence = _SENTENCES.get(response.status, "it has no answer")
            raise ServerError(f"{sentence} (HTTP {response.status}).")
        try:
            document = json.loads(response.body)
        except (ValueError, RecursionError) as error:
            raise _not_ours() from error
        if not isinstance(document, dict):
            raise _not_ours()
        return document


def _list_judged(contracts: list[Any]) -> Iterator[str]:
    for contract in contracts:
        if not (isinstance(contract, dict) and contract.get("unjudged")):
            yield _get(contract, "id", str)


def _get(document: Any, key: str, kind: type) -> Any:
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, kind):
        raise _not_ours()
    return value


def _not_ours() -> ServerError:
    return ServerError("what answers is no archguard server.")
