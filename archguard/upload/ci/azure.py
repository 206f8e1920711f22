"""Azure Pipelines.

Source: https://learn.microsoft.com/azure/devops/pipelines/build/variables
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from archguard.upload.ci.facts import CiFacts, fork_branch

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = (
    "TF_BUILD",
    "BUILD_BUILDID",
    "BUILD_SOURCEBRANCH",
    "SYSTEM_PULLREQUEST_ISFORK",
    "SYSTEM_PULLREQUEST_PULLREQUESTID",
    "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER",
    "SYSTEM_PULLREQUEST_SOURCEBRANCH",
    "SYSTEM_PULLREQUEST_SOURCECOMMITID",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI",
    "SYSTEM_TEAMPROJECT",
)
_HEADS = "refs/heads/"


def facts(environment: Mapping[str, str]) -> CiFacts | None:
    """Return what the build says. For a pull request, it checks out the merge."""
    if environment.get("TF_BUILD", "").lower() != "true":
        return None
    get = environment.get
    # A number on GitHub; in Azure's own repositories there is only the id.
    request = get("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER") or get("SYSTEM_PULLREQUEST_PULLREQUESTID")
    if request is None:
        return CiFacts("azure", _branch(get("BUILD_SOURCEBRANCH")), url=_url(environment))
    source = get("SYSTEM_PULLREQUEST_SOURCEBRANCH")
    branch = _branch(source) or source
    if branch and get("SYSTEM_PULLREQUEST_ISFORK", "").lower() == "true":
        branch = fork_branch("fork", branch)
    target = get("SYSTEM_PULLREQUEST_TARGETBRANCH")
    return CiFacts(
        "azure",
        branch,
        get("SYSTEM_PULLREQUEST_SOURCECOMMITID"),
        request,
        _url(environment),
        base=_branch(target) or target,
    )


def _branch(ref: str | None) -> str | None:
    return ref.removeprefix(_HEADS) if ref is not None and ref.startswith(_HEADS) else None


def _url(environment: Mapping[str, str]) -> str | None:
    names = ("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "SYSTEM_TEAMPROJECT", "BUILD_BUILDID")
    server, project, build = (environment.get(name) for name in names)
    if not (server and project and build):
        return None
    return f"{server.rstrip('/')}/{quote(project)}/_build/results?buildId={quote(build)}"
