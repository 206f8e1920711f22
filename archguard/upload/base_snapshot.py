"""The newest snapshot of a branch that is of an ancestor: what the server knows of a change's base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from archguard.upload.project_reader import ProjectReader, get_value

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from archguard.upload.client import Client

_PAGE, _MAX_PAGES = 200, 50


class BaseSnapshot(NamedTuple):
    """A snapshot of an ancestor."""

    commit: str
    contracts: tuple[str, ...]
    """The ids of those that were judged."""


class SnapshotReader:
    """Reads what a project's snapshots say."""

    def __init__(self, client: Client) -> None:
        self._project = ProjectReader(client)

    def find(self, branch: str | None, ancestors: Container[str]) -> BaseSnapshot | None:
        """Return the newest snapshot on a branch that is of one of some commits; None if there is none.

        Args:
            branch: the branch; None for the project's default one.
            ancestors: the full ids of the commits.

        Raises:
            ServerError: the server cannot be asked.
        """
        for snapshot in self._list_snapshots(branch):
            commit = get_value(snapshot, "commit", str)
            if commit in ancestors:
                contracts = get_value(snapshot, "contracts", list)
                return BaseSnapshot(commit, tuple(_list_judged(contracts)))
        return None

    def read_violations(self, commit: str) -> frozenset[tuple[str, str, str]]:
        """Return the violations of a snapshot: contract, importer, imported.

        Raises:
            ServerError: the server cannot be asked.
        """
        items = get_value(self._project.read(f"/snapshots/{quote(commit)}/violations"), "items", list)
        return frozenset(
            (
                get_value(one, "contract", str),
                get_value(one, "importer", str),
                get_value(one, "imported", str),
            )
            for one in items
        )

    def _list_snapshots(self, branch: str | None) -> Iterator[Any]:
        query: dict[str, Any] = {"limit": _PAGE}
        if branch is not None:
            query["branch"] = branch
        for _ in range(_MAX_PAGES):
            page = self._project.read(f"/snapshots?{urlencode(query)}")
            yield from get_value(page, "items", list)
            if page.get("next") is None:
                return
            query["after"] = page["next"]


def _list_judged(contracts: list[Any]) -> Iterator[str]:
    for contract in contracts:
        if not (isinstance(contract, dict) and contract.get("unjudged")):
            yield get_value(contract, "id", str)
