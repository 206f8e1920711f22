"""A base whose violations are inferred from the tree's, without judging all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from archguard.checking.pipeline import CheckRequest, check, scan_options
from archguard.configuration import parse_configuration
from archguard.graph.discovery import discover
from archguard.graph.scanning.cache import Cache
from archguard.graph.tree_state import FoundModules
from archguard.ratchet import inferred_base, judgement
from archguard.ratchet.base import open_base
from archguard.ratchet.inferred_base import infer_base_report
from archguard.ratchet.judgement import judge, judge_base
from archguard.sources import working_tree
from archguard.sources.git import commands
from archguard.sources.git.commit import Commit
from archguard.sources.git.work_tree import list_differences
from archguard.sources.open import open_source
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archguard.checking.report import Report
    from archguard.ratchet.base import Base
    from archguard.ratchet.judgement import Judgement

COMMENTED = "# archguard: allow[one-cart]: it may\n"
GHOST = SESSION + CONTRACT.replace("shop.legacy", "shop.gone")
ALLOWED = SHOP["pyproject.toml"] + 'allowed_importers = ["shop.order -> shop.legacy"]\n'
WILDCARD = SHOP["pyproject.toml"] + 'allowed_importers = ["shop.* -> shop.legacy"]\n'
KINDS = SHOP["pyproject.toml"] + 'kinds = ["top-level"]\n'
STRINGS = SHOP["pyproject.toml"] + "count_references = true\n"
OTHER_TYPE = (
    SHOP["pyproject.toml"]
    + '[[tool.importlinter.contracts]]\nid = "f"\nname = "F"\ntype = "forbidden"\n'
    + 'source_modules = ["shop.page"]\nforbidden_modules = ["shop.order"]\n'
)
LEAVES: dict[str, dict[str, str | None]] = {
    "another line": {"shop/page.py": "x = 1\n"},
    "an import moves": {"shop/order.py": f"\n\n{IMPORT}"},
    "another module is imported": {"shop/page.py": "import shop.order\n"},
    "a module is added": {"shop/new.py": "import shop.page\n"},
    "a module is deleted": {"shop/page.py": None},
    "a module becomes a package": {"shop/page.py": None, "shop/page/__init__.py": ""},
}
MOVES: dict[str, dict[str, str | None]] = {
    "one more": {"shop/page.py": IMPORT},
    "one less": {"shop/order.py": ""},
    "a new module with one": {"shop/new.py": IMPORT},
    "its importer is deleted": {"shop/order.py": None},
    "an importer moves": {"shop/order.py": None, "shop/ordering.py": IMPORT + "x = 1\n" * 9},
    "one is a function's": {"shop/order.py": f"def order():\n    {IMPORT}"},
    "a star": {"shop/page.py": "from shop import *\n"},
    "a string that hides one": {"shop/order.py": f"'''\n{IMPORT}'''\n"},
}
CHANGES: dict[str, dict[str, str | None]] = {
    "a file stops parsing": {"shop/order.py": "import ("},
    "the deprecated module is deleted": {"shop/legacy.py": None},
    "the deprecated module becomes a package": {
        "shop/legacy.py": None,
        "shop/legacy/__init__.py": "class Cart: ...\n",
    },
    "a comment allows one": {"shop/invoice.py": f"{COMMENTED}import shop.legacy\n"},
}


class _Comparison:
    """A working tree and its base, judged with a cache of their own."""

    def __init__(self, folder: Path, files: Mapping[str, str], change: Mapping[str, str | None]) -> None:
        folder.mkdir(exist_ok=True)
        self._repository = Repository(folder / "shop", dict(files))
        for path, text in change.items():
            if text is None:
                (self._repository.folder / path).unlink()
        write_files(
            self._repository.folder, {path: text for path, text in change.items() if text is not None}
        )
        configuration = parse_configuration("pyproject.toml", files["pyproject.toml"].encode())
        assert configuration is not None
        self.configuration = configuration
        root = str(self._repository.folder)
        self.request = CheckRequest(
            open_source(root), configuration, Cache(str(folder / "cache")), jobs=1
        )
        self.report = check(self.request).report
        self.base = self.open_base()

    def open_base(self) -> Base:
        """Return the base, of which nothing was read yet but its configuration."""
        root = str(self._repository.folder)
        files = [f"{root}/pyproject.toml"]
        return open_base(root, "main", self.request.source, self.configuration, files)

    @property
    def judged(self) -> Judgement:
        """The base as it is judged without the tree."""
        source = Commit.find(str(self._repository.folder), "main")
        request = self.request._replace(source=source, cache=Cache(None))
        return judge(request, self.configuration)

    def infer(self) -> Report | None:
        """Return what is inferred of the base."""
        asked = self.request._replace(source=self.base.source)
        return infer_base_report(self.request, asked, self.base, self.report)

    def keep_modules(self, seconds: float) -> None:
        """Have the tree's modules known, and its files stamped so long after git compared them."""
        found, options = FoundModules(), scan_options(self.configuration)
        discovery = discover(self.request.source, options.root_packages, options.source_roots)
        found.keep(self.request.source, options, discovery)
        assert self.base.differences is not None
        found.note_stamps(self.base.differences.time + round(seconds * 10**9))
        self.request = self.request._replace(found=found)

    def judge_again(self, files: dict[str | bytes, str | bytes]) -> None:
        """Write files after the base was opened, and judge the tree."""
        write_files(self._repository.folder, files)
        self.report = check(self.request).report


@pytest.mark.parametrize("change", LEAVES.values(), ids=LEAVES)
def test_a_change_that_leaves_deprecated_imports_alone_needs_no_judging_of_its_base(
    tmp_path: Path, change: Mapping[str, str | None]
) -> None:
    comparison = _Comparison(tmp_path, SHOP, change)
    inferred, judged = comparison.infer(), comparison.judged
    assert inferred is not None
    assert judged.report is not None
    assert {one.identity for one in inferred.violations} == judged.identities
    assert judged.identities
    assert inferred.coverage.unread == judged.report.coverage.unread
    assert comparison.infer() == inferred._replace(basis=comparison.report.basis)  # from the cache


@pytest.mark.parametrize("change", MOVES.values(), ids=MOVES)
def test_of_a_change_of_deprecated_imports_only_the_changed_modules_are_judged(
    tmp_path: Path, change: Mapping[str, str | None]
) -> None:
    comparison = _Comparison(tmp_path, SHOP, change)
    inferred, judged = comparison.infer(), comparison.judged
    assert inferred is not None
    assert {one.identity for one in inferred.violations} == judged.identities
    again = comparison.infer()
    assert again is not None
    assert again.violations == inferred.violations  # from the cache


def test_git_lists_the_files_of_a_base_only_until_it_was_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = _Comparison(tmp_path, SHOP, LEAVES["another line"])
    listings: list[tuple[str, ...]] = []
    run_git = commands.run_git

    def record(*arguments: str, **options: Any) -> bytes:
        if "-r" in arguments and "ls-tree" in arguments:
            listings.append(arguments)
        return run_git(*arguments, **options)

    monkeypatch.setattr(commands, "run_git", record)
    first = comparison.infer()
    assert len(listings) == 1

    comparison.base = comparison.open_base()
    again = comparison.infer()
    assert len(listings) == 1
    assert first is not None
    assert again is not None
    assert again.violations == first.violations


@pytest.mark.parametrize(("seconds", "comparisons"), [(0, 0), (1, 0), (3, 1), (-1, 1)])
def test_git_compares_the_tree_again_unless_its_files_were_stamped_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, comparisons: int
) -> None:
    monkeypatch.setattr(working_tree, "RACY_NANOSECONDS", 2 * 10**9)
    comparison = _Comparison(tmp_path, SHOP, MOVES["one more"])
    comparison.keep_modules(seconds)
    calls: list[str] = []

    def record(folder: str, prefix: str, commit: str) -> frozenset[str]:
        calls.append(folder)
        return list_differences(folder, prefix, commit)

    monkeypatch.setattr(inferred_base, "list_differences", record)
    inferred = comparison.infer()
    assert inferred is not None
    assert {one.identity for one in inferred.violations} == comparison.judged.identities
    assert len(calls) == comparisons


def test_a_file_that_is_written_to_after_the_base_was_opened_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = _Comparison(tmp_path, SHOP, LEAVES["another line"])
    comparison.judge_again({"shop/order.py": "", "shop/invoice.py": f"import shop.legacy\n{IMPORT}"})
    comparison.keep_modules(3)
    inferred = comparison.infer()
    assert inferred is not None
    assert {one.identity for one in inferred.violations} == comparison.judged.identities

    monkeypatch.setattr(FoundModules, "were_unchanged_from", lambda *_: True)
    comparison.request = comparison.request._replace(cache=Cache(None))
    wrong = comparison.infer()
    assert wrong is not None
    assert {one.identity for one in wrong.violations} != comparison.judged.identities


@pytest.mark.parametrize("configuration", [ALLOWED, WILDCARD, KINDS, STRINGS])
def test_where_more_than_imports_decides_a_base_is_judged_after_a_change_of_one(
    tmp_path: Path, configuration: str
) -> None:
    files = SHOP | {"pyproject.toml": configuration}
    comparison = _Comparison(tmp_path, files, MOVES["one more"])
    assert comparison.infer() is None
    assert comparison.judged.report is not None


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_base_is_judged_where_a_change_decides_more_than_one_import(
    tmp_path: Path, change: Mapping[str, str | None]
) -> None:
    comparison = _Comparison(tmp_path, SHOP, change)
    assert comparison.infer() is None
    judged = judge_base(comparison.request, comparison.configuration, comparison.base, comparison.report)
    names = {comparison.base.modules.to_new(importer) for _, importer, _ in comparison.judged.identities}
    assert {importer for _, importer, _ in judged.identities} == names


def test_a_package_that_may_bind_a_deleted_module_is_judged(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": GHOST,
        "shop/__init__.py": "",
        "shop/names.py": "",
        "shop/page.py": "from shop import gone\n",
    }
    leaves = _Comparison(tmp_path / "a", files, {"shop/names.py": "gone = 1\n"})
    assert leaves.report.violations
    assert leaves.infer() is not None
    binds = _Comparison(tmp_path / "b", files, {"shop/__init__.py": "gone = 1\n"})
    assert not binds.report.violations
    assert binds.infer() is None
    assert binds.judged.identities


def test_where_a_contract_is_about_other_imports_the_base_is_judged(tmp_path: Path) -> None:
    files = SHOP | {"pyproject.toml": OTHER_TYPE}
    assert _Comparison(tmp_path, files, LEAVES["another line"]).infer() is None


@pytest.mark.parametrize("configuration", [ALLOWED, WILDCARD])
def test_what_exceptions_cover_at_the_base_is_inferred(tmp_path: Path, configuration: str) -> None:
    files = SHOP | {"pyproject.toml": configuration}
    comparison = _Comparison(tmp_path, files, LEAVES["another line"])
    inferred, judged = comparison.infer(), comparison.judged
    assert inferred is not None
    assert judged.report is not None
    (contract,), (expected,) = inferred.contracts, judged.report.contracts
    assert contract.allowed == expected.allowed > 0
    assert contract.exceptions == expected.exceptions


def test_without_this_module_every_base_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = _Comparison(tmp_path, SHOP, LEAVES["another line"])
    monkeypatch.setattr(judgement, "infer_base_report", lambda *_: None)
    judged = judge_base(comparison.request, comparison.configuration, comparison.base, comparison.report)
    assert judged.identities == comparison.judged.identities
