"""Of neighbouring commits `check --base` adds and fixes what `backfill` says, one by one.

All files can be read: of one that could not be read before, only the history knows what it held.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from archguard.checking.pipeline import CheckRequest
from archguard.checking.report_cache import load_or_check
from archguard.configuration import parse_configuration
from archguard.graph.scanning.cache import Cache
from archguard.history import Backfill
from archguard.ratchet import inferred_base
from archguard.ratchet.base import open_base
from archguard.ratchet.comparison import compare
from archguard.sources.git.commit import Commit
from archguard.sources.git.history import History as GitHistory
from tests.history.histories import History

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from archguard.checking.report import Report
    from archguard.configuration import Configuration

    Identities = set[tuple[str, ...]]

COMMITS = 8
CONFIGURATION = """\
[tool.importlinter]
root_packages = ["p"]
[[tool.importlinter.contracts]]
id = "one"
name = "One"
type = "deprecated"
deprecated_modules = ["p.old"]
[[tool.importlinter.contracts]]
id = "each"
name = "Each"
type = "deprecated"
deprecated_modules = ["p.old.*", "p.elder"]
"""
LINES = (
    *("from p.old import a", "import p.old.b", "from p import elder", "import p.elder", "x = 1"),
    *("def f():\n    from p.old.a import Thing", "from . import old", "from p.old import *"),
)
DEPRECATED = ("p/old/__init__.py", "p/old/a.py", "p/old/b.py", "p/elder.py")
IMPORTERS = tuple(f"p/user{number}.py" for number in range(6))


def _write_history(folder: Path) -> None:
    """Commit changes of importers and of deprecated modules; git sees no two files as one renamed."""
    choose = random.Random(0)
    history = History(folder)
    tree = {
        path: f"{path!r}\n" * 20 for path in ("pyproject.toml", "p/__init__.py", *DEPRECATED, *IMPORTERS)
    }
    tree["pyproject.toml"] = CONFIGURATION
    history.commit(tree, branch="main")
    present = set(tree)
    for _ in range(COMMITS):
        changed, removed = {}, []
        for path in choose.sample(IMPORTERS, 2):
            lines = [choose.choice(LINES) for _ in range(choose.randrange(3))]
            changed[path] = f"{path!r}\n" * 20 + "\n".join(lines) + "\n"
        if choose.random() < 0.4:
            path = choose.choice(DEPRECATED)
            if path in present:
                removed.append(path)
            else:
                changed[path] = tree[path]
        history.commit(changed, removed=removed, branch="main")
        present = (present | changed.keys()) - set(removed)


def _compare(root: Path, configuration: Configuration, cache: Cache, commit: str, base: str) -> Report:
    source = Commit.find(str(root), commit)
    request = CheckRequest(source, configuration, cache, jobs=1)
    opened = open_base(str(root), base, source, configuration, [f"{root}/pyproject.toml"])
    return compare(load_or_check(request), request, opened, accept_exceptions=False)


def _list_stories(root: Path) -> Iterator[tuple[str, Identities, Identities]]:
    """Yield each commit but the first, with what either says that it added and fixed.

    Nothing is cached: a parent that was judged before would not be inferred.
    """
    cache = Cache(None)
    configuration = parse_configuration("pyproject.toml", CONFIGURATION.encode())
    assert configuration is not None
    history = GitHistory(str(root), "main")
    commits = history.list_commits(first_parent=True)
    before = ""
    for point in Backfill(history, configuration, cache=cache, jobs=1).run(commits, violations=True):
        if before:
            report = _compare(root, configuration, cache, point.commit.id, before)
            told: Identities = {("+", *one.identity) for one in report.violations if one.status == "new"}
            told |= {("-", *one) for one in report.fixed}
            counted: Identities = {
                (sign, name, *edge)
                for name, one in point.contracts.items()
                for sign, edges in (("+", one.changes.added), ("-", one.changes.fixed))
                for edge in edges
            }
            yield point.commit.id, told, counted
        before = point.commit.id


def test_a_commit_against_its_parent_adds_and_fixes_what_the_history_says(tmp_path: Path) -> None:
    _write_history(tmp_path / "repository")

    stories = list(_list_stories(tmp_path / "repository"))

    assert len(stories) == COMMITS
    assert [one for one in stories if one[1] != one[2]] == []
    signs = {one[0] for _, told, _ in stories for one in told}
    assert signs == {"+", "-"}


def test_a_base_that_is_inferred_wrongly_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_history(tmp_path / "repository")
    monkeypatch.setattr(inferred_base, "list_direct_violations", lambda *_: ())

    stories = list(_list_stories(tmp_path / "repository"))

    assert any(told != counted for _, told, counted in stories)
