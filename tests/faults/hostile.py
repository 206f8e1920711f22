"""A tree in which everything that could be run, by git too, leaves a file: a canary."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = (
    "evil",
    "evil/sub",
    "rich",
    "json",
    "click",
    "importlinter",
    "grimp",
    "encodings",
    "archguard",
)
FILES = (
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "setup.py",
    "os.py",
    "re.py",
    "tomllib.py",
    "subprocess.py",
    "typing.py",
    "evil_types.py",
    "evil/sub/a.py",
    "evil/sub/old.py",
)
CONFIGURATION = """\
[tool.importlinter]
root_packages = ["evil.sub"]

[[tool.importlinter.contracts]]
id = "old"
name = "Nothing old"
type = "forbidden"
source_modules = ["evil.sub.a"]
forbidden_modules = ["evil.sub.old"]
"""
TRUSTING = CONFIGURATION.replace('sub"]\n', 'sub"]\ncontract_types = ["evil: evil_types.Evil"]\n', 1)
OURS = """\

[[tool.importlinter.contracts]]
id = "ghosts"
name = "Nothing gone"
type = "deprecated"
deprecated_modules = ["evil.sub.gone"]
"""


class HostileTree:
    """The tree, and the folder of its canaries."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self.canaries = folder / "canaries"
        self.canaries.mkdir()
        self.root.mkdir()
        files: dict[str | bytes, str | bytes] = {
            name: self._code(name) for name in (*FILES, *(f"{one}/__init__.py" for one in PACKAGES))
        }
        files["evil/sub/a.py"] = f"import evil.sub.old\nimport evil.sub.gone\n{files['evil/sub/a.py']!s}"
        files["evil_types.py"] = f"{files['evil_types.py']!s}\nclass Evil: pass\n"
        files["x.pth"] = f"import sys; open({str(self.canaries / 'pth')!r}, 'w')\n"
        files["pyproject.toml"] = CONFIGURATION + OURS
        files["lint.toml"] = CONFIGURATION
        files["trusting.toml"] = TRUSTING
        write_files(self.root, files)
        self.commit = commit_all(self.root)
        self._poison_git()

    def take_canaries(self) -> set[str]:
        """Return the names of the canaries, and delete them."""
        names = {path.name for path in self.canaries.iterdir()}
        for name in names:
            (self.canaries / name).unlink()
        return names

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command inside the tree, without earlier canaries."""
        self.take_canaries()
        return subprocess.run(
            [str(word) for word in command],
            cwd=self.root,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )

    def lose_an_object(self, path: str) -> None:
        """Delete an object, so that git would fetch it from a promisor remote."""
        blob = git(self.root, "rev-parse", f"HEAD:{path}")
        (self.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    def _code(self, path: str) -> str:
        name = path.replace("/", "-")
        return f"open({str(self.canaries / name)!r}, 'w').close()\n"

    def _program(self, name: str) -> str:
        program = self.canaries.parent / f"{name}.sh"
        program.write_text(f"#!/bin/sh\ntouch '{self.canaries}/{name}'\nexit 1\n", encoding="utf-8")
        program.chmod(0o755)
        return str(program)

    def _poison_git(self) -> None:
        hooks = self.canaries.parent / "hooks"
        hooks.mkdir()
        for hook in ("post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
            write_files(hooks, {hook: f"#!/bin/sh\ntouch '{self.canaries}/hook-{hook}'\n"})
            (hooks / hook).chmod(0o755)
        # What plain git would run needs a signed commit and a changed file.
        signed = git(self.root, "cat-file", "commit", "HEAD").replace(
            "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n", 1
        )
        write_files(self.canaries.parent, {"signed": signed + "\n"})
        self.commit = git(
            self.root, "hash-object", "-t", "commit", "-w", str(self.canaries.parent / "signed")
        )
        git(self.root, "update-ref", "HEAD", self.commit)
        for key, value in {
            "core.fsmonitor": self._program("fsmonitor"),
            "core.hooksPath": str(hooks),
            "core.pager": self._program("pager"),
            "core.sshCommand": self._program("ssh"),
            "core.editor": self._program("editor"),
            "core.askPass": self._program("askpass"),
            "core.alternateRefsCommand": self._program("alternate"),
            "credential.helper": f"!{self._program('credential')}",
            "gpg.program": self._program("gpg"),
            "log.showSignature": "true",
            "diff.external": self._program("diff"),
            "diff.evil.textconv": self._program("textconv"),
            "filter.evil.smudge": self._program("smudge"),
            "filter.evil.clean": self._program("clean"),
            "alias.cat-file": f"!{self._program('alias')}",
            "alias.ls-tree": f"!{self._program('alias')}",
            "alias.rev-parse": f"!{self._program('alias')}",
            "uploadpack.packObjectsHook": self._program("pack-hook"),
            "core.repositoryFormatVersion": "1",
            "extensions.partialClone": "origin",
            "remote.origin.url": str(self.root),
            "remote.origin.promisor": "true",
            "remote.origin.uploadpack": self._program("upload-pack"),
        }.items():
            git(self.root, "config", key, value)
        write_files(self.root, {".gitattributes": "*.py diff=evil filter=evil\n"})
        self.take_canaries()
