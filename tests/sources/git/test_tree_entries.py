"""The listing of a tree counts the children of folders as changes of a tree do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.sources.git.commands import BlobReader
from archguard.sources.git.tree import GitTree
from archguard.sources.git.tree_entries import TreeEntries, count_children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archguard.sources.git.tree_entries import TreeEntry

FILE = ("100644", "1" * 40)


@pytest.mark.parametrize(
    ("paths", "counts"),
    [
        ([], {"": 0}),
        (["a"], {"": 1}),
        (["a", "b/c", "b/d/e/f", "b/d/g"], {"": 2, "b": 2, "b/d": 2, "b/d/e": 1}),
        (["x/y/z/a"], {"": 1, "x": 1, "x/y": 1, "x/y/z": 1}),
    ],
)
def test_files_and_folders_directly_inside_are_counted(paths: list[str], counts: dict[str, int]) -> None:
    assert count_children(paths) == counts


def test_a_listed_tree_equals_one_to_which_its_files_were_applied(tmp_path: Path) -> None:
    files: dict[str, TreeEntry] = {
        "a.py": FILE,
        "b/c.py": FILE,
        "b/d/e/f.txt": FILE,
        "link": ("120000", "2" * 40),
        "sub": ("160000", "3" * 40),
    }
    listed = GitTree(BlobReader(str(tmp_path)), files.items)
    applied = GitTree(BlobReader(str(tmp_path)))
    applied.apply(files.items())

    for tree in (listed, applied):
        tree.apply([("b/d/e/f.txt", None), ("new/g.py", FILE), ("link", FILE)])
    for tree in (listed, applied):
        assert tree.list_folders("") == ["b", "new"]
        assert tree.list_folders("b") == []
        assert tree.list_special_paths() == {"sub"}
        assert {path: tree.get_kind(path) for path in files} == {
            path: applied.get_kind(path) for path in files
        }


def test_the_files_are_listed_once_and_not_before_they_are_asked_for() -> None:
    calls = []

    def list_files() -> Iterator[tuple[str, TreeEntry]]:
        calls.append(1)
        yield "a.py", FILE

    listing = TreeEntries(list_files)
    assert not calls
    assert listing.files == {"a.py": FILE}
    assert listing.child_counts == {"": 1}
    assert listing.special_paths == set()
    assert calls == [1]
