"""The commit that a job judges, and the status that it gets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.forge.commit_status import CommitStatus
from archguard.reporters.sentences import summarize
from archguard.sources.git.commit import find_commit, open_repository
from archguard.upload.ci import ci_facts
from archguard.upload.environment import select_variables
from archguard.upload.server import find_dashboard

if TYPE_CHECKING:
    from archguard.checking.report import Report

_NAME = "archguard"


def find_judged_commit(folder: str) -> str:
    """Return the pull request's commit, or else the one that is checked out.

    Raises:
        SourceError: there is no repository, or no commit in it.
    """
    facts = ci_facts(select_variables(os.environ))
    if facts is not None and facts.head is not None:
        return facts.head
    git_dir, _ = open_repository(folder, "--root")
    return find_commit(git_dir, folder, "HEAD")


def make_status(report: Report, folder: str) -> CommitStatus:
    """Return a report's verdict as a status, named after the folder's place in its repository."""
    try:
        place = open_repository(folder, "--root")[1].rstrip("/")
    except SourceError:
        place = ""
    variables = select_variables(os.environ)
    facts = ci_facts(variables)
    dashboard = find_dashboard(variables, server=None, project=None)
    return CommitStatus(
        f"{_NAME}/{place}" if place else _NAME,
        None if report.errors else report.passed,
        summarize(report),
        dashboard or (facts.url if facts else None),
    )
