"""A root in several places is one package, as Python merges it."""

from __future__ import annotations

import importlib
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.discovery import (
    AmbiguousRootError,
    Discovery,
    Root,
    UnusableFile,
    discover,
)
from archguard.sources.source import CYTHON, STUB, module_name
from archguard.sources.working_tree import WorkingTree
from tests.graph.conftest import list_paths
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.graph.conftest import Discover


def _reasons(discovery: Discovery) -> dict[str, str]:
    return {file.path: file.reason for file in discovery.unread}


@pytest.mark.parametrize(
    "paths",
    [
        ["x/p/a.py", "y/p/a.py"],
        ["x/p/__init__.py", "y/p/__init__.py", "y/p/a.py"],
        ["p/__init__.py", "src/p/__init__.py"],
        ["x/p/a/__init__.py", "y/p/a.py"],
        ["x/p.py", "y/p/__init__.py"],
    ],
)
def test_two_files_of_one_module_are_named_with_what_to_do(find: Discover, paths: list[str]) -> None:
    with pytest.raises(AmbiguousRootError) as caught:
        find(dict.fromkeys(paths, ""), ["p"])

    assert "root package 'p' exists in several places (" in str(caught.value)
    assert f", and {paths[0]} and {paths[1]} would both be module p" in str(caught.value)
    for way_out in ("source_roots", "--root", "exclude"):
        assert way_out in str(caught.value)


def test_a_package_that_would_hide_other_projects_is_refused(find: Discover) -> None:
    files = {"scripts/n/__init__.py": "", "libs/a/n/x.py": "", "libs/b/n/y.py": ""}

    with pytest.raises(AmbiguousRootError) as caught:
        find(files, ["n"])

    assert ", and scripts/n/__init__.py would hide what is in libs/a/n, libs/b/n; " in str(caught.value)
    assert set(find({}, ["n"], (), ["scripts"]).modules) == {"n.x", "n.y"}


def test_source_roots_and_exclude_are_ways_out_of_two_files_of_one_module(find: Discover) -> None:
    files = {"x/tests/conftest.py": "", "y/tests/conftest.py": "", "y/tests/test_y.py": ""}

    ordered = find(files, ["tests"], ["y", "x"])
    excluding = find({}, ["tests"], (), ["x"])

    assert list_paths(ordered)["tests.conftest"] == "y/tests/conftest.py"
    assert ordered.unread == (
        UnusableFile(
            "x/tests/conftest.py", "hidden by the module y/tests/conftest.py", "tests.conftest"
        ),
    )
    assert list_paths(excluding) == list_paths(ordered)
    assert excluding.unread == ()


@pytest.mark.parametrize("source_roots", [(), ("libs/a", "libs/b"), ("libs/b", "libs/a")])
def test_the_portions_of_a_namespace_are_one_package(
    find: Discover, source_roots: tuple[str, ...]
) -> None:
    files = {"libs/a/n/x/__init__.py": "", "libs/b/n/y/m.py": "", "libs/b/n/z.py": ""}

    discovery = find(files, ["n"], source_roots)

    assert set(discovery.modules) == {"n.x", "n.y.m", "n.z"}
    assert discovery.namespaces == {"n", "n.y"}
    assert set(discovery.roots) == {Root("n", "libs/a/n"), Root("n", "libs/b/n")}


@pytest.mark.parametrize(
    "init",
    [
        "__path__ = __import__('pkgutil').extend_path(__path__, __name__)",
        "import pkg_resources\npkg_resources.declare_namespace(__name__)",
    ],
)
def test_an_init_file_can_make_a_namespace(find: Discover, init: str) -> None:
    files = {"a/n/__init__.py": init, "a/n/x.py": "", "b/n/__init__.py": init, "b/n/y.py": ""}

    discovery = find(files, ["n"])

    assert set(discovery.modules) == {"n", "n.x", "n.y"}
    assert discovery.unread == (
        UnusableFile("b/n/__init__.py", "hidden by the package a/n/", "n", is_package=True),
    )


def test_a_stub_in_a_hidden_place_makes_no_module_exist_and_one_beside_its_module_is_not_hidden(
    find: Discover,
) -> None:
    files = {"a/n/__init__.py": "", "a/n/x.py": "", "b/n/fast.pyx": "", "b/n/y.py": ""}

    hidden = find({**files, "a/n/seen.pyi": ""}, ["n"], ("a", "b"))
    namespace = find({"c/m/x.py": "", "d/m/x.pyi": "", "d/m/fast.pyx": "", "d/m/y.py": ""}, ["m"])

    assert hidden.foreign == {"n.seen"}
    assert _reasons(hidden)["b/n/fast.pyx"] == "hidden by the package a/n/"
    assert namespace.foreign == {"m.fast"}
    assert _reasons(namespace) == {"d/m/x.pyi": STUB, "d/m/fast.pyx": CYTHON}


def test_what_a_package_hides_is_listed(find: Discover) -> None:
    files = {"shop/deploy.py": "", "shop/tools/x.py": "", "src/shop/__init__.py": ""}

    discovery = find(files, ["shop"])

    assert set(discovery.modules) == {"shop"}
    assert discovery.roots == (Root("shop", "src/shop"),)
    assert {file.path: file.reason for file in discovery.unread} == {
        "shop/deploy.py": "hidden by the package src/shop/",
        "shop/tools/x.py": "hidden by the package src/shop/",
    }


_MERGING = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)"


_PORTION_FILES = ("__init__.py", "a.py", "a/__init__.py", "a/b.py", "c.py", "d/e.py", "d/f/g.py")


def _contents(path: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", _MERGING] if path.endswith("__init__.py") else [""])


_PORTION = st.sets(st.sampled_from(_PORTION_FILES), min_size=1).filter(
    lambda paths: not {"a.py", "a/b.py"} <= paths or "a/__init__.py" in paths
)


_PORTIONS = st.lists(
    _PORTION.flatmap(
        lambda paths: st.fixed_dictionaries({path: _contents(path) for path in sorted(paths)})
    ),
    min_size=2,
    max_size=3,
)


@given(_PORTIONS)
def test_portions_are_merged_as_python_merges_them(portions: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve()
        folders = [str(number) for number in range(len(portions))]
        for number, files in zip(folders, portions, strict=True):
            write_files(top, {f"{number}/merged_root/{path}": text for path, text in files.items()})

        discovery = discover(WorkingTree(folder), ["merged_root"], folders)

        modules = {name: str(top / path) for name, path in list_paths(discovery).items()}
        names = {module_name(f"merged_root/{path}")[0] for files in portions for path in files}
        assert modules == _import_all(sorted(names), [str(top / number) for number in folders])
        listed = {*list_paths(discovery).values(), *(file.path for file in discovery.unread)}
        assert len(listed) == sum(map(len, portions))


def _import_all(names: Sequence[str], path: list[str]) -> dict[str, str]:
    """Import modules, and return the files of those that Python finds."""
    files = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*path, *sys.path])
        patch.setattr(sys, "dont_write_bytecode", True)
        importlib.invalidate_caches()
        for name in names:
            with suppress(ImportError):
                file = importlib.import_module(name).__file__
                if file is not None:
                    files[name] = file
        for name in [name for name in sys.modules if name.partition(".")[0] == "merged_root"]:
            del sys.modules[name]
    return files
