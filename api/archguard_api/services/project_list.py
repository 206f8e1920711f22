"""Render the list of projects from summaries that are JSON already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from pydantic_core import to_json

from archguard_api.models import Page, Project

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROJECT = TypeAdapter(Project)


def render_projects(page: Page[Project], summaries: Mapping[str, bytes | None]) -> bytes:
    """Return what `Page[ListedProject]` is as JSON.

    Args:
        page: the projects.
        summaries: where each stands, as JSON; None: no snapshot is on its default branch.
    """
    items = [
        b'%b,"now":%b}' % (_PROJECT.dump_json(project)[:-1], summaries[project.name] or b"null")
        for project in page.items
    ]
    return b'{"items":[%b],"next":%b}' % (b",".join(items), to_json(page.next))
