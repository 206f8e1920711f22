"""What both sources promise: the same assertions on a working tree and on a commit of the same files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.sources.git.commit import Commit
from archguard.sources.open import open_source, reopen
from archguard.sources.source import (
    COMPILED,
    CYTHON,
    LINK_OUT,
    LINK_TO_FOLDER,
    LINK_TO_NOTHING,
    NOTEBOOK,
    SCRIPT,
    STUB,
    FileEntry,
    PathKind,
    Source,
    Unreadable,
    is_python_file,
    may_be_importable,
    module_file,
    module_name,
    package_folder,
    place_name,
)
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeSource = Callable[[Mapping[str | bytes, str | bytes]], Source]


@pytest.fixture(params=["working tree", "commit", "bare repository", "sub-folder of a commit"])
def make_source(request: pytest.FixtureRequest, tmp_path: Path) -> MakeSource:
    """Return a function that makes a source of some files, for each kind of source."""

    def make(files: Mapping[str | bytes, str | bytes]) -> Source:
        (tmp_path / "outside.py").write_text("SECRET = 1\n")
        root = tmp_path / "whole" / "tree"
        root.mkdir(parents=True)
        write_files(root, files)
        if request.param == "working tree":
            return WorkingTree(str(root))
        if request.param == "sub-folder of a commit":
            write_files(root.parent, {"outside.py": "SECRET = 1\n", "beside/x.py": ""})
            commit_all(root.parent)
            return Commit.find(str(root), "HEAD")
        commit_all(root)
        if request.param == "bare repository":
            git(tmp_path, "clone", "--quiet", "--bare", str(root), "bare.git")
            return Commit.find(str(tmp_path / "bare.git"), "main")
        return Commit.find(str(root), "HEAD")

    return make


@pytest.mark.parametrize(
    ("path", "package", "name", "is_package"),
    [
        ("p/a.py", "", "p.a", False),
        ("p/q/__init__.py", "", "p.q", True),
        ("a.py", "ns.p", "ns.p.a", False),
        ("__init__.py", "ns.p", "ns.p", True),
        ("my__init__.py", "p", "p.my__init__", False),
        ("a.pyi", "p", "p.a.pyi", False),
    ],
)
def test_a_path_tells_the_name_of_its_module(
    path: str, package: str, name: str, is_package: bool
) -> None:
    assert module_name(path, package) == (name, is_package)


@pytest.mark.parametrize(
    ("path", "name", "is_package"),
    [
        ("a.pyi", "p.a", False),
        ("q/__init__.pyi", "p.q", True),
        ("__init__.pyx", "p", True),
        ("q/a.cpython-311-x86_64-linux-gnu.so", "p.q.a", False),
        ("a.abi3.so", "p.a", False),
        ("a.cp311-win_amd64.pyd", "p.a", False),
        ("a.backup.pyi", "p.a.backup", False),
        ("bin/run", "p.bin.run", False),
        (".hidden", "p..hidden", False),
    ],
)
def test_a_file_that_is_not_analysed_has_the_place_of_a_module(
    path: str, name: str, is_package: bool
) -> None:
    assert place_name(path, "p") == (name, is_package)


@pytest.mark.parametrize("is_package", [False, True])
def test_the_file_of_a_module_has_the_name_of_that_module(is_package: bool) -> None:
    assert module_name(module_file("ns.p.a", is_package=is_package)) == ("ns.p.a", is_package)
    assert module_file("ns.p.a", is_package=is_package).startswith(package_folder("ns.p"))


@pytest.mark.parametrize(
    ("path", "is_python", "is_importable"),
    [
        ("p/a.py", True, True),
        ("p/a.pyw", True, True),
        ("p/a.pyi", False, False),
        ("p/a b.py", True, True),
        ("p/a", False, True),
        ("p.py/a", False, True),
        ("p/a-b", False, False),
        ("p/a.pyc", False, False),
        ("p/a.txt", False, False),
    ],
)
def test_the_name_tells_python_files_and_what_could_be_imported(
    path: str, is_python: bool, is_importable: bool
) -> None:
    assert is_python_file(path) is is_python_file(path.encode()) is is_python
    assert may_be_importable(path) is is_importable


def _entries(source: Source, folder: str = "") -> list[FileEntry]:
    return sorted(source.find_python_files(folder), key=lambda entry: entry.path)


def test_every_python_file_below_a_folder_is_an_entry_and_nothing_else_is(
    make_source: MakeSource,
) -> None:
    source = make_source(
        {"p/a.py": "", "p/q/b.py": "", "p/readme.txt": "", "p/a.pyc": "", "px/c.py": "", "d.py": ""}
    )

    assert _entries(source, "p") == [FileEntry("p/a.py"), FileEntry("p/q/b.py")]
    assert [entry.path for entry in _entries(source)] == ["d.py", "p/a.py", "p/q/b.py", "px/c.py"]


def test_other_files_that_hold_python_are_entries_with_the_reason_why_they_are_not_analysed(
    make_source: MakeSource,
) -> None:
    code = "import p.old\n"
    source = make_source(
        {
            "p/stub.pyi": code,
            "p/fast.pyx": code,
            "p/fast.pxd": code,
            "p/plot.ipynb": "{}",
            "p/fast.cpython-311-x86_64-linux-gnu.so": b"\x7fELF",
            "p/window.pyw": code,
            "p/run": f"#!/usr/bin/env python3\n{code}",
            "p/serve.wsgi": f"#! /opt/pypy/bin/pypy\n{code}",
            "p/tool.script": f"#!/usr/bin/env -S uv run --script\n{code}",
            "p/shell": "#!/bin/sh\necho python\n",
            "p/shell.sh": "#!/usr/bin/python3\n",
            "p/not_executable": code,
            "p/link.pyi": "-> stub.pyi",
            "p/link.ipynb": "-> nowhere",
            "p/notes.txt": code,
        }
    )

    assert {entry.path: entry.unread for entry in _entries(source)} == {
        "p/fast.cpython-311-x86_64-linux-gnu.so": COMPILED,
        "p/fast.pxd": CYTHON,
        "p/fast.pyx": CYTHON,
        "p/link.pyi": STUB,
        "p/plot.ipynb": NOTEBOOK,
        "p/run": SCRIPT,
        "p/serve.wsgi": SCRIPT,
        "p/stub.pyi": STUB,
        "p/tool.script": SCRIPT,
        "p/window.pyw": None,
    }


def test_a_folder_without_a_module_holds_no_python(make_source: MakeSource) -> None:
    source = make_source({"docs/plot.ipynb": "{}", "docs/run": "#!/usr/bin/python3\n", "p/a.py": ""})

    assert source.holds_python("p")
    assert not source.holds_python("docs")


def test_kind_tells_files_from_folders_and_from_nothing(make_source: MakeSource) -> None:
    source = make_source({"p/a.py": "", "link.py": "-> p/a.py", "q": "-> p"})

    assert source.get_kind("p") is PathKind.FOLDER
    assert source.get_kind("p/a.py") is PathKind.FILE
    assert source.get_kind("link.py") is PathKind.FILE
    assert source.get_kind("q") is PathKind.OTHER
    assert source.get_kind("p/b.py") is None


def test_nothing_stands_behind_a_link_to_a_folder(make_source: MakeSource) -> None:
    source = make_source({"p/a.py": "", "q": "-> p"})

    assert source.get_kind("q/a.py") is None


def test_folders_are_those_directly_inside_sorted(make_source: MakeSource) -> None:
    source = make_source({"z/a.py": "", "b/c/d/e.py": "", "f.py": "", "l": "-> z"})

    assert source.list_folders("") == ["b", "z"]
    assert source.list_folders("b") == ["c"]
    assert source.list_folders("b/c/d") == []
    assert source.list_folders("none") == []


def test_contents_come_in_the_order_asked_for(make_source: MakeSource) -> None:
    source = make_source({"a.py": "a = 1\r\n", "b.py": b"\xff\x00", "empty.py": ""})

    assert list(source.read(["b.py", "a.py", "empty.py", "b.py"])) == [
        b"\xff\x00",
        b"a = 1\r\n",
        b"",
        b"\xff\x00",
    ]


def test_more_files_than_one_request_holds_are_read(make_source: MakeSource) -> None:
    source = make_source({f"m{number}.py": f"x = {number}\n" for number in range(600)})

    contents = list(source.read([f"m{number}.py" for number in range(600)]))

    assert contents == [f"x = {number}\n".encode() for number in range(600)]


def test_a_read_that_is_given_up_does_not_confuse_the_next(make_source: MakeSource) -> None:
    source = make_source({"a.py": "a\n", "b.py": "b\n", "c.py": "c\n"})

    given_up = source.read(["a.py", "b.py"])
    assert next(iter(given_up)) == b"a\n"
    del given_up

    assert list(source.read(["c.py"])) == [b"c\n"]


def test_a_read_within_a_read_does_not_disturb_it(make_source: MakeSource) -> None:
    source = make_source({"a.py": "a\n", "b.py": "b\n", "c.py": "c\n", "link.py": "-> c.py"})

    inner: list[object] = []
    outer: list[object] = []
    for content in source.read(["a.py", "link.py", "b.py"]):
        outer.append(content)
        inner += source.read(["c.py"])
        inner += source.fingerprints(["link.py"])

    assert outer == [b"a\n", b"c\n", b"b\n"]
    assert inner == [b"c\n", source.fingerprint("c.py", b"c\n")] * 3


def test_a_file_above_the_limit_is_not_read_but_named(make_source: MakeSource) -> None:
    source = make_source({"a.py": "x" * 101, "b.py": "x" * 100})

    large, small = source.read(["a.py", "b.py"], limit=100)

    assert isinstance(large, Unreadable)
    assert large.reason.startswith("larger than")
    assert small == b"x" * 100


def test_a_link_to_a_file_inside_is_read_as_that_file(make_source: MakeSource) -> None:
    source = make_source(
        {
            "p/a.py": "a\n",
            "l.py": "-> p/a.py",
            "p/up.py": "-> ../p/./a.py",
            "d": "-> p",
            "two.py": "-> d/up.py",
        }
    )

    assert list(source.read(["l.py", "p/up.py", "two.py"])) == [b"a\n"] * 3
    assert FileEntry("two.py") in _entries(source)


def test_a_link_out_of_the_tree_is_listed_and_never_followed(make_source: MakeSource) -> None:
    source = make_source(
        {
            "p/a.py": "",
            "out.py": "-> ../../outside.py",
            "beside.py": "-> ../outside.py",
            "absolute.py": "-> /etc/passwd",
            "folder": "-> ../..",
            "p/up": "-> ../../../..",
        }
    )

    assert _entries(source) == [
        FileEntry("absolute.py", LINK_OUT),
        FileEntry("beside.py", LINK_OUT),
        FileEntry("folder", LINK_OUT),
        FileEntry("out.py", LINK_OUT),
        FileEntry("p/a.py"),
        FileEntry("p/up", LINK_OUT),
    ]
    assert all(isinstance(c, Unreadable) for c in source.read(["out.py", "beside.py", "absolute.py"]))
    assert list(source.fingerprints(["out.py"])) == [None]


def test_links_to_the_tree_itself_are_listed_and_end(make_source: MakeSource) -> None:
    source = make_source({"p/a.py": "", "p/one": "-> .", "p/two": "-> .", "p/up": "-> .."})

    assert _entries(source) == [
        FileEntry("p/a.py"),
        FileEntry("p/one", LINK_TO_FOLDER),
        FileEntry("p/two", LINK_TO_FOLDER),
        FileEntry("p/up", LINK_TO_FOLDER),
    ]


def test_a_link_to_a_folder_counts_only_if_python_could_be_imported_through_it(
    make_source: MakeSource,
) -> None:
    source = make_source(
        {"p/a.py": "", "docs/x.txt": "", "manual": "-> docs", "not-a-name": "-> p", "name": "-> p"}
    )

    assert _entries(source) == [FileEntry("name", LINK_TO_FOLDER), FileEntry("p/a.py")]


def test_links_that_lead_nowhere_are_listed_if_they_look_like_modules(make_source: MakeSource) -> None:
    source = make_source(
        {
            "a.py": "-> b.py",
            "b.py": "-> a.py",
            "dangling.py": "-> gone.py",
            "data": "-> gone",
            "self.py": "-> self.py",
            "z/loop": "-> loop",
            "z/x.py": "",
        }
    )

    assert _entries(source) == [
        FileEntry("a.py", LINK_TO_NOTHING),
        FileEntry("b.py", LINK_TO_NOTHING),
        FileEntry("dangling.py", LINK_TO_NOTHING),
        FileEntry("self.py", LINK_TO_NOTHING),
        FileEntry("z/x.py"),
    ]
    assert all(isinstance(content, Unreadable) for content in source.read(["a.py", "dangling.py"]))
    assert source.get_kind("a.py") is PathKind.OTHER


def test_names_that_are_no_text_and_names_with_control_characters_come_through(
    make_source: MakeSource,
) -> None:
    source = make_source({b"p/\xff\xfe.py": "a\n", "p/new\nline.py": "b\n", "p/\x1b[31m.py": "c\n"})

    paths = sorted(entry.path for entry in source.find_python_files("p"))

    assert paths == ["p/\x1b[31m.py", "p/new\nline.py", "p/\udcff\udcfe.py"]
    assert list(source.read(paths)) == [b"c\n", b"b\n", b"a\n"]


def test_equal_contents_have_equal_fingerprints_and_others_have_others(make_source: MakeSource) -> None:
    source = make_source({"a.py": "a\n", "b.py": "b\n", "c.py": "a\n"})

    first, second, third, missing = source.fingerprints(["a.py", "b.py", "c.py", "gone.py"])

    assert first == third != second
    assert missing is None
    assert first == source.fingerprint("a.py", b"a\n")


def test_another_process_can_open_the_same_source(make_source: MakeSource) -> None:
    source = make_source({"p/a.py": "a\n"})

    again = reopen(source.spec())

    assert again.spec() == source.spec()
    assert list(again.read(["p/a.py"])) == [b"a\n"]


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    for rev in (None, "HEAD"):
        with pytest.raises(Exception, match=r"^--root .*nowhere: there is no such folder\.$"):
            open_source(str(tmp_path / "nowhere"), rev)
