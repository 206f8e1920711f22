"""Where a comment or a status goes: the pull request or commit, its forge's API, and the token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from archguard.errors import ConfigurationError
from archguard.forge.project import ForgeKind, find_project, select_address
from archguard.upload.server import is_loopback, is_token

if TYPE_CHECKING:
    from collections.abc import Mapping

GITHUB_TOKEN, GITLAB_TOKEN, JOB_TOKEN = "GITHUB_TOKEN", "GITLAB_TOKEN", "CI_JOB_TOKEN"
_TOKENS = {ForgeKind.GITHUB: GITHUB_TOKEN, ForgeKind.GITLAB: GITLAB_TOKEN}
_APIS = {ForgeKind.GITHUB: "https://api.github.com", ForgeKind.GITLAB: "https://gitlab.com/api/v4"}


class NoPlaceError(ConfigurationError):
    """It is not known where a comment would go, or there is no token for it."""


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """A pull request or a commit, and what it takes to write about it."""

    kind: ForgeKind
    api_url: str
    """Without a slash at the end."""
    repository: str
    number: str
    """Of the pull request; empty for a commit."""
    token: str = field(repr=False)
    commit: str = ""
    """The full id of the commit; empty for a pull request."""

    @property
    def thing(self) -> str:
        """What is written there, in a word."""
        return "status" if self.commit else "comment"

    @property
    def subject(self) -> str:
        """What it is about, for messages."""
        return f"commit {self.commit[:10]}" if self.commit else f"pull request {self.number}"

    @property
    def token_variable(self) -> str:
        """The variable that the token was read from."""
        return _TOKENS[self.kind]

    @property
    def is_loopback(self) -> bool:
        """Whether the API is on this machine."""
        return is_loopback(self.api_url)

    @property
    def headers(self) -> Mapping[str, str]:
        """What every request has: the token, and the version of the API."""
        if self.kind is ForgeKind.GITLAB:
            return {"PRIVATE-TOKEN": self.token}
        return {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }

    @property
    def comments_path(self) -> str:
        """The path of the pull request's comments."""
        if self.kind is ForgeKind.GITLAB:
            name = quote(self.repository, safe="")
            return f"/projects/{name}/merge_requests/{self.number}/notes"
        return f"/repos/{quote(self.repository)}/issues/{self.number}/comments"

    @property
    def statuses_path(self) -> str:
        """The path to which a status of the commit is posted."""
        if self.kind is ForgeKind.GITLAB:
            return f"/projects/{quote(self.repository, safe='')}/statuses/{self.commit}"
        return f"/repos/{quote(self.repository)}/statuses/{self.commit}"

    @property
    def listed_statuses_path(self) -> str:
        """The path of the list of the commit's statuses."""
        if self.kind is ForgeKind.GITLAB:
            name = quote(self.repository, safe="")
            return f"/projects/{name}/repository/commits/{self.commit}/statuses"
        return f"/repos/{quote(self.repository)}/commits/{self.commit}/statuses"

    def find_comment_path(self, comment: int) -> str:
        """Return the path of one of the comments."""
        if self.kind is ForgeKind.GITLAB:
            return f"{self.comments_path}/{comment}"
        return f"/repos/{quote(self.repository)}/issues/comments/{comment}"


def find_place(
    environment: Mapping[str, str],
    *,
    forge: str | None = None,
    repository: str | None = None,
    number: int | None = None,
    api_url: str | None = None,
    commit: str = "",
) -> CommentPlace:
    """Return the pull request that the options name, or else the CI job; or a commit of its repository.

    Args:
        environment: the variables of the process.
        forge: whose API it is.
        repository: `owner/name`, or at GitLab a project's path or number.
        number: of the pull request.
        api_url: the API's address.
        commit: the full id of a commit, if it is not about a pull request.

    Raises:
        NoPlaceError: no pull request is known, or there is no token.
        ConfigurationError: an option is invalid.
    """
    project = find_project(environment)
    kind = ForgeKind(forge) if forge else project.kind if project else None
    if kind is None:
        raise NoPlaceError(
            "this is no job of GitHub Actions or GitLab CI: give --forge, --repository and "
            "--pull-request."
            if not commit
            else "this is no job of GitHub Actions or GitLab CI: give --forge and --repository."
        )
    known = project if project and project.kind is kind else None
    name = repository or (known.name if known else None)
    request = str(number) if number else known.number if known else None
    if not name and commit:
        raise NoPlaceError("no repository is known here: name it with --repository.")
    if not name or not (commit or (request and request.isdecimal())):
        raise NoPlaceError(
            "no pull request is known here: name it with --repository and --pull-request."
        )
    url = api_url or (known.api_url if known else None) or _APIS[kind]
    address, checked = _check_address(url), _check_name(name, kind)
    number_text = "" if commit else request or ""
    return CommentPlace(
        kind, address, checked, number_text, _read_token(environment, kind), commit=commit
    )


def _check_address(url: str) -> str:
    address = select_address(url)
    if address is None or "@" in urlsplit(address).netloc:
        # The message does not quote the address, which may contain a password.
        raise ConfigurationError("--api-url: not a valid address, such as https://api.github.com.")
    if address.startswith("http:") and not is_loopback(address):
        raise ConfigurationError("--api-url: the token would cross the network unencrypted; use https.")
    return address


def _check_name(name: str, kind: ForgeKind) -> str:
    parts = name.split("/")
    is_valid = all(part not in ("", ".", "..") for part in parts) and name.isprintable()
    if not is_valid or (kind is ForgeKind.GITHUB and len(parts) != 2):
        raise ConfigurationError(f"--repository {name}: not a repository such as shop/shop.")
    return name


def _read_token(environment: Mapping[str, str], kind: ForgeKind) -> str:
    variable = _TOKENS[kind]
    token = environment.get(variable, "").strip()
    if not token and kind is ForgeKind.GITLAB and environment.get(JOB_TOKEN):
        raise NoPlaceError(
            f"{JOB_TOKEN} may not write comments: make a project access token with the scope api, and "
            f"put it into {GITLAB_TOKEN}."
        )
    if not token:
        raise NoPlaceError(f"there is no token in {variable}.")
    if not is_token(token):
        raise ConfigurationError(f"{variable}: not a token; a token is one line without spaces.")
    return token
