"""A child that is started early does the scanning; where there may be nothing to scan, there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError
from archguard.graph.analysis import analyse
from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning import workers
from archguard.graph.scanning.cache import Cache
from archguard.graph.scanning.early import children
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]


def test_a_child_that_was_started_early_does_the_scanning(
    write_tree: WriteTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, cache = write_tree({"shop/__init__.py": "import shop.a\n", "shop/a.py": ""}), Cache(None)
    started = children(cache, 2)
    monkeypatch.setattr(workers, "Child", None)  # no other can be started

    reading = analyse(
        WorkingTree(str(root)), AnalysisOptions(("shop",)), cache=cache, jobs=2, started=started
    )

    assert [one.imported for one in reading.result().imports["shop"]] == ["shop.a"]


def test_it_is_ended_where_a_root_does_not_exist(write_tree: WriteTree) -> None:
    source, cache = WorkingTree(str(write_tree({"shop/__init__.py": ""}))), Cache(None)
    (child,) = children(cache, 2)

    with pytest.raises(SourceError):
        analyse(source, AnalysisOptions(("none",)), cache=cache, jobs=2, started=(child,))

    assert child._process.poll() is not None


def test_none_is_started_where_something_is_known(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "cache"))
    cache.store("something", {})

    assert children(cache, 2) == ()
