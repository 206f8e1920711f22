"""The graph of an analysis equals the one that grimp builds of a tree that it can read."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import grimp
import pytest

from archguard.graph.analysis import analyse
from archguard.graph.import_graph import build_graph, graph_for_contract
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


def test_a_contract_sees_its_ghosts_for_a_while_only(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": "", "shop/a.py": "import shop.b\nfrom shop import gone\n"})
    write_tree({"shop/b.py": ""})
    analysis = _analyse(root, "shop", "shop.gone")
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))
    before = (_edges(graph), set(graph.modules))

    imports = analysis.deprecated_imports.resolve(("shop.gone",)).imports
    with graph_for_contract(graph, analysis.imports, imports) as contract_graph:
        seen = _edges(contract_graph)

    assert seen == {("shop.a", "shop.b", ((1, False),)), ("shop.a", "shop.gone", ((2, False),))}
    assert (_edges(graph), set(graph.modules)) == before
    assert before[0] == {("shop.a", "shop", ((2, False),)), ("shop.a", "shop.b", ((1, False),))}


def test_the_graph_is_the_same_again_after_an_error(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": "", "shop/a.py": "import shop.gone.deep\n"})
    analysis = _analyse(root, "shop", "shop.gone")
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))
    before = (_edges(graph), set(graph.modules))

    imports = analysis.deprecated_imports.resolve(("shop.gone",)).imports
    with pytest.raises(KeyError), graph_for_contract(graph, analysis.imports, imports):
        raise KeyError

    assert (_edges(graph), set(graph.modules)) == before


def test_a_squashed_package_makes_room_for_its_deprecated_modules(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": "", "shop/a.py": "import requests.adapters\n"})
    analysis = _analyse(root, "shop", "requests.adapters", externals=True)
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))

    imports = analysis.deprecated_imports.resolve(("requests.adapters",)).imports
    with graph_for_contract(graph, analysis.imports, imports) as contract_graph:
        assert _edges(contract_graph) == {("shop.a", "requests.adapters", ((1, False),))}

    assert _edges(graph) == {("shop.a", "requests", ((1, False),))}
