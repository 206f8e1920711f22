"""The repository's project at its forge, as the CI job's variables name it.

Source: https://docs.github.com/actions/reference/workflows-and-actions/variables and
https://docs.gitlab.com/ci/variables/predefined_variables
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archguard.upload.ci.github import read_event

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = frozenset(
    {
        "GITHUB_ACTIONS",
        "GITHUB_API_URL",
        "GITHUB_EVENT_PATH",
        "GITHUB_REF",
        "GITHUB_REPOSITORY",
        "GITHUB_SERVER_URL",
        "GITHUB_SHA",
        "GITLAB_CI",
        "CI_API_V4_URL",
        "CI_COMMIT_SHA",
        "CI_MERGE_REQUEST_IID",
        "CI_MERGE_REQUEST_PROJECT_ID",
        "CI_PROJECT_ID",
        "CI_PROJECT_URL",
    }
)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PULL_REQUEST = re.compile(r"refs/pull/(\d+)/")
_UNSAFE = re.compile(r"[^\w.~:/%+-]", re.ASCII)


class ForgeKind(StrEnum):
    """Whose API a forge has."""

    GITHUB = "github"
    GITLAB = "gitlab"


@dataclass(frozen=True, slots=True)
class ForgeProject:
    """A project at a forge, and the pull request that a job is about."""

    kind: ForgeKind
    api_url: str | None
    """Without a slash at the end."""
    name: str | None
    """`shop/shop` at GitHub; a number, or also a path, at GitLab."""
    number: str | None
    """Of the pull request; None if the job is about none."""
    web_url: str | None
    """The project's page."""
    commit: str | None
    """The commit that the job has checked out, unless it checked out another one."""

    def find_source_url(self, commit: str | None) -> str | None:
        """Return the address of a commit's top folder; None if it is not known.

        Args:
            commit: a full id; None is the commit of the job.
        """
        commit = commit or self.commit
        if self.web_url is None or not _COMMIT.fullmatch(commit or ""):
            return None
        folder = "blob" if self.kind is ForgeKind.GITHUB else "-/blob"
        return f"{self.web_url}/{folder}/{commit}"


def find_project(environment: Mapping[str, str]) -> ForgeProject | None:
    """Return the project that a CI job is run for; None outside of GitHub Actions and GitLab CI."""
    get = environment.get
    if get("GITHUB_ACTIONS") == "true":
        server, name = get("GITHUB_SERVER_URL"), get("GITHUB_REPOSITORY")
        return ForgeProject(
            ForgeKind.GITHUB,
            select_address(get("GITHUB_API_URL")),
            name,
            _find_number(get("GITHUB_REF", ""), get("GITHUB_EVENT_PATH", "")),
            select_address(f"{server}/{name}") if server and name else None,
            get("GITHUB_SHA"),
        )
    if get("GITLAB_CI") == "true":
        return ForgeProject(
            ForgeKind.GITLAB,
            select_address(get("CI_API_V4_URL")),
            get("CI_MERGE_REQUEST_PROJECT_ID") or get("CI_PROJECT_ID"),
            get("CI_MERGE_REQUEST_IID"),
            select_address(get("CI_PROJECT_URL")),
            get("CI_COMMIT_SHA"),
        )
    return None


def select_address(url: str | None) -> str | None:
    """Return an address without a slash at its end; None if it is not safe to publish in a report."""
    if url is None or _UNSAFE.search(url):
        return None
    parts = urlsplit(url)
    try:
        is_complete = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # the port is no number
        return None
    return url.rstrip("/") if is_complete else None


def _find_number(ref: str, event_path: str) -> str | None:
    if match := _PULL_REQUEST.match(ref):
        return match[1]
    request = read_event(event_path).get("pull_request")
    number = request.get("number") if isinstance(request, dict) else None
    return str(number) if isinstance(number, int) else None
