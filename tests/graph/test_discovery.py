"""Modules are found by their paths alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.graph.discovery import (
    Root,
    UnusableFile,
    discover,
)
from archguard.sources.working_tree import WorkingTree
from tests.graph.conftest import list_paths
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph.conftest import Discover


def test_packages_and_modules_have_the_names_that_python_gives_them(find: Discover) -> None:
    discovery = find(
        {"p/__init__.py": "", "p/a.py": "", "p/q/__init__.py": "", "p/q/b.py": "", "x.py": ""}, ["p"]
    )

    assert list_paths(discovery) == {
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

    assert list_paths(discovery) == {"p.a": "p/a/__init__.py", "p.a.b": "p/a/b.py"}
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

    assert list_paths(discovery) == {"p.a": "p/a.pyw", "p.b": "p/b.py"}
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
    assert list_paths(discovery) == {"p": "p/__init__.py", "p.both": "p/both.py"}
    assert [(file.path, file.name, file.is_package) for file in discovery.unread] == [
        ("p/both.pyi", "p.both", False),
        ("p/fast.pyi", "p.fast", False),
        ("p/fast.pyx", "p.fast", False),
        ("p/plot.ipynb", "p.plot", False),
        ("p/typed/__init__.pyi", "p.typed", True),
    ]
