"""Fingerprints of files: an unchanged stamp saves reading a file, and never hides a change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from archguard.graph.scanning.cache import Cache
from archguard.graph.scanning.daemon_threads import DaemonThreads
from archguard.graph.scanning.fingerprints import Fingerprints
from archguard.sources import working_tree
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

FILES = {"a.py": "import one\n", "b.py": "import two\n"}


class RecordingTree(WorkingTree):
    """A working tree that records which files were read."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.was_read: list[str] = []

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        self.was_read += paths
        return super().fingerprints(paths)


def _run(
    root: Path, cache: Path, paths: Sequence[str] = tuple(FILES)
) -> tuple[list[str | None], list[str]]:
    """The fingerprints, and which files were read for them."""
    source = RecordingTree(str(root))
    fingerprints = Fingerprints(source, Cache(str(cache)))
    stamps = dict(zip(paths, source.stamps(paths), strict=True))
    by_path = fingerprints.compute(stamps, None, DaemonThreads(1))
    fingerprints.store()
    return [by_path[path] for path in paths], source.was_read


def _fingerprints(root: Path) -> list[str | None]:
    return list(WorkingTree(str(root)).fingerprints(tuple(FILES)))


def _change_unseen(file: Path) -> None:
    """Write another content of the same size, and set the old modification time again."""
    before = file.stat()
    file.write_text(file.read_text().replace("one", "six"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


@pytest.mark.usefixtures("settled")
def test_a_file_that_was_left_alone_is_not_read_again(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(FILES)

    assert _run(root, tmp_path / "cache") == (_fingerprints(root), ["a.py", "b.py"])
    assert _run(root, tmp_path / "cache") == (_fingerprints(root), [])


@pytest.mark.usefixtures("settled")
def test_a_change_of_the_same_size_and_time_is_seen(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(FILES)
    _run(root, tmp_path / "cache")

    _change_unseen(root / "a.py")

    assert _run(root, tmp_path / "cache") == (_fingerprints(root), ["a.py"])
    assert _run(root, tmp_path / "cache") == (_fingerprints(root), [])


@pytest.mark.usefixtures("settled")
def test_another_file_in_its_place_is_seen(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(FILES)
    _run(root, tmp_path / "cache")
    (root / "b.py").unlink()
    (root / "a.py").rename(root / "b.py")

    assert _run(root, tmp_path / "cache") == (_fingerprints(root), ["a.py", "b.py"])


def test_a_file_that_was_just_written_is_read_every_time(
    write_tree: WriteTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_tree, "RACY_NANOSECONDS", 3_600 * 10**9)  # however slow the machine is
    root = write_tree(FILES)
    _run(root, tmp_path / "cache")

    assert _run(root, tmp_path / "cache") == (_fingerprints(root), ["a.py", "b.py"])


@pytest.mark.usefixtures("settled")
def test_a_link_is_read_every_time(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree({"a.py": "import one\n", "c.py": ""})
    (root / "b.py").symlink_to("c.py")
    _run(root, tmp_path / "cache")
    (root / "c.py").write_text("import three\n")

    assert _run(root, tmp_path / "cache") == (_fingerprints(root), ["b.py"])


@pytest.mark.usefixtures("settled")
def test_what_one_tree_keeps_says_nothing_of_another(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(FILES)
    other = tmp_path / "other"
    other.mkdir()
    for path in FILES:  # the same files by another name, so the same stamps
        os.link(root / path, other / path)
    _run(root, tmp_path / "cache")

    assert _run(other, tmp_path / "cache") == (_fingerprints(other), ["a.py", "b.py"])


@pytest.mark.usefixtures("settled")
def test_kept_stamps_that_somebody_wrote_are_not_believed(write_tree: WriteTree, tmp_path: Path) -> None:
    root, cache = write_tree(FILES), tmp_path / "cache"
    _run(root, cache)
    (file,) = cache.iterdir()
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    assert _run(root, cache) == (_fingerprints(root), ["a.py", "b.py"])
