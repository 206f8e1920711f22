"""Judge a tree as `check` does, for those who want its report and print it themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.cli.chosen_tree import load_tree
from archguard.cli.options.scanning import count_processors, open_cache
from archguard.cli.options.upload import UploadOptions
from archguard.configuration.calendar import refuse_bad_calendars

if TYPE_CHECKING:
    from archguard.checking.report import Report
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.cli.options.base_revision import BaseOptions
    from archguard.graph.scanning.cache import Cache


def choose_tree(config: tuple[str, ...], root: str | None) -> ChosenTree:
    """Return the tree that the values of --config and --root name.

    Raises:
        ConfigurationError: there is no configuration, or it or a contract's calendar is invalid.
    """
    tree = load_tree(config, root)
    refuse_bad_calendars(tree.configuration)
    return tree


def judge_tree(tree: ChosenTree, comparison: BaseOptions, cache: Cache | None = None) -> Report:
    """Return the report of a tree, compared with the base that the options name.

    Raises:
        ArchguardError: no verdict is possible; the message says why.
    """
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415 (not needed for --help)
    from archguard.checking.report_cache import load_or_check  # noqa: PLC0415
    from archguard.cli.base_comparison import decide, open_base  # noqa: PLC0415
    from archguard.graph.tree_state import FoundModules  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415

    request = CheckRequest(
        source=open_source(tree.folder),
        configuration=tree.configuration,
        cache=cache or open_cache(),
        jobs=count_processors(),
        found=FoundModules(),
    )
    base = open_base(comparison, UploadOptions(), request, tree)
    return decide(load_or_check(request), request, base, comparison)


def find_prefix(folder: str, top: str = os.curdir) -> str:
    """Return a folder's path from another one; empty if it is that, or not below it."""
    path = os.path.relpath(folder, top).replace(os.sep, "/")
    return "" if path == "." or path.startswith("..") else path
