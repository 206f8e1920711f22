"""The text of files that are not scanned: the names in it, or that nobody knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.graph.discovery import Module, UnusableFile
from archguard.graph.model import ScanResult
from archguard.graph.parsing.references import ReferenceFinder
from archguard.graph.scanning.text_search import search_deadly, search_unusable
from archguard.sources.source import LINK_TO_NOTHING
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path

FINDER = ReferenceFinder(["shop.old"])
NAMES = (("shop.old", False),)
DEADLY = Module("shop.a", "shop/a.py", is_package=False)


@pytest.mark.parametrize(
    ("content", "result"),
    [
        ("import shop.old\n", ScanResult(reason="hidden", names=NAMES)),
        ("import shop.new\n", ScanResult(reason="hidden")),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n",
            ScanResult(reason="a Git LFS pointer: the file's content is not here", unknown=True),
        ),
    ],
)
def test_a_file_that_cannot_be_a_module(tmp_path: Path, content: str, result: ScanResult) -> None:
    write_files(tmp_path, {"shop/a.py": content})
    file = UnusableFile("shop/a.py", "hidden")

    assert search_unusable(file, WorkingTree(str(tmp_path)), FINDER, "shop/a.py") == result


@pytest.mark.parametrize("name", ["shop/gone.py", None])
def test_a_file_without_a_content(tmp_path: Path, name: str | None) -> None:
    source = WorkingTree(str(tmp_path))
    submodule, link = UnusableFile("shop/x", "a submodule"), UnusableFile("shop/x.py", LINK_TO_NOTHING)

    assert search_unusable(submodule, source, FINDER, name) == ScanResult(
        reason="a submodule", unknown=True
    )
    assert search_unusable(link, source, FINDER, name) == ScanResult(reason=LINK_TO_NOTHING)


def test_a_module_that_killed_its_child_is_searched(tmp_path: Path) -> None:
    write_files(tmp_path, {"shop/a.py": "import shop.old\n"})

    result = search_deadly(DEADLY, "it crashed", WorkingTree(str(tmp_path)), FINDER)

    assert result == ScanResult(reason="it crashed", names=NAMES)


def test_a_large_one_that_killed_its_child_is_unknown_because_it_is_large(tmp_path: Path) -> None:
    write_files(tmp_path, {"shop/a.py": "import shop.old\n" + "#" * 10_000_000})

    result = search_deadly(DEADLY, "it crashed", WorkingTree(str(tmp_path)), FINDER)

    assert result == ScanResult(reason="larger than 10 MB", unknown=True)


def test_one_that_has_gone_meanwhile_is_unknown(tmp_path: Path) -> None:
    result = search_deadly(DEADLY, "it crashed", WorkingTree(str(tmp_path)), FINDER)

    assert result == ScanResult(reason="it crashed", unknown=True)
