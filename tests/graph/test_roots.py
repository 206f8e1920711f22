"""Roots are found by their paths alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError
from archguard.graph.discovery import (
    Root,
    RootNotFoundError,
)
from tests.graph.conftest import list_paths

if TYPE_CHECKING:
    from tests.graph.conftest import Discover


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

    assert list_paths(discovery) == {"p.b": "p/b.py", "p.q.a": "p/q/a.py"}


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

    assert list_paths(discovery) == {
        "p": "p/__init__.py",
        "p.apps.b": "p/apps/b.py",
        "shop.a": "p/apps/shop/a.py",
    }
    assert [one.path for one in discovery.unread] == ["p/apps/shop/x.y.py"]


def test_notebooks_alone_make_no_root(find: Discover) -> None:
    discovery = find({"p/plot.ipynb": "{}", "src/p/a.py": ""}, ["p"])

    assert discovery.roots == (Root("p", "src/p"),)
