"""GitHub Actions.

Source: https://docs.github.com/actions/reference/workflows-and-actions/variables
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archguard.upload.ci.facts import CiFacts, fork_branch, known_commit

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = (
    "GITHUB_ACTIONS",
    "GITHUB_EVENT_NAME",
    "GITHUB_EVENT_PATH",
    "GITHUB_REF",
    "GITHUB_REPOSITORY",
    "GITHUB_RUN_ID",
    "GITHUB_SERVER_URL",
)
_HEADS = "refs/heads/"
_MAX_BYTES = 64 * 1024 * 1024
_UNCLEAR = (
    "GITHUB_EVENT_PATH does not tell which commit the pull request proposes: name it with --rev, and "
    "its branch with --branch."
)


def facts(environment: Mapping[str, str]) -> CiFacts | None:
    """Return what the workflow run says."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return None
    event, url = environment.get("GITHUB_EVENT_NAME"), _url(environment)
    if event == "pull_request":
        return _pull_request(environment.get("GITHUB_EVENT_PATH", ""), url)
    if event == "pull_request_target":
        # The base is checked out unless the workflow says otherwise, so the branch is unknown.
        return CiFacts("github", url=url)
    ref = environment.get("GITHUB_REF", "")
    path = environment.get("GITHUB_EVENT_PATH", "")
    branch = ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else None
    return CiFacts(
        "github",
        branch,
        url=url,
        base=_find_queue_base(path) if event == "merge_group" else None,
        default_branch=_find_default_branch(path),
        before=_find_before(path) if event == "push" else None,
    )


def read_event(path: str) -> dict[str, Any]:
    """Return what GitHub says of the event that started a workflow; empty if that cannot be read.

    Args:
        path: the value of GITHUB_EVENT_PATH.
    """
    try:
        with open(path, "rb") as file:
            event = json.loads(file.read(_MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _find_queue_base(path: str) -> str | None:
    """Return the commit that a merge queue merges into."""
    group = read_event(path).get("merge_group")
    return known_commit(group.get("base_sha")) if isinstance(group, dict) else None


def _find_default_branch(path: str) -> str | None:
    repository = read_event(path).get("repository")
    name = repository.get("default_branch") if isinstance(repository, dict) else None
    return name if isinstance(name, str) and name else None


def _find_before(path: str) -> str | None:
    """Return the commit that the branch led to before the push."""
    return known_commit(read_event(path).get("before"))


def _pull_request(path: str, url: str | None) -> CiFacts:
    try:
        pull_request = read_event(path)["pull_request"]
        number, head, base = pull_request["number"], pull_request["head"], pull_request["base"]
        return CiFacts(
            "github",
            _branch(head, base),
            str(head["sha"]),
            str(number),
            url,
            base=str(base["ref"]) if base.get("ref") else None,
        )
    except (KeyError, TypeError):
        return CiFacts("github", url=url, unclear=_UNCLEAR)


def _branch(head: dict[str, Any], base: dict[str, Any]) -> str:
    fork = head["repo"]  # null if it was deleted
    branch = str(head["ref"])
    if fork is not None and fork["full_name"] == base["repo"]["full_name"]:
        return branch
    return fork_branch(str(head["user"]["login"]) if head.get("user") else "fork", branch)


def _url(environment: Mapping[str, str]) -> str | None:
    parts = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (environment.get(name) for name in parts)
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else None
