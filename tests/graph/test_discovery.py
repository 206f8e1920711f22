"""Roots and modules are found by their paths alone."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.errors import SourceError
from archguard.graph.discovery import (
    AmbiguousRootError,
    Discovery,
    Root,
    RootNotFoundError,
    UnusableFile,
    discover,
)
from archguard.sources.git.commit import Commit
from archguard.sources.source import CYTHON, STUB, module_name
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Discover = Callable[..., Discovery]


@pytest.fixture(params=["working tree", "commit"])
def find(request: pytest.FixtureRequest, tmp_path: Path) -> Discover:
    """Discover some files through each kind of source."""

    def run(
        files: dict[str | bytes, str | bytes],
        roots: Sequence[str],
        source_roots: Sequence[str] = (),
        exclude: Sequence[str] = (),
    ) -> Discovery:
        write_files(tmp_path, files)
        if request.param == "working tree":
            return discover(WorkingTree(str(tmp_path)), roots, source_roots, exclude)
        commit_all(tmp_path)
        return discover(Commit.find(str(tmp_path), "HEAD"), roots, source_roots, exclude)

    return run


def _reasons(discovery: Discovery) -> dict[str, str]:
    return {file.path: file.reason for file in discovery.unread}


def _modules(discovery: Discovery) -> dict[str, str]:
    return {name: module.path for name, module in discovery.modules.items()}


def test_packages_and_modules_have_the_names_that_python_gives_them(find: Discover) -> None:
    discovery = find(
        {"p/__init__.py": "", "p/a.py": "", "p/q/__init__.py": "", "p/q/b.py": "", "x.py": ""}, ["p"]
    )

    assert _modules(discovery) == {
        "p": "p/__init__.py",
        "p.a": "p/a.py",
        "p.q": "p/q/__init__.py",
        "p.q.b": "p/q/b.py",
    }
    assert [name for name, module in discovery.modules.items() if module.is_package] == ["p", "p.q"]
    assert discovery.roots == (Root("p", "p"),)
    assert discovery.unread == ()


def test_folders_without_init_are_kept_and_known_as_namespaces(find: Discover) -> None:
    discovery = find({"p/a.py": "", "p/q/r/b.py": "", "p/s/__init__.py": "", "p/data/x.txt": ""}, ["p"])

    assert set(discovery.modules) == {"p.a", "p.q.r.b", "p.s"}
    assert discovery.namespaces == {"p", "p.q", "p.q.r"}


@pytest.mark.parametrize(
    ("files", "root", "path"),
    [
        ({"p/a.py": ""}, "p", "p"),
        ({"src/p/a.py": ""}, "p", "src/p"),
        ({"p.py": ""}, "p", "p.py"),
        ({"src/p.py": ""}, "p", "src/p.py"),
        ({"ns/p/a.py": ""}, "ns.p", "ns/p"),
        ({"ns/p.py": ""}, "ns.p", "ns/p.py"),
        ({"packages/core/src/p/a.py": ""}, "p", "packages/core/src/p"),
        ({"lib/p/a.py": "", ".venv/p/a.py": "", "node_modules/p/a.py": ""}, "p", "lib/p"),
        ({"p/readme.txt": "", "src/p/a.py": ""}, "p", "src/p"),
        ({"p/readme.txt": "", "q": ""}, "p", "p"),
        ({"p/a.py": "", "lib/p/a.py": ""}, "p", "p"),
        ({"lib/core/setup.py": "", "lib/core/core/a.py": ""}, "core", "lib/core/core"),
        ({"core/pyproject.toml": "", "core/src/core/a.py": ""}, "core", "core/src/core"),
        ({"core/pyproject.toml": "", "core/a.py": ""}, "core", "core"),
        ({"core/setup.py": "", "core/__init__.py": "", "x/core/__init__.py": ""}, "core", "core"),
        ({"p/__init__.py": "", "p.py": ""}, "p", "p"),
        ({"p/script.py": "", "p.py": ""}, "p", "p.py"),
        ({"p/script.py": "", "src/p/__init__.py": ""}, "p", "src/p"),
        ({"p/script.py": "", "libs/p/src/p/__init__.py": ""}, "p", "libs/p/src/p"),
    ],
)
def test_a_root_is_found_by_its_path(
    find: Discover, files: dict[str | bytes, str | bytes], root: str, path: str
) -> None:
    assert find(files, [root]).roots == (Root(root, path),)


def test_a_root_is_searched_four_folders_deep_and_no_deeper(find: Discover) -> None:
    with pytest.raises(RootNotFoundError):
        find({"a/b/c/d/e/p/m.py": ""}, ["p"])

    assert find({"a/b/c/d/p/m.py": ""}, ["p"]).roots == (Root("p", "a/b/c/d/p"),)


@pytest.mark.parametrize("above", ["", "lib/"])
@pytest.mark.parametrize(
    "folder", ["node_modules", "site-packages", "venv", "__pycache__", ".venv", ".hidden"]
)
def test_a_root_is_not_searched_in_folders_of_installed_or_generated_files(
    find: Discover, above: str, folder: str
) -> None:
    with pytest.raises(RootNotFoundError):
        find({f"{above}{folder}/p/m.py": ""}, ["p"])

    name = f"my{folder.strip('._')}"  # only the exact name is skipped
    assert find({f"{above}{name}/p/m.py": ""}, ["p"]).roots == (Root("p", f"{above}{name}/p"),)


@pytest.mark.parametrize("folder", ["lib/two", "./lib/two", "lib/two/", "lib/one/../two"])
def test_source_roots_say_where_to_look(find: Discover, folder: str) -> None:
    discovery = find({"lib/one/p/a.py": "", "lib/two/p/b.py": ""}, ["p"], [folder])

    assert set(discovery.modules) == {"p.b"}


def test_the_top_can_be_a_source_root(find: Discover) -> None:
    assert set(find({"p/a.py": "", "src/p/b.py": ""}, ["p"], ["src", "."]).modules) == {"p.a", "p.b"}
    assert set(find({}, ["p"], ["."]).modules) == {"p.a"}


@pytest.mark.parametrize("folder", ["..", "../other", "/etc", "lib/../.."])
def test_a_source_root_is_never_outside_the_tree(find: Discover, folder: str) -> None:
    with pytest.raises(SourceError, match=r"is not a folder below --root\.$"):
        find({"p/a.py": ""}, ["p"], [folder])


def test_a_root_that_does_not_exist_is_named_with_where_it_was_looked_for(find: Discover) -> None:
    with pytest.raises(SourceError) as caught:
        find({"p/a.py": ""}, ["p", "ns.gone"])

    assert str(caught.value) == (
        "root package 'ns.gone' does not exist: no folder ns/gone/ and no file ns/gone.py under --root, "
        "in src/ or in a folder up to 4 levels deep."
    )


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

    assert _modules(ordered)["tests.conftest"] == "y/tests/conftest.py"
    assert ordered.unread == (
        UnusableFile(
            "x/tests/conftest.py", "hidden by the module y/tests/conftest.py", "tests.conftest"
        ),
    )
    assert _modules(excluding) == _modules(ordered)
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


@pytest.mark.parametrize("source_roots", [(), ("a", "b")])
def test_a_root_below_another_one_can_be_in_another_folder(
    find: Discover, source_roots: tuple[str, ...]
) -> None:
    files = {"a/flow/core.py": "", "b/flow/providers/mail/__init__.py": "", "b/README": ""}

    discovery = find(files, ["flow", "flow.providers"], source_roots)

    assert set(discovery.modules) == {"flow.core", "flow.providers.mail"}


def test_a_place_inside_another_root_is_a_part_of_that_one(find: Discover) -> None:
    files = {"x/p/tests/__init__.py": "", "x/p/__init__.py": "", "y/tests/__init__.py": ""}

    discovery = find(files, ["p", "tests"])

    assert set(discovery.modules) == {"p", "p.tests", "tests"}


def test_excluded_files_are_left_out_and_named(find: Discover) -> None:
    files = {"p/a.py": "", "p/templates/b.py": "", "p/x_pb2.py": "", "q/c.py": ""}

    discovery = find(files, ["p"], (), ["p/templates", "*_pb2.py", "q"])

    assert set(discovery.modules) == {"p.a"}
    assert discovery.excluded == ("p/templates/b.py", "p/x_pb2.py")


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

        modules = {name: str(top / path) for name, path in _modules(discovery).items()}
        names = {module_name(f"merged_root/{path}")[0] for files in portions for path in files}
        assert modules == _import_all(sorted(names), [str(top / number) for number in folders])
        listed = {*_modules(discovery).values(), *(file.path for file in discovery.unread)}
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


@pytest.mark.parametrize("name", ["", "a b", "../p", "p.", ".p", "p/q", "1p"])
def test_a_name_that_no_module_can_have_is_refused(find: Discover, name: str) -> None:
    with pytest.raises(SourceError, match="is not a valid module name"):
        find({"p/a.py": ""}, [name])


def test_a_root_behind_a_link_is_not_followed(find: Discover) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        find({"real/p/a.py": "", "ns": "-> real"}, ["ns.p"])


def test_several_roots_are_one_universe(find: Discover) -> None:
    discovery = find({"p/a.py": "", "src/q/b.py": "", "r.py": ""}, ["p", "q", "r"])

    assert list(discovery.modules) == ["p.a", "q.b", "r"]


def test_a_root_within_another_is_read_once(find: Discover) -> None:
    discovery = find({"p/q/a.py": "", "p/b.py": ""}, ["p.q", "p"])

    assert _modules(discovery) == {"p.b": "p/b.py", "p.q.a": "p/q/a.py"}


def test_a_root_that_is_only_a_part_of_another_one_s_folder_is_no_root(find: Discover) -> None:
    files: dict[str | bytes, str | bytes] = {"p/__init__.py": "", "p/tests/__init__.py": ""}

    with pytest.raises(SourceError, match=r"'tests' exists only inside root package 'p' \(p/tests\)"):
        find(files, ["p", "tests"])


def test_a_file_is_one_module_by_the_nearest_of_the_roots_that_source_roots_name(
    find: Discover,
) -> None:
    files: dict[str | bytes, str | bytes] = {
        "p/__init__.py": "",
        "p/apps/shop/a.py": "",
        "p/apps/b.py": "",
    }
    files["p/apps/shop/x.y.py"] = ""

    discovery = find(files, ["p", "shop"], ["", "p/apps"])

    assert _modules(discovery) == {
        "p": "p/__init__.py",
        "p.apps.b": "p/apps/b.py",
        "shop.a": "p/apps/shop/a.py",
    }
    assert [one.path for one in discovery.unread] == ["p/apps/shop/x.y.py"]


def test_files_that_no_import_can_name_are_listed_with_the_reason(find: Discover) -> None:
    discovery = find(
        {
            "p/a.py": "",
            "p/x.y.py": "",
            "p/.py": "",
            "p/v1.2/a.py": "",
            "p/new\nline.py": "",
            "p/\x1b[31m.py": "",
            b"p/\xff.py": "",
            "p/with-hyphen.py": "",
            "p/class.py": "",
        },
        ["p"],
    )

    assert set(discovery.modules) == {"p.a", "p.with-hyphen", "p.class"}
    assert {one.path: one.reason for one in discovery.unread} == {
        "p/.py": "its name holds a dot, so it cannot be imported",
        "p/x.y.py": "its name holds a dot, so it cannot be imported",
        "p/v1.2/a.py": "a folder's name holds a dot, so it cannot be imported",
        "p/new\nline.py": "its name holds a control character",
        "p/\x1b[31m.py": "its name holds a control character",
        "p/\udcff.py": "its name is not UTF-8",
    }


def test_a_module_behind_a_package_of_its_name_is_listed(find: Discover) -> None:
    discovery = find({"p/a.py": "", "p/a/__init__.py": "", "p/a/b.py": ""}, ["p"])

    assert _modules(discovery) == {"p.a": "p/a/__init__.py", "p.a.b": "p/a/b.py"}
    assert discovery.unread == (UnusableFile("p/a.py", "hidden by the package p/a/", "p.a"),)


def test_the_order_of_the_file_system_changes_nothing(tmp_path: Path) -> None:
    names = [f"p/m{number}/x{number % 7}.py" for number in range(50)]
    both = []
    for folder, order in (("one", names), ("two", names[::-1])):
        write_files(tmp_path / folder, dict.fromkeys(order, ""))
        both.append(discover(WorkingTree(str(tmp_path / folder)), ["p"], ()))

    assert both[0] == both[1]
    assert list(both[0].modules) == list(both[1].modules) == sorted(both[0].modules)


def test_a_pipe_is_listed(tmp_path: Path) -> None:
    write_files(tmp_path, {"p/b.py": ""})
    os.mkfifo(tmp_path / "p" / "a.py")

    discovery = discover(WorkingTree(str(tmp_path)), ["p"], ())

    assert discovery.unread == (UnusableFile("p/a.py", "not a regular file", "p.a"),)


def test_a_window_module_is_a_module_unless_a_python_file_hides_it(find: Discover) -> None:
    discovery = find({"p/a.pyw": "", "p/b.pyw": "", "p/b.py": ""}, ["p"])

    assert _modules(discovery) == {"p.a": "p/a.pyw", "p.b": "p/b.py"}
    assert discovery.unread == (UnusableFile("p/b.pyw", "hidden by the module p/b.py", "p.b"),)


def test_modules_that_are_no_python_source_exist_and_are_read_by_nobody(find: Discover) -> None:
    discovery = find(
        {
            "p/__init__.py": "",
            "p/fast.pyx": "",
            "p/fast.pyi": "",
            "p/both.py": "",
            "p/both.pyi": "",
            "p/ext/built.cpython-311-x86_64-linux-gnu.so": "",
            "p/typed/__init__.pyi": "",
            "p/plot.ipynb": "{}",
        },
        ["p"],
    )

    assert discovery.foreign == {"p.fast", "p.ext.built", "p.typed"}
    assert discovery.namespaces == {"p.fast", "p.ext", "p.ext.built", "p.typed"}
    assert _modules(discovery) == {"p": "p/__init__.py", "p.both": "p/both.py"}
    assert [(file.path, file.name, file.is_package) for file in discovery.unread] == [
        ("p/both.pyi", "p.both", False),
        ("p/fast.pyi", "p.fast", False),
        ("p/fast.pyx", "p.fast", False),
        ("p/plot.ipynb", "p.plot", False),
        ("p/typed/__init__.pyi", "p.typed", True),
    ]


def test_notebooks_alone_make_no_root(find: Discover) -> None:
    discovery = find({"p/plot.ipynb": "{}", "src/p/a.py": ""}, ["p"])

    assert discovery.roots == (Root("p", "src/p"),)
