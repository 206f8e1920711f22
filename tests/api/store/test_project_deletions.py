"""A deleted project: hidden, restored whole, and purged without a trace."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from archguard_api.errors import ConflictError, NotFoundError
from archguard_api.models import Plan, Scope
from archguard_api.services.tokens import create_token
from archguard_api.store import purger
from archguard_api.store.schema import audit_entries, metadata
from tests.api.clock import Clock
from tests.api.families import line
from tests.api.issuers import add_publisher
from tests.api.notifications import add_rule, make_notice
from tests.api.snapshots import CONTRACT, fork, history, pull_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.store import Store

A, B = ("shop.a", "shop.old"), ("shop.b", "shop.old")
GRACE = 100
Rows = dict[str, set[tuple[Any, ...]]]


def _fill(store: Store, project: str) -> None:
    """Give a project branches, a rebuilt line, a pull request, a family, a plan, a rule and a token."""
    uploads = history([[A], [A, B], [B], [], [A]])
    for one in (uploads[0], uploads[2], uploads[1], *uploads[3:], *fork(2, [[A, B]], branch="side")):
        store.add_snapshot(project, one, token_id=None)
    for one in line([{("shop.a:Engine", "shop.a:Engine"): 3}]):
        store.add_snapshot(project, one.model_copy(update={"branch": "family"}), token_id=None)
    store.add_snapshot(project, pull_request(12, [A], at=1), token_id=None)
    store.upkeep.finish_rebuilds()
    store.upkeep.keep_next_summary()
    store.plans.add(project, "main", Plan(format_version=1, violations=[], batches=[]))
    rule = add_rule(store, project)
    add_publisher(store, "https://gitlab.com", project)
    store.notifications.add_test(project, rule.id, make_notice(project, store.now()))
    _, token = create_token(project, Scope.READ, now=store.now(), days=1)
    store.credentials.add_token(token)
    store.credentials.add_session(f"cookie of {project}".encode(), token.id, store.now())


def _read_all(store: Store) -> Rows:
    """Read every table whole, but for the audit log and random numbers."""

    def read(connection: Any) -> Rows:
        rows = {}
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if column.name not in ("revision", "settings")]
            rows[table.name] = {tuple(map(str, row)) for row in connection.execute(select(*columns))}
        del rows[audit_entries.name]
        return rows

    return store._database.read(read)


@pytest.fixture
def clock() -> Clock:
    """The stores' clock."""
    return Clock()


@pytest.fixture
def shops(database: str, open_store: Callable[..., Store], clock: Clock) -> Store:
    """A store with the projects `other` and `shop`, which have the same contents."""
    store = open_store(database, clock=clock)
    _fill(store, "other")
    return store


def test_a_purged_project_leaves_no_row_in_any_table(shops: Store, clock: Clock) -> None:
    before = _read_all(shops)
    _fill(shops, "shop")
    # The control: every table has rows that only this project put there.
    added = {name for name, rows in _read_all(shops).items() if rows - before[name]}
    # That an ID token was used is known by a digest, for as long as the token could be used again.
    assert added == before.keys() - {"former_names", "checkpoints", "used_id_tokens"}

    shops.deletions.delete("shop", grace=GRACE)
    clock.now += GRACE
    assert shops.deletions.begin_next_purge()
    shops.purger.finish()

    assert _read_all(shops) == before
    assert not shops.deletions.begin_next_purge()


def test_a_purge_is_made_of_short_steps_that_another_process_goes_on_with(
    shops: Store,
    clock: Clock,
    database: str,
    open_store: Callable[..., Store],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(purger, "ROWS_PER_STEP", 2)
    monkeypatch.setattr(purger, "BLOBS_PER_STEP", 1)
    before = _read_all(shops)
    _fill(shops, "shop")
    shops.deletions.delete("shop", grace=0)
    assert shops.deletions.begin_next_purge()

    sizes = [sum(map(len, _read_all(shops).values()))]
    for _ in range(5):
        assert shops.purger.take_step()
        sizes.append(sum(map(len, _read_all(shops).values())))
    open_store(database, clock=clock).purger.finish()

    assert all(0 <= one - following <= 2 for one, following in pairwise(sizes))
    assert _read_all(shops) == before


def test_a_restored_project_is_whole(shops: Store, clock: Clock) -> None:
    before = _read_all(shops)
    trend = shops.get_trend("other", CONTRACT)

    deletion = shops.deletions.delete("other", grace=GRACE)
    clock.now += GRACE - 1
    assert shops.deletions.get_access("other").is_deleted
    assert not shops.deletions.begin_next_purge()
    shops.deletions.restore("other")

    assert deletion.purge_at == deletion.deleted_at + GRACE
    assert _read_all(shops) == before
    assert shops.get_trend("other", CONTRACT) == trend


def test_nothing_comes_back_after_the_grace(shops: Store, clock: Clock) -> None:
    shops.deletions.delete("other", grace=GRACE)
    clock.now += GRACE

    assert not shops.deletions.get_access("other").exists
    with pytest.raises(NotFoundError):
        shops.deletions.restore("other")


def test_a_second_deletion_extends_nothing(shops: Store, clock: Clock) -> None:
    first = shops.deletions.delete("other", grace=GRACE)
    clock.now += 50

    assert shops.deletions.delete("other", grace=GRACE) == first


def test_an_upload_and_a_token_are_refused_until_the_purge_begins(shops: Store, clock: Clock) -> None:
    one = history([[A]], prefix="d")[0]
    _, token = create_token("other", Scope.ADMIN, now=shops.now(), days=1)
    shops.deletions.delete("other", grace=GRACE)

    with pytest.raises(ConflictError):
        shops.add_snapshot("other", one, token_id=None)
    with pytest.raises(ConflictError):
        shops.credentials.add_token(token)
    clock.now += GRACE
    assert shops.deletions.begin_next_purge()

    assert shops.add_snapshot("other", one, token_id=None).created


def test_a_project_that_takes_a_purged_one_s_name_has_nothing_of_it(shops: Store, clock: Clock) -> None:
    shops.deletions.delete("other", grace=0)
    shops.deletions.begin_next_purge()
    shops.purger.finish()
    edges = [[("new.x", "new.old")], [], [("new.y", "new.old")]]
    for one in history(edges, prefix="n"):
        shops.add_snapshot("other", one, token_id=None)
        shops.add_snapshot("reference", one, token_id=None)

    trend = shops.get_trend("other", CONTRACT)
    graph = shops.get_graph("other", history(edges, prefix="n")[2].snapshot.commit)

    assert trend == shops.get_trend("reference", CONTRACT)
    assert [point.violations for point in trend] == [1, 0, 1]
    assert graph is not None
    assert graph.modules == ("new.old", "new.y", "shop")
    assert not shops.credentials.list_tokens("other")


def test_a_purge_leaves_the_audit_log(shops: Store) -> None:
    shops.deletions.delete("other", grace=0)
    shops.deletions.begin_next_purge()
    shops.purger.finish()

    actions = shops._database.read(
        lambda connection: (
            connection.execute(
                text("SELECT action FROM audit_entries WHERE project = 'other' ORDER BY id")
            )
            .scalars()
            .all()
        )
    )
    assert actions == [
        *("notification-added", "publisher-added", "token-created"),
        *("project-deleted", "project-purged"),
    ]


def test_a_purge_at_once_is_for_deleted_projects_only(shops: Store) -> None:
    with pytest.raises(NotFoundError):
        shops.deletions.begin_purges("other")
    assert shops.deletions.begin_purges(None) == ()

    shops.deletions.delete("other", grace=GRACE)

    assert shops.deletions.begin_purges("other") == ("other",)
