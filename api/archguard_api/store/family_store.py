"""Read the families of canonical contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.models import Families, FamilyDetails
    from archguard_api.store.branch_reader import BranchReader
    from archguard_api.store.family_reader import FamilyReader, PathCounts
    from archguard_api.store.snapshot_reader import SnapshotReader


class FamilyStore:
    """Reads families; each answer is of one transaction."""

    def __init__(self, branches: BranchReader, snapshots: SnapshotReader, reader: FamilyReader) -> None:
        self._branches = branches
        self._snapshots = snapshots
        self._reader = reader

    def list(self, project: str, branch: str | None = None) -> Families | None:
        """Return the families of the canonical contracts at a branch's tip; None if there is no tip."""
        return self._branches.read_tip(project, branch, self._reader.list_families)

    def get(
        self,
        project: str,
        branch: str | None,
        contract: str,
        commit: str | None = None,
        choose: Callable[[Sequence[PathCounts]], Sequence[PathCounts]] = lambda points: points,
    ) -> FamilyDetails | None:
        """Return the family of a canonical contract, and who imported it along a branch.

        Args:
            project: the project's name.
            branch: the branch's name; None for the project's default branch.
            contract: the contract's id.
            commit: the commit whose family is wanted; None for the branch's tip.
            choose: returns those of the points along the branch that are wanted.
        """

        def work(connection: Connection, row: Row[Any], tip: Row[Any]) -> FamilyDetails | None:
            snapshot = tip if commit is None else self._snapshots.find_row(connection, project, commit)
            if snapshot is None:
                return None
            return self._reader.read_family(
                connection, row, snapshot, contract, is_chosen=commit is not None, choose=choose
            )

        return self._branches.read_tip(project, branch, work)
