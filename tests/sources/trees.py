"""Write the same files as a working tree and as a commit."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COMMIT_DAY = "2026-01-01"
"""Of every commit."""
_IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": f"{COMMIT_DAY}T00:00:00Z",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_COMMITTER_DATE": f"{COMMIT_DAY}T00:00:00Z",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, with a fixed author and clock."""
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        env=os.environ | _IDENTITY,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def write_files(root: Path, files: Mapping[str | bytes, str | bytes]) -> None:
    """Write files; a value of `-> TARGET` makes a symbolic link, one with a shebang is executable."""
    for path, content in files.items():
        full = os.path.join(os.fsencode(root), os.fsencode(path))
        os.makedirs(os.path.dirname(full), exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        if data.startswith(b"-> "):
            os.symlink(data[3:], full)
        else:
            with open(full, "wb") as file:
                file.write(data)
            if data.startswith(b"#!"):
                os.chmod(full, 0o755)


def commit_all(root: Path, *init_options: str) -> str:
    """Make a folder a repository, and commit all files."""
    git(root, "init", "--quiet", *init_options)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "all")
    return git(root, "rev-parse", "HEAD")


def modification_times(folder: Path) -> list[tuple[str, int]]:
    """Return when each file and folder below a folder was last changed."""
    return sorted((str(path), path.lstat().st_mtime_ns) for path in folder.rglob("*"))
