"""Whether a path ever existed in the history of a repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.sources.git import commands
from archguard.sources.git.commit import open_repository
from archguard.sources.source import module_file, package_folder

if TYPE_CHECKING:
    from archguard.sources.source import Source


_USUAL_FOLDERS = ("", "src/")
"""Where most roots stand."""


class PastPaths:
    """The paths of all commits that the refs of a repository lead to."""

    def __init__(self, git_dir: str) -> None:
        self._git_dir = git_dir

    @classmethod
    def find(cls, source: Source) -> PastPaths | None:
        """Return the past of a source; None if no git repository tracks it, or git is not installed."""
        spec = source.spec()
        while "base" in spec:  # an edited tree has the past of the one that it edits
            spec = json.loads(spec["base"])
        if "git_dir" in spec:
            return cls(spec["git_dir"])
        try:
            git_dir, prefix = open_repository(spec["root"], "--root")
            tracked = commands.run_git(f"--git-dir={git_dir}", "ls-files", "--", f":(top){prefix}")
        except SourceError:
            return None
        return cls(git_dir) if tracked else None

    def had_module(self, expression: str) -> bool | None:
        """Return whether a module of this name ever existed, below any folder, since roots move.

        Args:
            expression: its name, in which `*` stands for one component and `**` for one or more.

        Returns:
            None if part of the history is missing, and the rest does not have it.
        """
        path = package_folder(expression)
        # git finds these in a third of the time: it need not look into every folder of every commit.
        usual = [
            f":(top,literal){folder}{module_file(expression, is_package=is_package)}"
            for folder in _USUAL_FOLDERS
            for is_package in (False, True)
        ]
        if "*" not in expression and self._find_commit("--", *usual):
            return True
        patterns = [f":(top,glob)**/{path}.*", f":(top,glob)**/{path}/**"]
        return self._had_commit("--", *patterns)

    def had_name(self, module: str, name: str) -> bool | None:
        """Return whether the file of a module ever held a name; None if it cannot be known."""
        word = rf"(^|[^[:alnum:]_]){name}([^[:alnum:]_]|$)"
        files = [module_file(module, is_package=is_package) for is_package in (False, True)]
        patterns = [f":(top,glob)**/{file}" for file in files]
        return self._had_commit("--pickaxe-regex", f"-S{word}", "--", *patterns)

    def had_text(self, text: str) -> bool | None:
        """Return whether a Python file ever held a text; None if it cannot be known."""
        pattern = f":(top,glob)**/{module_file('*')}"
        return self._had_commit(f"-S{text}", "--", pattern)

    def _had_commit(self, *arguments: str) -> bool | None:
        """Return whether `git log` finds any commit; None if it may be one that is missing."""
        if self._find_commit(*arguments):
            return True
        return None if self._is_incomplete() else False

    def _find_commit(self, *arguments: str) -> bytes:
        """Return a commit that `git log` finds, or nothing."""
        return self._run("log", "--all", "--max-count=1", "--format=%H", *arguments).strip()

    def _is_incomplete(self) -> bool:
        is_shallow = self._run("rev-parse", "--is-shallow-repository").strip() == b"true"
        return is_shallow or bool(self._run("config", "--get", "extensions.partialClone").strip())

    def _run(self, *arguments: str) -> bytes:
        try:
            return commands.run_git(f"--git-dir={self._git_dir}", *arguments)
        except SourceError:
            return b""
