"""A repository on a host such as GitHub, on this machine's disk, and what happens to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.ratchet.repository import IMPORT, SHOP
from tests.sources.trees import git, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NUMBER = 7
ONE_MORE = {"shop/page.py": IMPORT}
"""A change that adds a violation; `main` has two others."""
NO_MORE = {"shop/page.py": "page = 1\n"}


class PullRequest(NamedTuple):
    """A pull request of the branch `change` into `main`, which has moved on since."""

    head: str
    merge: str
    fork_point: str
    """Where `main` was when the branch left it."""


class Push(NamedTuple):
    """A push of one commit to `main`."""

    before: str
    after: str


class HostedRepository:
    """A bare repository, and a developer's clone of it."""

    def __init__(self, folder: Path) -> None:
        """Push the shop to `main`."""
        self.url = folder / "shop.git"
        self._fork = folder / "fork.git"
        self._developer = folder / "developer"
        git(folder, "init", "--quiet", "--bare", str(self.url))
        git(folder, "clone", "--quiet", str(self.url), str(self._developer))
        self._commit(SHOP)
        self._git("push", "--quiet", "origin", "HEAD:main")

    def propose(self, files: Mapping[str, str], *, from_fork: bool = False) -> PullRequest:
        """Open a pull request from a branch of the repository or of a fork, and move `main` on."""
        fork_point = self._git("rev-parse", "HEAD")
        self._git("checkout", "--quiet", "-b", "change")
        head = self._commit(files)
        if from_fork:
            git(self._developer, "clone", "--quiet", "--bare", str(self.url), str(self._fork))
        self._git("push", "--quiet", str(self._fork if from_fork else self.url), "change")
        self._git("push", "--quiet", "origin", f"change:refs/pull/{NUMBER}/head")
        self._git("checkout", "--quiet", "main")
        self._commit({"shop/basket.py": IMPORT})
        self._git("push", "--quiet", "origin", "main")
        self._git("checkout", "--quiet", "--detach")
        self._git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
        self._git("push", "--quiet", "origin", f"HEAD:refs/pull/{NUMBER}/merge")
        return PullRequest(head, self._git("rev-parse", "HEAD"), fork_point)

    def push(self, files: Mapping[str, str]) -> Push:
        """Push a commit to `main`."""
        before = self._git("rev-parse", "HEAD")
        after = self._commit(files)
        self._git("push", "--quiet", "origin", "main")
        return Push(before, after)

    def check_out(self, folder: Path, commit: str, *refspecs: str, depth: int | None = None) -> Path:
        """Fetch refspecs as a CI service does, and check a commit out."""
        folder.mkdir()
        git(folder, "init", "--quiet")
        git(folder, "remote", "add", "origin", self.url.as_uri())
        deep = [] if depth is None else [f"--depth={depth}"]
        git(folder, "fetch", "--quiet", "--no-tags", *deep, "origin", *refspecs)
        git(folder, "checkout", "--quiet", "--detach", commit)
        return folder

    def _commit(self, files: Mapping[str, str]) -> str:
        write_files(self._developer, dict(files.items()))
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", f"change {', '.join(files)}")
        return self._git("rev-parse", "HEAD")

    def _git(self, *arguments: str) -> str:
        return git(self._developer, *arguments)
