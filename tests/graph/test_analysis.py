"""From a source to an analysis: ghosts, references, unread files, in any order of reading."""

from __future__ import annotations

import threading
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from archguard.graph.analysis import AnalysisBuilder, RunningAnalysis, analyse
from archguard.graph.discovery import Discovery, Module, Root, UnusableFile
from archguard.graph.model import Analysis, AnalysisOptions, Import, Reference, ScanResult, UnreadFile
from archguard.graph.scanning.cache import Cache
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from archguard.graph.analysis import PublishImports

    WriteTree = Callable[[Mapping[str, str]], Path]


def _analyse(root: Path, *deprecated: str, externals: bool = False) -> Analysis:
    options = AnalysisOptions(
        ("shop",), deprecated=deprecated, include_external_packages=externals, missing_imports=True
    )
    return analyse(WorkingTree(str(root)), options, cache=Cache(None), jobs=1).result()


def _resolve(analysis: Analysis, *deprecated: str) -> Mapping[str, tuple[Import, ...]]:
    return analysis.deprecated_imports.resolve(deprecated).imports


def test_an_import_of_a_deleted_module_is_found_as_a_ghost(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": "", "shop/a.py": "from shop.gone import x\n"})

    analysis = _analyse(root, "shop.gone")

    assert analysis.imports["shop.a"] == ()
    assert _resolve(analysis, "shop.gone") == {"shop.a": (Import("shop.gone", 1, lazy=False),)}
    assert analysis.missing_imports == {"shop.a": (Import("shop.gone", 1, lazy=False),)}
    assert not analysis.exists("shop.gone")


def test_a_module_below_a_deleted_package_is_a_ghost_of_its_own(write_tree: WriteTree) -> None:
    root = write_tree(
        {
            "shop/__init__.py": "",
            "shop/a.py": "from shop.gone.deep import x\n",
            "shop/b.py": "from shop.gone import deep\n",  # nobody knows what else it was
            "shop/c.py": "import shop.gone.deep.deeper\n",
        }
    )

    ghosts = _resolve(_analyse(root, "shop.gone"), "shop.gone")

    assert {name: [one.imported for one in imports] for name, imports in ghosts.items()} == {
        "shop.a": ["shop.gone.deep"],
        "shop.b": ["shop.gone"],
        "shop.c": ["shop.gone.deep.deeper"],
    }


def test_what_a_docstring_says_is_no_ghost(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": '"""Use it:\n\nfrom shop.gone import x\n"""\n'})

    assert _resolve(_analyse(root, "shop.gone"), "shop.gone") == {}


def test_ghosts_do_not_disturb_what_the_other_contracts_see(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": "", "shop/a.py": "from shop import gone\n"})

    analysis = _analyse(root, "shop.gone")

    assert analysis.imports["shop.a"] == (Import("shop", 1, lazy=False),)
    assert _resolve(analysis, "shop.gone")["shop.a"] == (Import("shop.gone", 1, lazy=False),)
    assert analysis.missing_imports == {}


def test_somebody_else_s_package_can_be_deprecated(write_tree: WriteTree) -> None:
    root = write_tree(
        {"shop/__init__.py": "", "shop/a.py": "import requests.adapters\nimport requests\n"}
    )

    for externals in (False, True):
        analysis = _analyse(root, "requests", externals=externals)

        assert [one.imported for one in _resolve(analysis, "requests")["shop.a"]] == [
            "requests",
            "requests.adapters",
        ]
        assert analysis.exists("requests")


def test_unread_files_say_which_deprecated_modules_they_name(write_tree: WriteTree) -> None:
    root = write_tree(
        {
            "shop/__init__.py": "",
            "shop/old.py": "from .gone import x\nprint 'python 2'\n",
            "shop/other.py": "print 'python 2'\n",
        }
    )

    unread = _analyse(root, "shop.gone").unread

    assert [(file.path, file.line, file.names) for file in unread] == [
        ("shop/old.py", 2, ("shop.gone",)),
        ("shop/other.py", 1, ()),
    ]


def test_every_file_is_counted_once(write_tree: WriteTree) -> None:
    names = ("__init__", "a.b", "ns/c", "ns", "bad")
    files = {f"shop/{name}.py": "(" if name == "bad" else "" for name in names}

    analysis = _analyse(write_tree(files))

    assert analysis.files == len(files)
    assert len(analysis.imports) + len(analysis.unread) == len(files)


def test_a_literal_that_names_a_deprecated_module_is_a_reference(write_tree: WriteTree) -> None:
    source = "import importlib\n\nimportlib.import_module('shop.gone')\nx = 'shop.gone_too'\n"
    root = write_tree({"shop/__init__.py": "", "shop/a.py": source})

    (reference,) = _analyse(root, "shop.gone").references

    assert (reference.module, reference.path, reference.line) == ("shop.a", "shop/a.py", 3)


def test_the_progress_ends_at_the_number_of_modules(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": "", "shop/a.py": "import shop.gone\n"})
    seen: list[tuple[int, int]] = []

    analyse(
        WorkingTree(str(root)),
        AnalysisOptions(("shop",), deprecated=("shop.gone",)),
        cache=Cache(None),
        jobs=1,
        progress=lambda done, total: seen.append((done, total)),
    ).result()

    assert seen[-1] == (2, 2)


def test_two_contracts_do_not_hide_each_other_s_names(write_tree: WriteTree) -> None:
    root = write_tree({"shop/__init__.py": "", "shop/two.py": "import shop.old.x\nprint '2'\n"})

    (unread,) = _analyse(root, "shop.old", "shop.old.x").unread

    assert unread.names == ("shop.old", "shop.old.x")


MODULES = [
    Module(name, f"{name.replace('.', '/')}.py", is_package=False) for name in ("p.a", "p.b", "p.c")
]
DISCOVERY = Discovery(
    roots=(Root("p", "p"),),
    modules={module.name: module for module in MODULES},
    namespaces=frozenset({"p"}),
    unread=(),
)
RESULTS = {
    "p.a": ScanResult(
        imports=(("p.b.x", 2, False, True), ("p.old", 1, False, False), ("json", 3, False, False))
    ),
    "p.b": ScanResult(references=(("p.old", 7, "literal"),)),
    "p.c": ScanResult(reason="a syntax error", line=4, names=(("p.old", False),)),
}


def _build(order: tuple[Module, ...], *, external: bool) -> Analysis:
    options = AnalysisOptions(
        root_packages=("p",),
        deprecated=("p.old",),
        include_external_packages=external,
        missing_imports=True,
    )
    builder = AnalysisBuilder(DISCOVERY, options, lambda _: None)
    for module in order:
        builder.add(module, RESULTS[module.name])
    return builder.build({UnusableFile("p/x.y.py", "a dot"): ScanResult(reason="a dot")})


def test_imports_ghosts_references_and_what_was_not_read() -> None:
    analysis = _build(tuple(MODULES), external=False)

    assert analysis.imports == {"p.a": (Import("p.b", 2, lazy=False),), "p.b": ()}
    assert _resolve(analysis, "p.old") == {
        "p.a": (Import("p.b", 2, lazy=False), Import("p.old", 1, lazy=False))
    }
    assert analysis.references == (Reference("p.b", "p/b.py", 7, "p.old"),)
    assert analysis.unread == (
        UnreadFile("p/c.py", "a syntax error", 4, ("p.old",), "p.c"),
        UnreadFile("p/x.y.py", "a dot", None, ()),
    )
    assert analysis.files == 4


def test_external_packages_are_imports_if_they_are_asked_for() -> None:
    analysis = _build(tuple(MODULES), external=True)

    assert Import("json", 3, lazy=False) in analysis.imports["p.a"]


@pytest.mark.parametrize("external", [False, True])
def test_any_order_gives_the_same(external: bool) -> None:
    analyses = [_build(order, external=external) for order in permutations(MODULES)]

    def compare(analysis: Analysis) -> tuple[object, ...]:
        imports = analysis.deprecated_imports.resolve(("p.old",))
        fields = analysis._replace(deprecated_imports=analyses[0].deprecated_imports)
        return (*fields, imports)

    assert all(compare(analysis) == compare(analyses[0]) for analysis in analyses)


ABC = Discovery(
    roots=(),
    modules={name: Module(name, f"{name}.py", is_package=False) for name in ("a", "b", "c")},
    namespaces=frozenset(),
    unread=(),
)
ABC_IMPORTS = {name: (Import("a", line, lazy=False),) for line, name in enumerate("abc", start=1)}
ABC_ANALYSIS = AnalysisBuilder(ABC, AnalysisOptions(()), lambda _: None).build({})


def test_imports_come_sorted_in_whichever_order_modules_are_read() -> None:
    def read(publish: PublishImports) -> Analysis:
        for name in "cab":
            publish({name: ABC_IMPORTS[name]})
        return ABC_ANALYSIS

    running = RunningAnalysis(ABC, read)

    assert list(running.imports()) == [
        ("a", ABC_IMPORTS["a"]),
        ("b", ABC_IMPORTS["b"]),
        ("c", ABC_IMPORTS["c"]),
    ]
    assert running.result() is ABC_ANALYSIS


def test_imports_are_available_before_the_next_module_is_read() -> None:
    seen = threading.Event()

    def read(publish: PublishImports) -> Analysis:
        publish({"a": ABC_IMPORTS["a"]})
        assert seen.wait(10)
        publish({"b": ABC_IMPORTS["b"], "c": ABC_IMPORTS["c"]})
        return ABC_ANALYSIS

    names = []
    running = RunningAnalysis(ABC, read)
    for name, _ in running.imports():
        seen.set()
        names.append(name)

    assert names == ["a", "b", "c"]
    assert running.result() is ABC_ANALYSIS


def test_a_module_that_could_not_be_read_is_left_out() -> None:
    def read(publish: PublishImports) -> Analysis:
        publish({"a": ABC_IMPORTS["a"], "b": None, "c": ABC_IMPORTS["c"]})
        return ABC_ANALYSIS

    assert [name for name, _ in RunningAnalysis(ABC, read).imports()] == ["a", "c"]


def test_if_reading_fails_nobody_waits_and_result_raises_the_error() -> None:
    def read(publish: PublishImports) -> Analysis:
        publish({"a": ABC_IMPORTS["a"]})
        raise FileNotFoundError

    running = RunningAnalysis(ABC, read)

    assert [name for name, _ in running.imports()] == ["a"]
    with pytest.raises(FileNotFoundError):
        running.result()
