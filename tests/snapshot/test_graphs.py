"""A graph built from the one before is the one built from nothing, and is valid."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.bound_names import BoundNames
from archguard.graph.discovery import Module, Root
from archguard.graph.model import Analysis, Import
from archguard.graph.module_expressions import make_deprecation
from archguard.graph.resolution import DeprecatedImportResolver, Resolution
from archguard.snapshot import Graph
from archguard.snapshot.graphs import GraphBuilder, find_importers

_NAMES = (
    "p",
    "p.a",
    "p.a.b",
    "p.ab",
    "p.c",
    "p.z-not",
    "p.##[x]",
    "p." + "long" * 200,
    "p." + "long" * 201,
)
_OUTSIDE = ("p.gone", "p.a.gone", "requests", "p.gone.deeper" + "x" * 600)


NO_DEPRECATED_IMPORTS = DeprecatedImportResolver(
    Resolution({}), BoundNames({}, frozenset(), lambda _: None), make_deprecation(())
)


@st.composite
def _analyses(draw: st.DrawFn) -> Analysis:
    names = sorted(draw(st.sets(st.sampled_from(_NAMES))))
    packages = draw(st.sets(st.sampled_from(_NAMES)))
    read = [name for name in names if draw(st.booleans())]
    targets = st.sampled_from((*names, *_OUTSIDE))
    lists_of_imports = st.lists(st.builds(Import, targets, st.integers(1, 3), st.booleans()), max_size=4)
    imports = {name: tuple(sorted(set(draw(lists_of_imports)))) for name in read}
    missing = {name: tuple(sorted(set(draw(lists_of_imports)))) for name in read if draw(st.booleans())}
    return Analysis(
        modules={name: Module(name, f"{name}.py", name in packages) for name in names},
        namespaces=draw(st.sets(st.sampled_from(_NAMES))),
        roots=(Root("p", "p"),),
        imports=imports,
        missing_imports=missing,
        deprecated_imports=NO_DEPRECATED_IMPORTS,
        references=(),
        unread=(),
        files=len(names),
    )


@given(st.lists(_analyses(), min_size=1, max_size=6))
def test_a_graph_made_from_the_one_before_is_the_one_made_from_nothing(analyses: list[Analysis]) -> None:
    builder = GraphBuilder()
    for analysis in analyses:
        graph = builder.build(analysis)

        assert graph == GraphBuilder().build(analysis)
        assert graph == Graph.model_validate(graph.model_dump())


@given(_analyses())
def test_nothing_is_lost(analysis: Analysis) -> None:
    graph = GraphBuilder().build(analysis)

    imports_by_importer = {**analysis.imports, **analysis.missing_imports}
    edges = {
        (importer, statement.imported)
        for importer, imports in imports_by_importer.items()
        for statement in imports
    }
    nodes = {*analysis.modules, *analysis.namespaces, *(to for _, to in edges)}
    assert len(graph.imports) == len(edges)
    assert len(graph.modules) == len(nodes)
    assert {name for name in nodes if len(name) < 500 and "#" not in name} <= set(graph.modules)
    assert {(graph.modules[importer], graph.modules[to]) for importer, to in graph.imports} >= {
        (a, b) for a, b in edges if len(a + b) < 500 and "#" not in a + b
    }


def _graph(imports: dict[str, list[str]]) -> Graph:
    modules = sorted({*imports, *(name for every in imports.values() for name in every)})
    return GraphBuilder().build(
        Analysis(
            modules={name: Module(name, name, is_package=False) for name in modules},
            namespaces=frozenset(),
            roots=(),
            imports={a: tuple(Import(b, 1, lazy=False) for b in every) for a, every in imports.items()},
            deprecated_imports=NO_DEPRECATED_IMPORTS,
            references=(),
            unread=(),
            files=0,
        )
    )


def test_importers_of_a_module_import_it_or_something_in_it() -> None:
    graph = _graph(
        {"p.x": ["p.new"], "p.y": ["p.new.in"], "p.z": ["p.newer", "p.new-er"], "p.new.in": []}
    )

    assert find_importers(graph, ["p.new"]) == {"p.x", "p.y"}


def test_what_stands_in_the_module_itself_is_no_importer_of_it() -> None:
    graph = _graph({"p.new": ["p.new.in"], "p.new.in": ["p.newest"], "p.newest": ["p.new"]})

    assert find_importers(graph, ["p.new", "p.newest"]) == set()
    assert find_importers(graph, ["p.absent"]) == set()
