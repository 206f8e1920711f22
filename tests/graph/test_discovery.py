"""Roots and modules are found by their paths alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError
from archguard.graph.discovery import Discovery, Root, RootNotFoundError, UnusableFile, discover
from archguard.sources.git.commit import Commit
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Discover = Callable[..., Discovery]


@pytest.fixture(params=["working tree", "commit"])
def find(request: pytest.FixtureRequest, tmp_path: Path) -> Discover:
    """Discover some files through each kind of source."""

    def run(
        files: dict[str | bytes, str | bytes], roots: Sequence[str], source_roots: Sequence[str] = ()
    ) -> Discovery:
        write_files(tmp_path, files)
        if request.param == "working tree":
            return discover(WorkingTree(str(tmp_path)), roots, source_roots)
        commit_all(tmp_path)
        return discover(Commit.find(str(tmp_path), "HEAD"), roots, source_roots)

    return run


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
    assert set(find({"p/a.py": "", "src/p/b.py": ""}, ["p"], ["src", "."]).modules) == {"p.b"}
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


def test_a_root_in_several_places_is_named_with_all_of_them(find: Discover) -> None:
    with pytest.raises(SourceError) as caught:
        find({"x/p/a.py": "", "y/p/a.py": ""}, ["p"])

    assert "'p' exists in several places (x/p, y/p)" in str(caught.value)


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
    assert discovery.unread == (UnusableFile("p/b.pyw", "hidden by p/b.py", "p.b"),)


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
