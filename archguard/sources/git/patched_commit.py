"""A commit with a diff applied, made in a repository of its own: no file of the real one is changed.

git may renew the time of a pack, as it does whenever it is asked to store what is there already.
"""

from __future__ import annotations

import os
import shutil
from typing import NamedTuple

from archguard.errors import SourceError
from archguard.sources.git import commands
from archguard.sources.git.commit import find_commit, open_repository
from archguard.sources.source import decode_path

_AUTHOR = (("user.name", "archguard"), ("user.email", "archguard@localhost"))


class PatchedCommit(NamedTuple):
    """A commit of a temporary repository that reads the other objects from the real one."""

    top: str
    """The top folder of its work tree, in which no file is checked out."""
    root: str
    """The folder that takes the place of the real repository's."""
    commit: str
    """A child of the commit that the diff was applied to."""


def apply_diff(root: str, rev: str, diff: bytes, folder: str) -> PatchedCommit:
    """Commit what a diff makes of a commit.

    Args:
        root: a folder of the real repository's work tree.
        rev: what the diff is applied to.
        diff: a unified diff, as `git diff` writes it: paths begin at the repository's top.
        folder: an empty folder, which has to stay while the commit is read.

    Raises:
        SourceError: there is no repository or no such commit, or the diff does not apply to it.
    """
    git_dir, prefix = open_repository(root, "--root")
    parent = find_commit(git_dir, root, rev, option="--base")
    top = os.path.realpath(folder)
    own = f"--git-dir={top}/.git"
    object_format = _ask(git_dir, "--show-object-format")
    commands.run_git("init", "--quiet", "--template=", f"--object-format={object_format}", top)
    _share_objects(git_dir, os.path.join(top, ".git"))
    _copy_refs(git_dir, own)
    commands.run_git(own, "read-tree", parent)
    try:
        commands.run_git(own, "apply", "--cached", "--whitespace=nowarn", "-", stdin=diff)
    except SourceError as error:
        reason = str(error).partition(" failed: ")[2].removeprefix("error: ").rstrip(".")
        raise SourceError(f"the diff does not apply to {rev}: {reason}.") from error
    tree = commands.run_git(own, "write-tree").decode().strip()
    message = ("commit-tree", "-p", parent, "-m", "A diff", tree)
    commit = commands.run_git(own, *message, settings=_AUTHOR).decode().strip()
    inner = os.path.join(top, prefix)
    os.makedirs(inner, exist_ok=True)
    return PatchedCommit(top, inner, commit)


def _share_objects(git_dir: str, own: str) -> None:
    """Let a new repository read the objects of another one, which may be a shallow clone."""
    os.makedirs(os.path.join(own, "objects", "info"), exist_ok=True)
    with open(os.path.join(own, "objects", "info", "alternates"), "w", encoding="utf-8") as file:
        file.write(f"{_ask(git_dir, '--git-path', 'objects')}\n")
    shallow = _ask(git_dir, "--git-path", "shallow")
    if os.path.exists(shallow):
        shutil.copyfile(shallow, os.path.join(own, "shallow"))


def _copy_refs(git_dir: str, own: str) -> None:
    """Let a new repository name every commit that the real one does: its history is asked, too."""
    if _is_partial_clone(git_dir):  # so that what is missing is known to be missing
        commands.run_git(own, "config", "core.repositoryFormatVersion", "1")
        commands.run_git(own, "config", "extensions.partialClone", "origin")
    refs = commands.run_git(
        f"--git-dir={git_dir}", "for-each-ref", "--format=create refs/real/%(objectname) %(objectname)"
    )
    lines = dict.fromkeys(refs.splitlines(keepends=True))
    commands.run_git(own, "update-ref", "--stdin", stdin=b"".join(lines))


def _is_partial_clone(git_dir: str) -> bool:
    settings = commands.run_git(f"--git-dir={git_dir}", "config", "--list", "--name-only")
    return b"extensions.partialclone" in settings.splitlines()


def _ask(git_dir: str, *question: str) -> str:
    output = commands.run_git(f"--git-dir={git_dir}", "rev-parse", "--path-format=absolute", *question)
    return decode_path(output.removesuffix(b"\n"))
