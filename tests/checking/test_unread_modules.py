"""Which modules the unread files of a tree are."""

from __future__ import annotations

import pytest

from archguard.checking.unread_modules import UnreadModules, find_unread_modules
from archguard.graph.analysis import AnalysisBuilder
from archguard.graph.discovery import Discovery, Module, Root
from archguard.graph.model import AnalysisOptions, UnreadFile

ROOTS = (Root("shop", "src/shop"), Root("tools", "tools.py"), Root("later", ""))


def _find(path: str, module: str | None = None) -> UnreadModules:
    modules = {"shop.a": Module("shop.a", "src/shop/a/__init__.py", is_package=True)}
    unread = (UnreadFile(path, "x", None, (), module),)
    discovery = Discovery(ROOTS, modules, frozenset(), ())
    analysis = AnalysisBuilder(discovery, AnalysisOptions(()), lambda _: None).build({})
    return find_unread_modules(analysis._replace(unread=unread))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/shop/u.py", "shop.u"),
        ("src/shop/sub/__init__.py", "shop.sub"),
        ("src/shop/sub/u.py", "shop.sub.u"),
        ("tools.py", "tools"),
    ],
)
def test_a_file_without_a_module_is_named_by_its_path(path: str, name: str) -> None:
    unread = _find(path)

    assert name in unread
    assert f"{name}.below" not in unread


def test_the_module_of_a_file_is_taken_as_it_is() -> None:
    assert _find("src/shop/u.py", "shop.u") == UnreadModules(frozenset({"shop.u"}))


def test_all_modules_below_an_unread_folder_are_unread() -> None:
    unread = _find("src/shop/sub")

    assert "shop.sub" in unread
    assert "shop.sub.deep.er" in unread
    assert "shop.subway" not in unread


@pytest.mark.parametrize("path", ["src/shop/a.py", "other/u.py", "u.py"])
def test_a_file_that_another_one_hides_or_that_is_below_no_root_is_none(path: str) -> None:
    assert _find(path) == UnreadModules(frozenset())
