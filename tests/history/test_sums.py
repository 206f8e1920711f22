"""The sums of every line add up: on one history with everything in it, and on random ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from archguard.configuration import parse_configuration
from archguard.graph.scanning.cache import Cache
from archguard.history import Backfill, SamplingPeriod, sample_commits
from archguard.sources.git.history import History as Past
from tests.history.histories import History
from tests.history.running import CONFIGURATION, backfill, column, exact_lines, lines_of
from tests.ledger.stories import graphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from archguard.history import HistoryPoint
    from tests.ledger.stories import Told

pytestmark = pytest.mark.slow
TEXT = CONFIGURATION.replace('["p"]\n\n', '["p", "q"]\n\n', 1)
USE, BROKEN = "import p.old\n", "import p.old\n<<<<<<< HEAD\n"
P = {"p/__init__.py": "", "p/old.py": "", "p/a.py": USE, "p/b.py": "from p import a\n"}


def _everything(history: History) -> None:
    """Merges, files that do not parse before, in and after them, and a root that is renamed and back."""
    first = history.commit(P | {"q/u.py": USE})
    side = history.commit({"p/a.py": BROKEN}, branch="side", parents=[first])
    side = history.commit({"p/c.py": USE, "q/u.py": ""}, branch="side")
    main = history.commit({"p/d.py": USE, "p/b.py": "import p.older.x\n"})
    history.commit({"p/a.py": BROKEN, "p/c.py": USE, "q/u.py": ""}, parents=[main, side])
    renamed = {path.replace("p/", "r/", 1): content for path, content in P.items()}
    history.commit(renamed, removed=["p"])
    back = history.commit({**P, "p/d.py": BROKEN, "p/c.py": USE}, removed=["r"])
    other = history.commit({"p/d.py": USE, "q/u.py": USE}, branch="other", parents=[first])
    history.commit({"p/d.py": USE, "q/u.py": BROKEN}, parents=[back, other])
    history.commit({"q/u.py": USE})
    history.commit({"p/a.py": ""}, removed=["p/c.py", "p/d.py"])


def _add_up(lines: list[dict[str, dict[str, dict[str, int]]]]) -> None:
    """Assert the law of sums for lines that follow each other."""
    totals: dict[str, int] = {}
    for line in lines:
        for id_, one in line["contracts"].items():
            totals[id_] = totals.get(id_, 0) + one["added"] - one["fixed"]
            assert one["violations"] + one["unknown"] == totals[id_]


def test_the_sums_of_every_line_add_up(history: History) -> None:
    _everything(history)

    lines = exact_lines(history.root, text=TEXT, unjudged=1)

    _add_up(lines)
    judged = [line for line in lines if line["contracts"]]
    assert len(judged) == len(lines) - 1
    assert sum(column(judged, "unknown")) > 0
    assert sum(column(judged, "reintroduced")) == 1  # q.u, which a merge had cured


def test_with_every_parent_each_commit_obeys_the_laws(history: History) -> None:
    _everything(history)

    lines = exact_lines(history.root, "--no-first-parent", text=TEXT, unjudged=1)

    assert len(lines) == 11


@pytest.mark.parametrize("every", ["day", "week"])
@pytest.mark.parametrize("parents", ["--first-parent", "--no-first-parent"])
def test_the_sums_of_a_sample_add_up(every: str, parents: str, history: History) -> None:
    for day in range(1, 20):
        text = BROKEN if day % 5 == 0 else USE * (day % 3 > 0)
        history.commit(P | {"p/c.py": text}, at=f"2026-01-{day:02}T00:00:00Z")

    lines = lines_of(backfill(history.root, "--every", every, parents))

    assert len(lines) > 2
    _add_up(lines)


def test_it_is_said_once_how_many_commits_are_only_lower_bounds(history: History) -> None:
    history.commit(P)
    history.commit({"p/a.py": BROKEN})
    history.commit({"p/c.py": USE})
    history.commit({"p/a.py": USE})

    for form in ("json", "text"):
        done = backfill(history.root, "--format", form)
        assert done.stderr.count("2 of 4 commits") == 1
        assert "only lower bounds" in done.stderr


def _write(root: Path, story: Mapping[str, Told]) -> dict[str, str]:
    """Write a story as commits; return the id of each."""
    history = History(root)
    ids: dict[str, str] = {}
    for name, told in story.items():
        files = {"p/__init__.py": "", "p/old.py": "", "p/older/x.py": "", "p/name.py": f"# {name}\n"}
        for importer in "abc":
            modules = {"old": "p.old", "older": "p.older.x"}
            lines = [f"import {modules[one]}\n" for who, one in sorted(told.edges) if who == importer]
            broken = "<<<<<<< HEAD\n" if importer in told.unread else ""
            files[f"p/{importer}.py"] = "".join(lines) + broken
        parents = [ids[parent] for parent in told.parents]
        ids[name] = history.commit(files, parents=parents, branch="main" if parents else name)
    return ids


def _judge(root: Path, tip: str, cache: Cache) -> Iterator[HistoryPoint]:
    past = Past(str(root), tip)
    commits = sample_commits(past.list_commits(first_parent=False), SamplingPeriod.COMMIT)
    configuration = parse_configuration("contracts.toml", CONFIGURATION.encode())
    assert configuration is not None
    return Backfill(past, configuration, cache=cache, jobs=1).run(commits, violations=False)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=graphs())
def test_a_random_history_obeys_the_laws(
    story: dict[str, Told], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("story") / "repository"
    ids = _write(root, story)
    names = {id_: name for name, id_ in ids.items()}
    held: dict[str, frozenset[tuple[str, str]]] = {}

    for point in _judge(root, ids[list(story)[-1]], Cache(None)):
        told, changes = story[names[point.commit.id]], point.contracts["old"].changes
        parents = [held[ids[parent]] for parent in told.parents]
        in_any = frozenset[tuple[str, str]]().union(*parents)
        in_all = frozenset.intersection(*parents) if parents else in_any
        modules = {"old": "p.old", "older": "p.older.x"}
        counted = frozenset((f"p.{who}", modules[one]) for who, one in told.counted)
        unknown = {edge for edge in in_any if edge[0].removeprefix("p.") in told.unread}
        assert point.contracts["old"].report.violations == len(counted)
        assert changes.unknown == unknown
        assert changes.added == counted - in_any
        assert changes.fixed == in_all - counted - unknown
        held[point.commit.id] = counted | unknown
