"""The base that git can read: which revision it is, and the commit at which the tree left it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.errors import ConfigurationError, HistoryError, SourceError

if TYPE_CHECKING:
    from archguard.checking.pipeline import CheckRequest
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.errors import ArchguardError
    from archguard.ratchet.base import Base


def open_git_base(rev: str, request: CheckRequest, tree: ChosenTree) -> Base:
    """Return the base that a revision or `auto` names.

    Args:
        rev: the revision.
        request: what is judged: all contracts of the tree, or some.
        tree: the tree.

    Raises:
        ArchguardError: there is no such base, or it cannot be known.
    """
    from archguard.ratchet import base  # noqa: PLC0415

    return base.open_base(
        tree.folder,
        find_base_rev(tree.folder) if rev == "auto" else rev,
        request.source,
        request.configuration,
        tree.files,
        is_selection=request.configuration != tree.configuration,
    )


def find_base_rev(folder: str) -> str:
    """Return the branch that a change goes into: CI says so, or it is the remote's default branch.

    Raises:
        ConfigurationError: neither is known.
    """
    from archguard.sources.git.branches import find_default_branch, find_remote_branch  # noqa: PLC0415
    from archguard.sources.git.commit import open_repository  # noqa: PLC0415
    from archguard.upload.ci import ci_facts  # noqa: PLC0415
    from archguard.upload.environment import select_variables  # noqa: PLC0415

    git_dir, _ = open_repository(folder, "--root")
    facts = ci_facts(select_variables(os.environ))
    if facts is not None and facts.base is not None:
        return find_remote_branch(git_dir, facts.base)
    default = facts.default_branch if facts is not None else None
    branch = find_remote_branch(git_dir, default) if default else find_default_branch(git_dir)
    if (
        facts is not None
        and branch is not None
        and facts.branch == (default or branch.partition("/")[2])
    ):
        return facts.before or "HEAD^"  # a push to the default branch
    if branch is None:
        raise ConfigurationError(
            "--base auto: CI names no target branch, and the remote's default branch is not known here: "
            "run `git remote set-head origin --auto`, or name the branch."
        )
    return branch


def is_history_missing(folder: str, error: ArchguardError) -> bool:
    """Return whether git could not read a base because the history is not here."""
    from archguard.sources.git.commit import open_repository  # noqa: PLC0415

    try:
        open_repository(folder, "--root")
    except SourceError:
        return True
    return isinstance(error, HistoryError)
