"""Which modules the unread files of a tree are."""

from __future__ import annotations

import pytest

from archguard.checking.unread_modules import UnreadModules, find_unread_modules
from archguard.graph.analysis import AnalysisBuilder
from archguard.graph.discovery import Discovery, Module, Root
from archguard.graph.model import AnalysisOptions, UnreadFile
from archguard.sources.source import CYTHON, EXECUTABLE_FILE, NOTEBOOK, SCRIPT, STUB

ROOTS = (Root("shop", "src/shop"), Root("tools", "tools.py"), Root("later", ""))


def _find(file: UnreadFile, foreign: frozenset[str] = frozenset()) -> UnreadModules:
    modules = {"shop.a": Module("shop.a", "src/shop/a/__init__.py", is_package=True)}
    discovery = Discovery(ROOTS, modules, foreign, (), foreign=foreign)
    analysis = AnalysisBuilder(discovery, AnalysisOptions(()), lambda _: None).build({})
    return find_unread_modules(analysis._replace(unread=(file,)))


def _place(path: str, place: str, reason: str = "x") -> UnreadFile:
    return UnreadFile(path, reason, None, (), place=place)


@pytest.mark.parametrize(
    ("path", "name"), [("src/shop/sub/__init__.py", "shop.sub"), ("tools.py", "tools")]
)
def test_a_file_without_a_module_is_named_by_its_place(path: str, name: str) -> None:
    unread = _find(_place(path, name))

    assert name in unread
    assert f"{name}.below" not in unread


def test_the_module_of_a_file_is_taken_as_it_is() -> None:
    file = UnreadFile("src/shop/u.py", "x", None, (), "shop.u")

    assert _find(file) == UnreadModules(frozenset({"shop.u"}))


def test_all_modules_below_an_unread_folder_are_unread() -> None:
    unread = _find(_place("src/shop/sub", "shop.sub"))

    assert "shop.sub" in unread
    assert "shop.sub.deep.er" in unread
    assert "shop.subway" not in unread


def test_a_file_that_another_one_hides_is_none() -> None:
    assert _find(_place("src/shop/a.py", "shop.a")) == UnreadModules(frozenset())


@pytest.mark.parametrize(("path", "reason"), [("plot.ipynb", NOTEBOOK), ("plot", SCRIPT)])
def test_a_notebook_or_script_is_none(path: str, reason: str) -> None:
    assert _find(_place(f"src/shop/{path}", "shop.plot", reason)) == UnreadModules(frozenset())


@pytest.mark.parametrize(("suffix", "reason"), [("pyi", STUB), ("pyx", CYTHON)])
def test_a_module_that_is_no_python_source_is_unread_and_no_folder(suffix: str, reason: str) -> None:
    unread = _find(_place(f"src/shop/fast.{suffix}", "shop.fast", reason), frozenset({"shop.fast"}))

    assert unread == UnreadModules(frozenset({"shop.fast"}))


@pytest.mark.parametrize("path", ["x.pyi", "lost"])
def test_a_file_without_a_known_text_is_no_folder(path: str) -> None:
    unread = _find(_place(f"src/shop/{path}", "shop.lost", f"{EXECUTABLE_FILE}: it is missing"))

    assert unread == UnreadModules(frozenset({"shop.lost"}))
