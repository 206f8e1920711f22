"""Jenkins, its multibranch jobs too.

Source: https://www.jenkins.io/doc/book/pipeline/jenkinsfile and a job's own `/env-vars.html`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.upload.ci.facts import CiFacts, fork_branch

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = (
    "JENKINS_URL",
    "BRANCH_NAME",
    "BUILD_URL",
    "CHANGE_BRANCH",
    "CHANGE_FORK",
    "CHANGE_ID",
    "CHANGE_TARGET",
    "GIT_BRANCH",
    "TAG_NAME",
)


def facts(environment: Mapping[str, str]) -> CiFacts | None:
    """Return what the build says. It does not say which commit a pull request proposes."""
    get = environment.get
    if get("JENKINS_URL") is None:
        return None
    request = get("CHANGE_ID")
    branch = get("CHANGE_BRANCH") if request else get("BRANCH_NAME") or _local(get("GIT_BRANCH"))
    fork = get("CHANGE_FORK")
    if branch and request and fork:
        branch = fork_branch(fork, branch)
    if get("TAG_NAME"):
        branch = None
    base = get("CHANGE_TARGET") if request else None
    return CiFacts("jenkins", branch, pull_request=request, url=get("BUILD_URL"), base=base)


def _local(branch: str | None) -> str | None:
    """Return `main` for the git plug-in's `origin/main`; None for a detached HEAD."""
    name = branch.removeprefix("origin/") if branch else None
    return None if name in (None, "", "detached", "HEAD") else name
