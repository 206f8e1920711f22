"""The service's trend says of a history what the lines of `archguard backfill` say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.configuration import parse_configuration
from archguard.graph.scanning.cache import Cache
from archguard.history import Backfill
from archguard.snapshot import Upload
from archguard.snapshot.build import CommitFacts, SnapshotBuilder, SnapshotInput
from archguard.sources.git.history import History as Past
from archguard_api.store import Store, upgrade_schema
from tests.history.histories import SUBMODULE, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from archguard.history import HistoryPoint
    from tests.history.histories import History

CONTRACTS = """\
[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
id = "old"
name = "Nothing old"
type = "deprecated"
deprecated_modules = ["p.old", "p.older.**"]

[[tool.importlinter.contracts]]
id = "name"
name = "Nothing imports the old name"
type = "deprecated"
deprecated_symbols = ["p.names:Thing"]

[[tool.importlinter.contracts]]
id = "low"
name = "Low does not reach high"
type = "forbidden"
source_modules = ["p.low"]
forbidden_modules = ["p.high"]

[[tool.importlinter.contracts]]
id = "one-engine"
name = "One engine"
type = "canonical"
canonical = ["p.high:Engine"]
matches = ["*Engine"]
"""
BROKEN = "<<<<<<< HEAD\n"
Counts = list[dict[str, tuple[int | None, int, int, int, int | None, int]]]


def _write(history: History) -> None:
    """Chains, direct imports and classes, whose files cannot be read for a while."""
    use = "import p.old\nclass SubEngine: ...\n"
    part = "from p.role import Role\nclass PartEngine(Role): ...\n"
    role = "from typing import Protocol\nclass Role(Protocol): ...\n"
    low = "import p.helper\nclass LowEngine: ...\n"
    helper = "import p.high\nimport p.old\n"
    history.commit(
        {
            "p/__init__.py": "",
            "p/old.py": "",
            "p/high.py": "class Engine: ...\n",
            "p/low.py": low,
            "p/helper.py": helper,
            "p/sub/x.py": use,
            "p/always.py": BROKEN,
            "p/role.py": role,
            "p/part.py": part,
        }
    )
    history.commit({"p/low.py": low + BROKEN})
    history.commit({"p/sub": Entry(SUBMODULE, "1" * 40)}, removed=["p/sub"])
    history.commit({"p/low.py": low, "p/sub/x.py": use}, removed=["p/sub"])
    history.commit({"p/helper.py": helper + BROKEN})
    history.commit({"p/low.py": "", "p/helper.py": helper})
    history.commit({"p/low.py": low})
    history.commit({"p/sub/x.py": BROKEN})
    history.commit(removed=["p/sub", "p/helper.py"])
    history.commit({"p/asks.py": "from p import old\n"})
    history.commit({"p/__init__.py": "def __getattr__(name): ...\n"}, removed=["p/old.py"])
    history.commit({"p/__init__.py": ""})
    history.commit({"p/role.py": role + BROKEN})
    history.commit({"p/role.py": role})
    history.commit({"p/part.py": part.replace("...", "...  # archguard: allow[one-engine]: a part")})
    history.commit({"p/part.py": part})
    facade = "from p.names import Thing as Other\n"
    far = "from p.facade import Other\n"
    history.commit({"p/names.py": "class Thing: ...\n", "p/facade.py": facade, "p/far.py": far})
    history.commit({"p/facade.py": BROKEN})
    history.commit({"p/facade.py": facade}, removed=["p/names.py"])
    history.commit({"p/facade.py": "Other = 1\n"})


def _judge(root: Path) -> Iterator[HistoryPoint]:
    past = Past(str(root), "main")
    configuration = parse_configuration("contracts.toml", CONTRACTS.encode())
    assert configuration is not None
    backfill = Backfill(past, configuration, cache=Cache(None), jobs=1, is_for_upload=True)
    return backfill.run(past.list_commits(first_parent=True), violations=True)


def _make_uploads(root: Path) -> tuple[Counts, list[Upload]]:
    builder, uploads = SnapshotBuilder(), []
    counts: Counts = []
    parents: list[str] = []
    for point in _judge(root):
        reports = [one.report for one in point.contracts.values()]
        assert point.inputs is not None
        snapshot = builder.build(
            CommitFacts(point.commit.id, parents[0] if parents else None, point.commit.committed_at, ""),
            SnapshotInput(reports, point.violations or (), point.inputs, point.undecided),
        )
        uploads.append(Upload(snapshot=snapshot, branch="main", ancestors=tuple(parents)))
        parents.insert(0, point.commit.id)
        counts.append(
            {
                id_: (
                    one.report.violations,
                    one.report.unknown,
                    len(one.changes.added),
                    len(one.changes.fixed),
                    len(one.changes.dropped),
                    len(one.changes.reintroduced),
                )
                for id_, one in point.contracts.items()
            }
        )
    return counts, uploads


def _read_trend(uploads: Sequence[Upload], url: str) -> Counts:
    upgrade_schema(url)
    store = Store(url)
    for one in uploads:
        store.add_snapshot("shop", one, token_id=None)
    store.upkeep.finish_rebuilds()
    counts: Counts = [{} for _ in uploads]
    for contract in ("old", "name", "low", "one-engine"):
        for place, point in zip(counts, store.get_trend("shop", contract, "main"), strict=True):
            place[contract] = (
                point.violations,
                point.unknown,
                point.added,
                point.fixed,
                point.dropped,
                point.reintroduced,
            )
    store.close()
    return counts


@pytest.mark.slow
def test_the_trend_of_a_history_is_what_its_lines_say(history: History, tmp_path: Path) -> None:
    _write(history)

    lines, uploads = _make_uploads(history.root)

    assert _read_trend(uploads, f"sqlite:///{tmp_path}/in-order.db") == lines
    assert _read_trend(uploads[::-1], f"sqlite:///{tmp_path}/backwards.db") == lines
    assert {one["low"][1] for one in lines} == {0, 1}
    assert {one["old"][1] for one in lines} == {0, 1}
    assert {one["one-engine"][:2] for one in lines} == {(3, 0), (2, 1), (1, 2), (2, 0), (1, 1), (1, 0)}
    assert [one["one-engine"][4] for one in lines].count(1) == 1
    assert [one["name"][:2] for one in lines[-4:]] == [(2, 0), (0, 2), (2, 0), (0, 0)]
    assert not any(reintroduced for one in lines[:6] for *_, reintroduced in one.values())
