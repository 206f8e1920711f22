"""Read the figures of all projects at once, from the summaries of their default branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from archguard_api.models import ProjectFigures
from archguard_api.store.line_summaries import IS_KEPT
from archguard_api.store.schema import branches, projects, summaries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from archguard_api.store.line_summaries import LineSummaries

_FIGURES = (
    select(
        projects.c.name.label("project"),
        summaries.c.figures,
        *(branches.c[name] for name in ("id", "project_id", "epoch", "length", "tip_id", "renamed")),
    )
    .join(branches, branches.c.project_id == projects.c.id)
    .outerjoin(summaries, IS_KEPT)
    .where(
        branches.c.name == projects.c.default_branch,
        branches.c.tip_id.is_not(None),
        projects.c.deleted_at.is_(None),
    )
    .order_by(projects.c.name)
)


def read_figures(connection: Connection, line_summaries: LineSummaries) -> Mapping[str, ProjectFigures]:
    """Return the figures of every project whose default branch has a snapshot, by name."""
    return {
        row.project: ProjectFigures(**row.figures)
        if row.figures
        else line_summaries.read(connection, row).figures
        for row in connection.execute(_FIGURES)
    }
