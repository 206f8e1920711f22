"""Read the figures of all projects that are not being deleted, with what decides who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from archguard_api.models import Project, ProjectFigures
from archguard_api.models.project_settings import read_stored_settings
from archguard_api.store.line_summaries import IS_KEPT
from archguard_api.store.schema import branches, projects, summaries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from archguard_api.store.line_summaries import LineSummaries

_FLEET = (
    select(
        projects,
        branches.c.id.label("branch"),
        branches.c.tip_id,
        summaries.c.figures,
    )
    .outerjoin(
        branches,
        (branches.c.project_id == projects.c.id) & (branches.c.name == projects.c.default_branch),
    )
    .outerjoin(summaries, IS_KEPT)
    .where(projects.c.deleted_at.is_(None))
    .order_by(projects.c.name)
)


class FleetRow(NamedTuple):
    """A project, and its figures at the tip of its default branch."""

    project: Project
    stale_after_days: int | None
    figures: ProjectFigures | None
    """None: no snapshot is there."""


def read_fleet(connection: Connection, line_summaries: LineSummaries) -> Iterator[FleetRow]:
    """Yield every project, by name."""
    for row in connection.execute(_FLEET):
        figures = None
        if row.figures:
            figures = ProjectFigures(**row.figures)
        elif row.branch is not None and row.tip_id is not None:
            branch = connection.execute(select(branches).where(branches.c.id == row.branch)).one()
            figures = line_summaries.read(connection, branch).figures
        project = Project(
            *(row.name, row.created_at, row.public, row.default_branch, row.last_upload_at),
            *(row.snapshots, row.purge_at),
        )
        yield FleetRow(project, read_stored_settings(row.settings or {}).stale_after_days, figures)
