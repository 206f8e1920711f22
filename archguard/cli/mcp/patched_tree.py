"""Judge a diff that nobody has applied yet, as `check --base` judges a tree."""

from __future__ import annotations

import datetime
import os
from typing import TYPE_CHECKING

from archguard.checking.pipeline import check
from archguard.cli.base_comparison import decide
from archguard.cli.git_base import find_base_rev, open_git_base
from archguard.cli.options.base_revision import BaseOptions
from archguard.configuration.calendar import refuse_bad_calendars
from archguard.ratchet.base import read_configuration_at
from archguard.sources.git.commit import Commit, find_commit, open_repository
from archguard.sources.git.patched_commit import apply_diff
from archguard.sources.open import open_source

if TYPE_CHECKING:
    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Report
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.sources.git.patched_commit import PatchedCommit

_HEAD, _AUTO = "HEAD", "auto"


def judge_diff(request: CheckRequest, tree: ChosenTree, base: str, diff: str, folder: str) -> Report:
    """Return the report of HEAD with a diff applied, by the contracts that it then has.

    Args:
        request: how to judge the working tree.
        tree: the working tree.
        base: a revision, or `auto`.
        diff: a unified diff.
        folder: an empty folder.

    Raises:
        ArchguardError: the diff does not apply, or no verdict is possible.
    """
    git_dir, prefix = open_repository(tree.folder, "--root")
    name = find_base_rev(tree.folder) if base == _AUTO else base
    base_commit = find_commit(git_dir, tree.folder, name, option="--base")
    patched = apply_diff(tree.folder, _HEAD, diff.encode("utf-8", "surrogateescape"), folder)
    there = _move_tree(tree, patched, prefix)
    request = request._replace(
        source=open_source(there.folder, patched.commit),
        configuration=there.configuration,
        cache=request.cache.as_read_only(),  # what is known of this commit is of no use later
        today=datetime.datetime.now(datetime.UTC).date(),
    )
    opened = open_git_base(base_commit, request, there)._replace(name=name)
    report = decide(check(request).report, request, opened, BaseOptions(name))
    return report._replace(commit=None)


def _move_tree(tree: ChosenTree, patched: PatchedCommit, prefix: str) -> ChosenTree:
    """Return the tree that takes the place of another one, with the configuration that it has there."""
    top = os.path.realpath(tree.folder).removesuffix(os.sep + prefix.rstrip("/").replace("/", os.sep))
    files = tuple(_move_file(file, top, patched.top) for file in tree.files)
    at_top = Commit.find(patched.top, patched.commit)
    configuration = tree.configuration
    own = read_configuration_at(lambda _: at_top, patched.root, prefix, files, configuration)
    if own is not None:
        refuse_bad_calendars(own)
        configuration = own._replace(path=configuration.path)
    return tree._replace(configuration=configuration, folder=patched.root, files=files)


def _move_file(file: str, top: str, other: str) -> str:
    """Return a file's path in another work tree; a file outside of the first one stays."""
    path = os.path.relpath(os.path.realpath(file), top)
    return file if path.startswith(os.pardir) else os.path.join(other, path)
