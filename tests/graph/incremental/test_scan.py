"""Every version is scanned once, if children die and after interrupted runs, too."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from archguard.graph.discovery import Module
from archguard.graph.incremental import scan
from archguard.graph.incremental.discovery import ModuleVersion
from archguard.graph.incremental.scan import IncrementalScan, version_key
from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning import pool
from archguard.graph.scanning.cache import Cache
from archguard.graph.scanning.workers import CRASHED
from archguard.sources.git.history import BlobSource
from tests.graph.scanning.test_workers import DEADLY
from tests.sources.trees import git

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from archguard.sources.source import Unreadable
    from tests.history.histories import History


OPTIONS = AnalysisOptions(root_packages=("p",), deprecated=("p.old",))


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module each, two at once."""
    for limit in ("_BATCH_SIZE", "_FEW_MODULES"):
        monkeypatch.setattr(pool, limit, 1)


class WatchedBlobs(BlobSource):
    """Blobs that record which threads read them."""

    def __init__(self, git_dir: str) -> None:
        super().__init__(git_dir)
        self.readers: set[int] = set()

    def read(self, paths: Sequence[str], limit: int = 10_000_000) -> Iterator[bytes | Unreadable]:
        self.readers.add(threading.get_ident())
        yield from super().read(paths, limit)


def _store(history: History, sources: Sequence[str]) -> list[ModuleVersion]:
    """Commit a module of each source, and return their versions."""
    history.commit({f"p/m{number}.py": source for number, source in enumerate(sources)})
    return [
        ModuleVersion(
            Module(f"p.m{number}", f"p/m{number}.py", is_package=False),
            git(history.root, "rev-parse", f"main:p/m{number}.py"),
        )
        for number in range(len(sources))
    ]


def _scan(
    history: History, folder: Path | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[IncrementalScan, WatchedBlobs]:
    blobs = WatchedBlobs(str(history.root / ".git"))
    cache = Cache(None if folder is None else str(folder))
    return IncrementalScan(blobs, OPTIONS, cache=cache, jobs=2, progress=progress), blobs


def test_texts_that_kill_two_children_at_once_are_searched_in_one_thread(history: History) -> None:
    sources = [f"import p.old\nx{number} = {DEADLY}" for number in range(6)]
    versions = _store(history, [*sources, "import p.old\n"])
    incremental, blobs = _scan(history)

    incremental.scan(versions)

    for version in versions[:-1]:
        result = incremental.results[version_key(version)]
        assert (result.reason, result.names) == (CRASHED, (("p.old", False),))
    assert [one[0] for one in incremental.results[version_key(versions[-1])].imports] == ["p.old"]
    assert blobs.readers == {threading.get_ident()}  # one `git cat-file` cannot answer two at once


def test_what_an_interrupted_run_kept_is_joined_by_the_next(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "_MIN_PART_SIZE", 1)
    versions = _store(history, [f"import p.m{number}\n" for number in range(5)])
    folder = tmp_path / "cache"

    def interrupt(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    interrupted, _ = _scan(history, folder, interrupt)
    with pytest.raises(KeyboardInterrupt):
        interrupted.scan(versions)
    assert len(list(folder.iterdir())) == 3
    known = [one for one in versions if version_key(one) in interrupted.results]
    second, _ = _scan(history, folder)
    second.scan(known)

    assert [path.name.count("-") for path in folder.iterdir()] == [0]
    third, _ = _scan(history, folder)
    third.scan(versions)
    assert third.results | second.results == third.results
    assert set(third.results) == set(map(version_key, versions))


def test_a_long_history_has_no_more_parts_than_the_cache_keeps(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "_MIN_PART_SIZE", 1)
    monkeypatch.setattr(scan, "_MAX_PARTS", 3)
    most_parts = 0

    def count(done: int, total: int) -> None:
        nonlocal most_parts
        most_parts = max(most_parts, len(list(folder.glob("*"))))

    folder = tmp_path / "cache"
    versions = _store(history, [f"x = {number}\n" for number in range(12)])
    counting, _ = _scan(history, folder, count)

    counting.scan(versions)

    assert most_parts == 3
