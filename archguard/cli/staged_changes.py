"""--staged: what would be committed is judged, by the contracts that would be committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.cli.output import say
from archguard.errors import ConfigurationError, SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.cli.options.base_revision import BaseOptions
    from archguard.configuration import Configuration
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


def open_staged(
    folder: str, files: Sequence[str], configuration: Configuration
) -> tuple[StagedTree, Configuration]:
    """Return what is staged below a folder, and its configuration; the working tree's if none is staged.

    Args:
        folder: the folder in which the roots are looked for.
        files: the files that the working tree's configuration was read from.
        configuration: the working tree's.

    Raises:
        SourceError: the folder is in no repository, or a merge is not resolved yet.
        ConfigurationError: what is staged is no valid configuration.
    """
    from archguard.ratchet.base import read_configuration_at  # noqa: PLC0415 (only with --staged)
    from archguard.sources.git.staged_tree import StagedTree  # noqa: PLC0415

    staged = StagedTree.find(folder)
    own = read_configuration_at(staged.at_top(), folder, staged.prefix, files, configuration)
    return staged, configuration if own is None else own._replace(path=configuration.path)


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
