"""Audits of earlier runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archguard.consolidation.audit_cache import decode_audit, load_or_audit
from archguard.consolidation.audit_request import AuditedTree
from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from archguard.consolidation.audit_report import AuditReport
    from archguard.sources.source import Source

    WriteTree = Callable[[Mapping[str, str]], Path]

_TREE = {
    "shop/__init__.py": "",
    "shop/cart.py": "class Cart:\n    def run(self):\n        return 1\n",
    "shop/old.py": "from shop.cart import Cart\n\n\nclass OldCart:\n    def __init__(self):\n"
    "        self.cart = Cart()\n\n    def run(self):\n        return self.cart.run()\n",
    "shop/making.py": "from shop.cart import Cart, NoCart\n\n\ndef make() -> Cart: ...\n",
    "shop/other.py": "class Cart: pass\n",
    "shop/bad.py": "class Cart(:\n",
}
_OPTIONS = AnalysisOptions(("shop",))

pytestmark = pytest.mark.usefixtures("settled")


def _audit(source: Source, cache: Path, matches: tuple[str, ...] = ("*Cart",)) -> AuditReport:
    return load_or_audit(AuditedTree(source, _OPTIONS, matches), Cache(str(cache)), jobs=1)


def test_an_unchanged_tree_is_not_read_again(write_tree: WriteTree, tmp_path: Path) -> None:
    source = WorkingTree(str(write_tree(_TREE)))
    cache = Cache(str(tmp_path / "cache"))
    read: list[int] = []

    def audit(*matches: str) -> AuditReport:
        tree = AuditedTree(source, _OPTIONS, matches)
        read.append(0)
        return load_or_audit(tree, cache, jobs=1, progress=lambda done, _: read.append(done))

    first = audit("*Cart")
    audit("*Cart")  # the first time, a child process took the files for too new to be sure of them
    assert audit("*Cart") == first
    assert read[-1] == 0
    audit("*")  # another question
    assert read[-1] == len(_TREE)


def test_a_changed_tree_is(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(_TREE)
    _audit(WorkingTree(str(root)), tmp_path / "cache")
    first = _audit(WorkingTree(str(root)), tmp_path / "cache")
    (root / "shop" / "other.py").write_text("class Wheel: pass\n")

    second = _audit(WorkingTree(str(root)), tmp_path / "cache")

    assert second.counts.statements == first.counts.statements - 1


def test_a_commit_is_not_read_again(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(_TREE)
    commit_all(root)
    first = _audit(open_source(str(root), "HEAD"), tmp_path / "cache")
    cached = sorted(file.stat().st_mtime_ns for file in (tmp_path / "cache").iterdir())

    assert _audit(open_source(str(root), "HEAD"), tmp_path / "cache") == first
    assert sorted(file.stat().st_mtime_ns for file in (tmp_path / "cache").iterdir()) == cached


def test_an_audit_is_the_same_when_it_is_read_back(write_tree: WriteTree, tmp_path: Path) -> None:
    report = _audit(WorkingTree(str(write_tree(_TREE))), tmp_path / "cache")

    assert report.families
    assert report.bindings
    assert report.impostors
    assert report.factories
    assert report.missing
    assert report.coverage.unread
    assert decode_audit(json.loads(json.dumps(report._asdict()))) == report
