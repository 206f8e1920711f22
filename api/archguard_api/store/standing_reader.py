"""Read where projects and their branches stand: settings, contracts, and the summaries of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard_api.models import Moment, ProjectStanding, Retirement, Standing, TipContract
from archguard_api.models.project_settings import read_stored_settings
from archguard_api.store import project_rows
from archguard_api.store.branch_reader import list_default_branches, make_branch, read_branch_row
from archguard_api.store.contract_lines import EndedLine, list_ended_lines, list_previous_ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.store.line_summaries import LineSummaries
    from archguard_api.store.snapshot_reader import SnapshotReader


class StandingReader:
    """Reads where branches stand."""

    def __init__(self, snapshot_reader: SnapshotReader, summaries: LineSummaries) -> None:
        self._snapshot_reader = snapshot_reader
        self._summaries = summaries

    def read(self, connection: Connection, project: str, branch: str | None) -> ProjectStanding | None:
        """Return where a project and a branch of it stand; None if there is no such project.

        Args:
            connection: a connection.
            project: the project's name.
            branch: the branch's name; None for the default branch.
        """
        described = project_rows.read_project(connection, project)
        if described is None:
            return None
        settings = project_rows.read_settings(connection, project)
        row = read_branch_row(connection, project, branch)
        if row is None or row.tip_id is None:
            return ProjectStanding(described, settings, row and make_branch(row), None, ())
        tip = self._snapshot_reader.read_row(connection, row.tip_id)
        return ProjectStanding(
            described,
            settings,
            make_branch(row),
            self._summaries.read(connection, row),
            self.list_contracts(connection, row, tip),
        )

    def list_default(
        self, connection: Connection, projects: Sequence[str], *, with_lines: bool
    ) -> Mapping[str, Standing]:
        """Return where the default branches of projects stand, by project; some have no branch.

        Args:
            connection: a connection.
            projects: the names of the projects.
            with_lines: whether to read the summaries of the lines, too.
        """
        return {
            row.project: Standing(
                make_branch(row),
                read_stored_settings(row.settings or {}).stale_after_days,
                self._summaries.read(connection, row, row.line) if with_lines and row.tip_id else None,
            )
            for row in list_default_branches(connection, projects, with_lines=with_lines)
        }

    def list_contracts(
        self, connection: Connection, branch: Row[Any], tip: Row[Any]
    ) -> tuple[TipContract, ...]:
        """Return the contracts at a branch's tip, and those that it had before and that were removed.

        Args:
            connection: a connection.
            branch: the branch's row.
            tip: the row of the snapshot at its tip.
        """
        at = Moment(tip.hash.hex(), tip.committed_at)
        facts = self._snapshot_reader.read_facts(connection, tip)
        renamed = branch.renamed or {}
        present = tuple(
            TipContract(
                contract,
                branch.name,
                at,
                tip.unread,
                previous_ids=list_previous_ids(contract.id, renamed),
                unread_files=facts.unread,
            )
            for contract in facts.contracts
        )
        ended = list_ended_lines(connection, branch, [contract.id for contract in facts.contracts])
        return (*present, *(self._describe_ended(connection, branch, line) for line in ended))

    def _describe_ended(self, connection: Connection, branch: Row[Any], line: EndedLine) -> TipContract:
        last, following = (
            self._snapshot_reader.read_row(connection, snapshot) for snapshot in (line.last, line.next)
        )
        contracts = self._snapshot_reader.read_facts(connection, last).contracts
        return TipContract(
            next(contract for contract in contracts if contract.id == line.contract),
            branch.name,
            Moment(last.hash.hex(), last.committed_at),
            last.unread,
            Retirement(following.committed_at, following.hash.hex(), line.open),
            list_previous_ids(line.contract, branch.renamed or {}),
        )
