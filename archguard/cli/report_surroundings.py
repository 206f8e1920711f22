"""What a Markdown report may link to: read from CI's variables, the options and git."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.errors import SourceError, UploadError
from archguard.reporters.surroundings import Surroundings

if TYPE_CHECKING:
    from archguard.checking.report import Report

_TREND_SECONDS = 5.0
"""A report does not wait longer for a sentence."""


def place_report(
    report: Report, folder: str, server: str | None, project: str | None
) -> tuple[Report, Surroundings]:
    """Return the report with its paths from the top of the repository, and what it may link to.

    Args:
        report: the report, with paths from a folder.
        folder: that folder.
        server: the address of the service, if an option names it.
        project: the project's name there, if an option names it.
    """
    from archguard.forge.project import find_project  # noqa: PLC0415
    from archguard.sources.git.commit import find_commit, open_repository  # noqa: PLC0415
    from archguard.upload.environment import select_variables  # noqa: PLC0415
    from archguard.upload.server import find_dashboard  # noqa: PLC0415

    forge = find_project(os.environ)
    commit, prefix = report.commit, ""
    try:
        git_dir, prefix = open_repository(folder, "--root")
        commit = commit or find_commit(git_dir, folder, "HEAD")
    except SourceError:  # no repository, or no commit yet: the job's commit may be known
        pass
    surroundings = Surroundings(
        source_url=forge.find_source_url(commit) if forge else None,
        dashboard_url=find_dashboard(select_variables(os.environ), server=server, project=project),
        trend=_read_trend(server, project),
    )
    return report.below(prefix.rstrip("/")), surroundings


def _read_trend(server: str | None, project: str | None) -> str | None:
    """Return the service's sentence; None if no service and token are named, or it does not answer."""
    from archguard.upload.environment import select_variables  # noqa: PLC0415
    from archguard.upload.server import find_server  # noqa: PLC0415

    try:
        named_server = find_server(select_variables(os.environ), server=server, project=project)
        # Imported here, not above: it loads an HTTP client.
        from archguard.upload.client import Client  # noqa: PLC0415
        from archguard.upload.project_sentence import read_sentence  # noqa: PLC0415

        with Client(named_server, silence=_TREND_SECONDS) as client:
            return read_sentence(client)
    except UploadError:
        return None
