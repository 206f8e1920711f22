"""The graph of an analysis equals the one that grimp builds of a tree that it can read."""

from __future__ import annotations

import importlib
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

import grimp
import pytest

from archguard.graph.analysis import analyse
from archguard.graph.import_graph import add_ghosts, build_graph
from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning.cache import Cache
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis

    WriteTree = Callable[[Mapping[str, str]], Path]

Edge = tuple[str, str, tuple[tuple[int, bool], ...]]


def _analyse(root: Path, package: str, *deprecated: str, externals: bool = False) -> Analysis:
    options = AnalysisOptions((package,), deprecated=deprecated, include_external_packages=externals)
    return analyse(WorkingTree(str(root)), options, cache=Cache(None), jobs=2).result()


def _edges(graph: ImportGraph) -> set[Edge]:
    edges = set()
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            details = graph.get_import_details(importer=importer, imported=imported)
            lines = tuple(sorted({(one["line_number"], one["is_lazy"]) for one in details}))
            edges.add((importer, imported, lines))
    return edges


@pytest.mark.parametrize("externals", [False, True])
@pytest.mark.parametrize("package", ["rich", "click", "hypothesis"])
def test_it_is_the_graph_that_grimp_builds(package: str, externals: bool) -> None:
    (folder,) = importlib.import_module(package).__path__
    theirs = grimp.build_graph(package, include_external_packages=externals, cache_dir=None)

    analysis = _analyse(Path(folder).parent, package, externals=externals)
    ours = build_graph(analysis.importable_names, sorted(analysis.imports.items()))

    assert not analysis.unread
    # Ours also reads the folders that have no __init__.py; grimp leaves them out.
    left_out = ours.modules - theirs.modules
    assert {edge for edge in _edges(ours) if not {edge[0], edge[1]} & left_out} == _edges(theirs)
    assert theirs.modules <= ours.modules
    assert ("typing" in ours.modules) is externals


def test_ghosts_are_in_their_own_graph_only(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": "", "shop/a.py": "from shop import gone\n"})
    analysis = _analyse(root, "shop", "shop.gone")
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))

    ghosts = deepcopy(graph)
    add_ghosts(ghosts, analysis)

    assert _edges(graph) == {("shop.a", "shop", ((1, False),))}
    assert _edges(ghosts) == {("shop.a", "shop.gone", ((1, False),))}


def test_a_squashed_package_makes_room_for_its_deprecated_modules(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": "", "shop/a.py": "import requests.adapters\n"})
    analysis = _analyse(root, "shop", "requests.adapters", externals=True)
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))

    assert _edges(graph) == {("shop.a", "requests", ((1, False),))}
    add_ghosts(graph, analysis)

    assert _edges(graph) == {("shop.a", "requests.adapters", ((1, False),))}
