"""The base of a comparison where the command line names none: `base` of `[tool.archguard]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.cli.options.base_revision import NO_BASE, require_comparison
from archguard.cli.output import say
from archguard.errors import NoRepositoryError

if TYPE_CHECKING:
    from archguard.cli.options.base_revision import BaseOptions


def apply_configured_base(options: BaseOptions, configured: str, folder: str) -> BaseOptions:
    """Return the options with the configured base, unless they name one.

    Where there is no repository, as in an export of the tree, the configured base is left out, and every
    violation counts.

    Args:
        options: the values of the command line's options.
        configured: the base that the configuration names; empty if it names none.
        folder: the folder in which the roots are looked for.

    Raises:
        ConfigurationError: an option needs a comparison, and there is none.
        SourceError: git does not read the repository.
    """
    if options.rev is None and configured:
        options = options._replace(rev=configured, is_configured=True)
    if options.rev == NO_BASE:
        options = options._replace(rev=None)
    if options.is_configured and options.rev and options.baseline is None and not _is_in_git(folder):
        say(f"base {configured} of the configuration is not used: {folder} is in no git repository.")
        options = options._replace(rev=None)
    require_comparison(options)
    return options


def _is_in_git(folder: str) -> bool:
    from archguard.sources.git.commit import open_repository  # noqa: PLC0415 (only with a base)

    try:
        open_repository(folder, "--root")
    except NoRepositoryError:
        return False
    return True
