"""Commit changes of a work tree on a new branch: the only module that writes into a repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.errors import ConfigurationError, SourceError
from archguard.sources.git.commands import run_git

if TYPE_CHECKING:
    from collections.abc import Sequence

_IDENTITY = {
    "GIT_AUTHOR_NAME": "user.name",
    "GIT_AUTHOR_EMAIL": "user.email",
}


class BranchWriter:
    """A new branch of a work tree. Hooks are not run, and commits are not signed."""

    def __init__(self, folder: str, branch: str) -> None:
        """Write nothing yet.

        Args:
            folder: a folder of the work tree.
            branch: the branch, which must not exist.

        Raises:
            ConfigurationError: the branch exists, its name cannot be one, or git knows no author.
            SourceError: the folder is in no work tree.
        """
        self._folder = folder
        self._branch = branch
        self._settings = [
            (key, os.environ[name]) for name, key in _IDENTITY.items() if os.environ.get(name)
        ]
        self._settings.append(("commit.gpgsign", "false"))
        self._run("rev-parse", "--is-inside-work-tree")
        if self._succeeds("show-ref", "--verify", "--quiet", f"refs/heads/{branch}"):
            raise ConfigurationError(
                f"--commit: the branch {branch} exists already; name another one with --branch."
            )
        if not self._succeeds("check-ref-format", "--branch", branch):
            raise ConfigurationError(f"--branch {branch}: git takes no branch of this name.")
        if not self._succeeds("var", "GIT_AUTHOR_IDENT"):
            raise ConfigurationError(
                "--commit: git does not know who you are; set user.name and user.email."
            )

    def list_changes(self) -> list[str]:
        """Return what differs from HEAD in the whole work tree, as git prints it; sorted."""
        output = self._run("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all")
        return sorted(output.decode("utf-8", "replace").splitlines())

    def start(self) -> None:
        """Create the branch at HEAD, and go there; the branch that HEAD was on stays where it is."""
        self._run("checkout", "--quiet", "-b", self._branch)

    def commit(self, paths: Sequence[str], message: str) -> str:
        """Commit some files, given relative to the folder, and return the commit's id.

        Files that are gone and that git never knew are left out.
        """
        present = [path for path in paths if os.path.lexists(os.path.join(self._folder, path))]
        known = self._run("ls-files", "-z", "--cached").split(b"\0")
        gone = set(paths).difference(present).intersection(map(os.fsdecode, known))
        changed = [*present, *sorted(gone)]
        self._run("add", "--pathspec-from-file=-", "--pathspec-file-nul", stdin=_join(changed))
        self._run("commit", "--quiet", "--no-verify", "--message", message)
        return self._run("rev-parse", "HEAD").decode().strip()

    def _run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        return run_git("-C", self._folder, *arguments, stdin=stdin, settings=self._settings)

    def _succeeds(self, *arguments: str) -> bool:
        try:
            self._run(*arguments)
        except SourceError:
            return False
        return True


def _join(paths: Sequence[str]) -> bytes:
    return b"\0".join(os.fsencode(f":(literal){path}") for path in paths)
