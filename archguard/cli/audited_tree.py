"""The tree that `archguard audit` reads: with a configuration its roots, without one all packages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.checking.pipeline import scan_options
from archguard.cli.options.configuration import load_configuration
from archguard.configuration import find_configuration_file
from archguard.configuration.projects import find_layout
from archguard.consolidation.audit_request import AuditedTree
from archguard.errors import ConfigurationError
from archguard.graph.model import AnalysisOptions
from archguard.graph.tree_state import TreeState
from archguard.sources.file_list import list_project_files
from archguard.sources.open import open_source
from archguard.sources.source import is_python_file, remove_suffix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.sources.source import Source

_TEST_FOLDERS = ("tests", "test")


def open_audited_tree(root: str | None, config: str | None, rev: str | None) -> AuditedTree:
    """Return the tree that the options name.

    Raises:
        ArchguardError: there is no such folder or commit, no Python package in it, or its configuration
            is invalid.
    """
    if root is not None and not os.path.isdir(root):
        raise ConfigurationError(f"--root {root}: there is no such folder.")
    folder = root or os.curdir
    if config is not None or find_configuration_file(folder) is not None:
        configuration, folder = load_configuration(config, root)
        source = open_source(folder, rev)
        return AuditedTree(source, scan_options(configuration), configuration=configuration)
    source = open_source(folder, rev)
    files = list_project_files(folder) if rev is None else _list_committed(source)
    layout = find_layout(source, files)
    tests = [name for name in _TEST_FOLDERS if any(_is_below(path, name) for path in files)]
    if not layout.places and not tests:
        raise ConfigurationError(f"no Python package in {folder}: name its folder with --root.")
    source_roots = dict.fromkeys([*layout.source_roots, *([""] if tests else [])])
    roots = dict.fromkeys([*layout.root_packages, *tests])
    return AuditedTree(source, AnalysisOptions(tuple(roots), tuple(source_roots)))


def add_test_roots(tree: AuditedTree) -> AuditedTree:
    """Return the same tree with roots for the test files that pytest collects and no root holds."""
    from archguard.definitions.collection_rules import read_collection_rules  # noqa: PLC0415 (for `tests`)

    options = tree.options
    places = TreeState(tree.source, options).discovery.places
    paths = tree.source.list_project_files(())
    rules = read_collection_rules(tree.source, paths)
    tops = {
        remove_suffix(path.partition("/")[0])
        for path in paths
        if rules.collects(path) and not any(place.contains(path) for place in places)
    }
    added = [name for name in sorted(tops) if name.isidentifier() and name not in options.root_packages]
    if not added:
        return tree
    roots = (*options.root_packages, *added)
    sources = tuple(dict.fromkeys([*options.source_roots, ""])) if options.source_roots else ()
    return tree._replace(options=options._replace(root_packages=roots, source_roots=sources))


def _list_committed(source: Source) -> Sequence[str]:
    return sorted({*source.list_project_files(()), *source.list_configuration_files()})


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/") and is_python_file(path)
