"""Of random histories every commit gets the verdict that `check --rev` gives to its tree alone."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest, check
from archguard.configuration import parse_configuration
from archguard.graph.incremental.analysis import IncrementalAnalysis
from archguard.graph.scanning.cache import Cache
from archguard.history import Backfill
from archguard.sources.git.commit import Commit
from archguard.sources.git.history import History as GitHistory
from tests.functional.drawn_trees import BINDINGS, ITEMS, MODULES, PACKAGES
from tests.history.histories import History

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archguard.configuration import Configuration

COMMITS = 12
UNREADABLE = "print 'x'\n"
RENAMED = (("p/old/", "p/elder/"), ("p/elder/", "p/old/"), ("p/other/", "p/old/"), ("p/ns/", "p/other/"))
CONTRACTS = (
    ["p.old"],
    ["p.old.*"],
    ["p.old", "p.old.x"],
    ["p.engine", "p.elder"],
    ["p.*.x"],
    ["p.other.user", "p.ns.**"],
)


def _configure() -> Configuration:
    text = '[tool.importlinter]\nroot_packages = ["p"]\n'
    for number, names in enumerate(CONTRACTS):
        text += (
            f'[[tool.importlinter.contracts]]\nid = "c{number}"\nname = "x"\ntype = "deprecated"\n'
            f"deprecated_modules = {names}\n"
        )
    text += (
        '[[tool.importlinter.contracts]]\nid = "cycles"\nname = "x"\ntype = "acyclic_siblings"\n'
        'ancestors = ["p"]\n'
    )
    configuration = parse_configuration("contracts.toml", text.encode())
    assert configuration is not None
    return configuration


class _RandomHistory:
    """Two branches that write, break, delete, restore and rename files, and merge each other."""

    def __init__(self, root: Path, seed: int) -> None:
        self._random = random.Random(seed)
        self._history = History(root)
        self._trees: dict[str, dict[str, str]] = {"main": {}, "side": {}}
        self._tips: dict[str, str] = {}
        # What a contract deprecates has existed, if only on another branch.
        past = dict.fromkeys(("p/old/x.py", "p/elder/x.py", "p/ns/x.py", "p/other/user.py"), "")
        self._history.commit({**past, "p/engine.py": ""}, branch="past")

    def write(self) -> None:
        """Make the commits; the last one is a merge."""
        self._commit("main", {"p/anchor.py": "", **self._write_files(6)})
        self._trees["side"], self._tips["side"] = dict(self._trees["main"]), self._tips["main"]
        for _ in range(COMMITS - 2):
            branch = self._random.choice(("main", "main", "side"))
            if self._random.random() < 0.15 and self._tips["main"] != self._tips["side"]:
                self._merge(branch)
            else:
                self._commit(branch, self._change(self._trees[branch]))
        self._merge("main")

    def _merge(self, branch: str) -> None:
        other = "side" if branch == "main" else "main"
        theirs = {path: text for path, text in self._trees[other].items() if self._random.random() < 0.7}
        self._commit(branch, {**self._trees[branch], **theirs}, self._tips[other])

    def _commit(self, branch: str, tree: dict[str, str], *others: str) -> None:
        before = self._trees[branch]
        parents = [self._tips[branch], *others] if branch in self._tips else []
        self._tips[branch] = self._history.commit(
            {path: text for path, text in tree.items() if before.get(path) != text},
            removed=sorted(before.keys() - tree.keys()),
            branch=branch,
            parents=parents,
        )
        self._trees[branch] = tree

    def _change(self, tree: dict[str, str]) -> dict[str, str]:
        kind = self._random.random()
        if kind < 0.15:
            old, new = self._random.choice(RENAMED)
            moved = {path.replace(old, new, 1): text for path, text in tree.items()}
            return {**tree, **moved} if self._random.random() < 0.3 else moved
        if kind < 0.35:
            gone = set(self._random.sample(sorted(tree), min(3, len(tree)))) - {"p/anchor.py"}
            return {path: text for path, text in tree.items() if path not in gone}
        if kind < 0.5:
            broken = self._random.choice(sorted(tree.keys() - {"p/anchor.py"}) or ["p/user.py"])
            return {**tree, broken: tree.get(broken, "") + UNREADABLE}
        packages = [path for path in tree if path.endswith("/__init__.py")]
        if kind < 0.7 and packages:
            package = self._random.choice(sorted(packages))
            _, _, rest = tree[package].partition("\n")
            return {**tree, package: f"{self._random.choice(BINDINGS)}\n{rest}"}
        return {**tree, **self._write_files(self._random.randrange(1, 4))}

    def _write_files(self, count: int) -> dict[str, str]:
        return dict(self._write_file() for _ in range(count))

    def _write_file(self) -> tuple[str, str]:
        choose = self._random.choice
        is_package = self._random.random() < 0.4
        module = choose(PACKAGES if is_package else MODULES)
        lines = [choose(BINDINGS)] if is_package else []
        for _ in range(self._random.randrange(4)):
            base = choose((*MODULES, *PACKAGES))
            lines.append(choose((f"from {base} import {choose(ITEMS)}", f"import {base}")))
        path = module.replace(".", "/") + ("/__init__.py" if is_package else ".py")
        return path, "\n".join(lines) + "\n"


def _list_differences(root: Path, cache: Cache, *, first_parent: bool) -> Iterator[str]:
    """Yield what differs between the line of a commit and its own report."""
    configuration = _configure()
    history = GitHistory(str(root), "main")
    commits = history.list_commits(first_parent=first_parent)
    backfill = Backfill(history, configuration, cache=cache, jobs=1)
    for point in backfill.run(commits, violations=True):
        source = Commit.find(str(root), point.commit.id)
        report = check(CheckRequest(source, configuration, cache, jobs=1)).report
        keys = ("kept", "violations", "allowed", "exposure", "lower_bound")
        for contract in report.contracts:
            line = point.contracts[contract.id].report
            for key in keys:
                if getattr(line, key) != getattr(contract, key):
                    yield f"{point.commit.id}: {contract.id}: {key}"
        if point.violations != report.violations:
            yield f"{point.commit.id}: violations"
        if sorted(point.undecided) != sorted(report.coverage.undecided):
            yield f"{point.commit.id}: undecided"
        if (point.files, point.unread) != (report.coverage.files, len(report.coverage.unread)):
            yield f"{point.commit.id}: coverage"


@pytest.mark.parametrize("first_parent", [True, False])
@pytest.mark.parametrize("seed", range(2))
def test_backfill_is_check_at_every_commit(seed: int, first_parent: bool, tmp_path: Path) -> None:
    _RandomHistory(tmp_path / "repository", seed).write()
    cache = Cache(str(tmp_path / "cache"))

    assert list(_list_differences(tmp_path / "repository", cache, first_parent=first_parent)) == []


@pytest.mark.parametrize(
    ("function", "shortcut"),
    [
        ("_may_bind_otherwise", lambda *_: False),  # what a module binds never changes
        ("_forget", lambda *_: None),  # what an import means never changes
    ],
)
def test_a_wrong_shortcut_is_found(
    function: str, shortcut: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IncrementalAnalysis, function, shortcut)
    _RandomHistory(tmp_path / "repository", 3).write()
    cache = Cache(str(tmp_path / "cache"))

    assert any(_list_differences(tmp_path / "repository", cache, first_parent=False))
