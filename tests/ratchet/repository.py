"""A real git repository in which a test plays a change against its base."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.cli.console_script import archguard
from tests.sources.trees import git, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from subprocess import CompletedProcess

CONTRACT = """\
[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.legacy"]
"""
SESSION = '[tool.importlinter]\nroot_packages = ["shop"]\n'
IMPORT = "from shop.legacy import Cart\n"
SHOP = {
    "pyproject.toml": SESSION + CONTRACT,
    "shop/__init__.py": "",
    "shop/legacy.py": "class Cart: ...\n",
    "shop/order.py": IMPORT,
    "shop/invoice.py": "import shop.legacy\n",
    "shop/page.py": "",
}


def write_shop(folder: Path) -> None:
    """Write the shop's files into a folder without any history."""
    write_files(folder, dict(SHOP.items()))


class Outcome(NamedTuple):
    """What a check said."""

    code: int
    report: dict[str, Any]
    error: str

    def list_edges(self, status: str) -> list[tuple[str, str]]:
        """Return importer and imported of the violations that have a status."""
        return [
            (violation["importer"], violation["imported"])
            for violation in self.report["violations"]
            if violation["status"] == status
        ]

    @property
    def new(self) -> list[tuple[str, str]]:
        """The violations that the base does not have."""
        return self.list_edges("new")

    @property
    def fixed(self) -> list[tuple[str, str]]:
        """The violations that only the base has."""
        return [(edge["importer"], edge["imported"]) for edge in self.report["fixed"]]

    @property
    def weakened(self) -> list[tuple[str | None, str]]:
        """The importer of what is no longer counted, and how."""
        return [(weakening["importer"], weakening["how"]) for weakening in self.report["weakened"]]


def read_outcome(done: CompletedProcess[str]) -> Outcome:
    """Return what a check with `--format json` said."""
    return Outcome(done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr)


class Repository:
    """A repository with a branch `main`, and whatever a test does to it."""

    def __init__(self, folder: Path, files: Mapping[str, str] | None = None) -> None:
        """Commit some files on `main`, by default the shop's, and check out a new branch `change`."""
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.git("init", "--quiet")
        self.commit(SHOP if files is None else files)
        self.git("checkout", "--quiet", "-b", "change")

    @classmethod
    def open(cls, folder: Path) -> Repository:
        """Return a repository that exists already, such as a clone."""
        repository = cls.__new__(cls)
        repository.folder = folder
        return repository

    def git(self, *arguments: str) -> str:
        """Run git in the repository."""
        return git(self.folder, *arguments)

    def commit(self, files: Mapping[str, str | None]) -> str:
        """Write files, delete those that are None, commit, and return the commit."""
        for path in [path for path, content in files.items() if content is None]:
            full = self.folder / path
            shutil.rmtree(full) if full.is_dir() else full.unlink()
        write_files(self.folder, {path: text for path, text in files.items() if text is not None})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def check(self, *arguments: str, base: str = "main") -> Outcome:
        """Compare the working tree with a base."""
        done = archguard("check", "--root", self.folder, "--base", base, "--format", "json", *arguments)
        return read_outcome(done)
