"""Deleted snapshots and branches: the line is as if they had never been uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from archguard_api.errors import ConflictError, NotFoundError
from archguard_api.models import Plan
from archguard_api.store.schema import contents, snapshots
from tests.api.families import line
from tests.api.snapshots import CONTRACT, commit_id, fork, history, pull_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.snapshot import Upload
    from archguard_api.store import Store

A, B, C = ("shop.a", "shop.old"), ("shop.b", "shop.old"), ("shop.c", "shop.old")
STEPS = [[A], [A, B], [B, C], [C], [A, C], []]
FORGER = "a1B2c3D4"
OWN = ("shop.a:Engine", "shop.a:Engine")
PLAN = Plan(format_version=1, violations=[], batches=[])


def _add(
    store: Store, uploads: Iterable[Upload], project: str = "shop", token: str | None = None
) -> None:
    for one in uploads:
        store.add_snapshot(project, one, token_id=token)


def _list_planned(store: Store) -> list[str]:
    """List the branches that have a plan."""
    return [plan.branch for plan in store.plans.list("shop", None, after=None, limit=9).items]


def _settle(store: Store) -> None:
    store.upkeep.finish_rebuilds()
    store.purger.finish()


def _describe(store: Store, project: str) -> tuple[object, ...]:
    """All that a line says, but for the snapshots' times of receipt."""
    return (
        store.get_trend(project, CONTRACT, "main"),
        [
            (one.importer, one.introduced, one.times)
            for one in store.list_open_violations(project, "main", limit=99).items
        ],
        [
            (one.importer, one.introduced, one.fixed)
            for one in store.list_fixed_violations(project, "main", limit=99).items
        ],
        [one.commit for one in store.list_snapshots(project, branch="main", after=None, limit=99).items],
    )


@pytest.mark.parametrize("number", [0, 2, 5])
def test_a_line_without_a_snapshot_is_that_of_one_that_never_had_it(store: Store, number: int) -> None:
    uploads = history(STEPS)
    _add(store, uploads)
    _add(store, [*uploads[:number], *uploads[number + 1 :]], "reference")
    assert _describe(store, "shop") != _describe(store, "reference")

    removal = store.lines.delete_snapshot("shop", commit_id(f"c{number}")[:9])
    assert store.get_snapshot("shop", commit_id(f"c{number}")) is None
    branch = store.get_branch("shop", "main")
    assert branch is not None
    assert branch.rebuilding
    _settle(store)

    assert (removal.snapshots, removal.branches) == (1, ("main",))
    assert _describe(store, "shop") == _describe(store, "reference")


def test_a_deleted_snapshot_is_new_when_it_is_sent_again(store: Store) -> None:
    uploads = history(STEPS)
    _add(store, uploads)
    before = _describe(store, "shop")

    store.lines.delete_snapshot("shop", commit_id("c3"))
    assert store.add_snapshot("shop", uploads[3], token_id=None).created
    assert not store.add_snapshot("shop", uploads[3], token_id=None).created
    _settle(store)

    assert _describe(store, "shop") == before
    project = store.get_project("shop")
    assert project is not None
    assert project.snapshots == len(STEPS)


def test_blobs_go_with_the_last_snapshot_that_has_them_and_bytes_are_counted(store: Store) -> None:
    def measure() -> tuple[int, int, int]:
        size = select(func.count(), func.coalesce(func.sum(func.length(contents.c.data)), 0))
        return store._database.read(
            lambda connection: (
                *connection.execute(size).one(),
                connection.scalar(select(func.count()).select_from(snapshots)),
            )
        )

    uploads = history([[A], [A], [B], [A]])
    _add(store, uploads[:2])
    shared = measure()
    _add(store, uploads[2:])

    for name in ("c2", "c3"):
        store.lines.delete_snapshot("shop", commit_id(name))
    _settle(store)

    assert measure()[2] == shared[2]
    assert measure()[0] <= shared[0]
    assert store.projects.read_bytes("shop") == measure()[1]
    for one in uploads[:2]:
        assert store.get_graph("shop", one.snapshot.commit) == one.snapshot.graph
        assert store.get_violations("shop", one.snapshot.commit) == one.snapshot.violations


def test_families_go_with_their_snapshot(store: Store) -> None:
    def count_contents() -> int:
        query = select(func.count()).select_from(contents)
        return store._database.read(lambda connection: connection.execute(query).scalar_one())

    uploads = line([{OWN: 1}, {OWN: 2}, {OWN: 3}])
    _add(store, uploads[:2])
    before = count_contents()
    _add(store, uploads[2:])
    assert count_contents() > before + 1  # the control: its family and its paths

    store.lines.delete_snapshot("shop", uploads[2].snapshot.commit)
    _settle(store)

    assert count_contents() == before


def test_forged_uploads_are_undone_and_branches_of_theirs_go(store: Store) -> None:
    uploads = history(STEPS)
    _add(store, uploads)
    before = _describe(store, "shop")
    forged = [*fork(5, [[A, B, C]], prefix="x"), *fork(1, [[B]], branch="evil", prefix="y")]
    _add(store, forged, token=FORGER)
    _add(store, [pull_request(7, [A], at=2)], token=FORGER)
    _settle(store)
    assert _describe(store, "shop") != before

    preview = store.lines.undo_uploads("shop", FORGER, preview=True)
    assert preview.preview
    assert (preview.snapshots, preview.branches) == (3, ("evil", "feature7", "main"))
    assert store.get_branch("shop", "evil") is not None

    done = store.lines.undo_uploads("shop", FORGER, preview=False)
    _settle(store)

    assert (done.snapshots, done.branches) == (3, ("evil", "feature7", "main"))
    assert _describe(store, "shop") == before
    assert [one.name for one in store.list_branches("shop", after=None, limit=9).items] == ["main"]
    assert store.pulls.get("shop", 7) is None
    assert store.lines.undo_uploads("shop", FORGER, preview=False).snapshots == 0


def test_a_deleted_branch_takes_only_its_own_snapshots(store: Store) -> None:
    uploads = history(STEPS)
    _add(store, uploads)
    _add(store, [uploads[0].model_copy(update={"branch": "side"})])
    _add(store, fork(0, [[B]], branch="side"))

    removal = store.lines.delete_branch("shop", "side")
    assert store.get_branch("shop", "side") is None
    _settle(store)

    assert (removal.snapshots, removal.branches) == (1, ("side",))
    assert store.get_snapshot("shop", commit_id("f0")) is None
    assert store.get_snapshot("shop", commit_id("c0")) is not None
    _add(store, fork(0, [[B]], branch="side"))
    side = store.get_branch("shop", "side")
    assert side is not None
    assert side.snapshots == 1
    with pytest.raises(NotFoundError):
        store.lines.delete_branch("shop", "none")


def test_without_its_default_branch_a_project_has_another_one(store: Store) -> None:
    _add(store, history(STEPS))
    _add(store, fork(0, [[B]], branch="side"))

    for branch in ("main", "side"):
        store.plans.add("shop", branch, PLAN)

    store.lines.delete_branch("shop", "main")
    _settle(store)

    assert _list_planned(store) == ["side"]
    project = store.get_project("shop")
    assert project is not None
    assert (project.default_branch, project.snapshots) == ("side", 1)


def test_a_renamed_branch_keeps_its_line_and_what_names_it(store: Store) -> None:
    _add(store, history(STEPS))
    _add(store, [pull_request(7, [A], at=2)])
    _add(store, fork(0, [[B]], branch="side"))
    store.plans.add("shop", "main", PLAN)
    trend = store.get_trend("shop", CONTRACT, "main")

    store.lines.rename_branch("shop", "main", "trunk")

    assert store.get_trend("shop", CONTRACT, "trunk") == trend
    assert store.get_branch("shop", "main") is None
    pull = store.pulls.get("shop", 7)
    assert pull is not None
    assert pull.base_branch == "trunk"
    assert _list_planned(store) == ["trunk"]
    with pytest.raises(ConflictError):
        store.lines.rename_branch("shop", "trunk", "side")
