"""--staged: what would be committed is judged, by the contracts that would be committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.cli.output import say
from archguard.errors import ConfigurationError, SourceError

if TYPE_CHECKING:
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.cli.options.base_revision import BaseOptions
    from archguard.sources.git.staged_tree import StagedTree

_HEAD = "HEAD"


def refuse_commit_options(rev: str | None, *, upload: bool) -> None:
    """Refuse options that are about a commit beside --staged.

    Raises:
        ConfigurationError: one of them is given.
    """
    for option, is_set in (("--rev", rev is not None), ("--upload", upload)):
        if is_set:
            raise ConfigurationError(f"{option} is about a commit, and --staged is about none yet.")


def open_staged(tree: ChosenTree) -> tuple[StagedTree, ChosenTree]:
    """Return what is staged of a tree, which has the staged configuration if one is.

    Raises:
        SourceError: the folder is in no repository, or a merge is not resolved yet.
        ConfigurationError: what is staged is no valid configuration.
    """
    from archguard.ratchet.base import read_configuration_at  # noqa: PLC0415 (only with --staged)
    from archguard.sources.git.staged_tree import StagedTree  # noqa: PLC0415

    staged = StagedTree.find(tree.folder)
    configuration = tree.configuration
    own = read_configuration_at(
        lambda _: staged.at_top(), tree.folder, staged.prefix, tree.files, configuration
    )
    if own is None:
        return staged, tree
    return staged, tree._replace(configuration=own._replace(path=configuration.path))


def choose_base(staged: StagedTree, comparison: BaseOptions) -> BaseOptions:
    """Return the options with HEAD as the base, unless they name one, or there is no commit yet."""
    from archguard.sources.git.commit import find_commit  # noqa: PLC0415 (only with --staged)

    if comparison.rev is not None or comparison.baseline is not None:
        return comparison
    try:
        find_commit(staged.git_dir, staged.root, _HEAD)
    except SourceError:
        say("there is no commit yet to compare with: every violation counts.")
        return comparison
    return comparison._replace(rev=_HEAD)
