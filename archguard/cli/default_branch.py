"""The branch that is checked out, and the one that changes go into, as CI or git names them."""

from __future__ import annotations

import os

from archguard.errors import SourceError
from archguard.sources.git.branches import find_branch, find_default_branch, find_usual_branch
from archguard.sources.git.commit import open_repository


def find_current_branch(folder: str) -> str | None:
    """Return the branch that a folder is on; None in a pull request, and where no branch is known."""
    from archguard.upload.ci import ci_facts  # noqa: PLC0415
    from archguard.upload.environment import select_variables  # noqa: PLC0415

    facts = ci_facts(select_variables(os.environ))
    if facts is not None:
        return facts.branch if facts.pull_request is None else None
    try:
        return find_branch(open_repository(folder, "--root")[0], "HEAD")
    except SourceError:
        return None


def find_default_name(folder: str) -> str | None:
    """Return the name of the default branch; None if nothing tells it, or there is no repository."""
    try:
        git_dir, _ = open_repository(folder, "--root")
    except SourceError:
        return None
    remote = find_default_branch(git_dir)
    return find_usual_branch(git_dir) if remote is None else remote.partition("/")[2]
