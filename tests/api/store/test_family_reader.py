"""Families are stored once for all snapshots that have the same, and go with the graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from archguard_api.store.engines import open_engines
from tests.api.families import CANONICAL, COPY, ENGINE, family, line, with_family
from tests.api.snapshots import commit_id, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard_api.store import Store

OWN, FACADE, OTHER = (CANONICAL, CANONICAL), (CANONICAL, "shop:Engine"), (COPY, COPY)


def test_the_tip_s_definitions_and_the_importers_of_every_commit_come_back(store: Store) -> None:
    counts = [{OTHER: 4}, {OTHER: 4}, {OTHER: 2, OWN: 3}, {OTHER: 1, OWN: 3, FACADE: 2}]
    for one in line([*counts]):
        store.add_snapshot("shop", one, token_id=None)

    found = store.families.get("shop", "main", ENGINE)

    assert found is not None
    assert found.definitions == family().members
    assert (found.impostors, found.factories) == (family().impostors, family().factories)
    assert (found.missing, found.canonical, found.members) == (family().missing, (CANONICAL,), 2)
    assert [(one.definition, one.path, one.is_canonical) for one in found.lines] == [
        (*OWN, True),
        (*FACADE, True),
        (*OTHER, False),
    ]
    # The second commit changes nothing.
    assert [(one.commit, one.importers, one.others) for one in found.points] == [
        (commit_id(0), (0, 0, 4), 0),
        (commit_id(2), (3, 0, 2), 0),
        (commit_id(3), (3, 2, 1), 0),
    ]


def test_only_the_twelve_paths_with_most_importers_have_a_line(store: Store) -> None:
    many = {(COPY, f"shop.m{number}:Engine"): number for number in range(1, 16)}
    for one in line([many]):
        store.add_snapshot("shop", one, token_id=None)

    found = store.families.get("shop", "main", ENGINE)

    assert found is not None
    assert len(found.lines) == 12
    assert found.points[0].importers == tuple(range(15, 3, -1))
    assert found.points[0].others == 1 + 2 + 3


def test_a_snapshot_that_was_sent_without_its_family_gets_it_later(store: Store) -> None:
    first, tip = line([{OWN: 1}, {OWN: 2}])
    store.add_snapshot("shop", first, token_id=None)
    store.add_snapshot("shop", tip.model_copy(update={"families": ()}), token_id=None)
    before = store.families.get("shop", "main", ENGINE)

    again = store.add_snapshot("shop", tip, token_id=None)

    after = store.families.get("shop", "main", ENGINE)
    assert before is not None
    assert after is not None
    assert (before.definitions, before.definitions_of) == (None, None)
    assert not again.created
    assert after.definitions == family().members


def test_a_commit_s_own_family_is_shown_if_it_is_asked_for(store: Store) -> None:
    for one in line([{OWN: 1}, {OWN: 2}]):
        store.add_snapshot("shop", one, token_id=None)

    first = store.families.get("shop", "main", ENGINE, commit_id(0))
    tip = store.families.get("shop", "main", ENGINE, commit_id(1))

    assert first is not None
    assert tip is not None
    assert (first.commit, first.definitions) == (commit_id(0), None)
    assert tip.definitions == family().members


def test_an_upload_of_an_earlier_version_has_no_family(store: Store) -> None:
    store.add_snapshot("shop", with_family(upload("c1"), None), token_id=None)
    store.add_snapshot("other", upload("c1"), token_id=None)

    found = store.families.get("shop", "main", ENGINE)

    assert found is not None
    assert (found.canonical, found.definitions, found.points) == (None, None, ())
    assert store.families.get("other", "main", "no-old") is None
    listed = store.families.list("other")
    assert listed is not None
    assert listed.items == ()


def test_equal_families_share_a_row_and_go_with_the_last_graph_that_has_them(
    database: str, open_store: Callable[..., Store]
) -> None:
    store = open_store(database)
    other = family(omitted=1)
    for number, one in enumerate([family(), family(), other]):
        parent = number - 1 if number else None
        sent = upload(number, parent=parent, at=1_700_000_000 + number, line=number + 1)
        store.add_snapshot("shop", with_family(sent, {OWN: 1}, (one,)), token_id=None)

    before = _read_ids(database)
    store.upkeep.prune_graphs("shop", keep_days=None, keep_last=1)
    after = _read_ids(database)

    assert before[0] == before[1] != before[2]
    assert after == [(None, before[0][1]), (None, before[0][1]), before[2]]
    found = store.families.get("shop", "main", ENGINE)
    assert found is not None
    assert found.omitted == 1
    assert len(found.points) == 2
    assert _count_contents(database, before[0][0]) == 0


def _read_ids(database: str) -> list[tuple[int | None, int | None]]:
    """Return the ids of the families and of the paths of each snapshot."""
    rows = _query(database, "SELECT families_id, paths_id FROM snapshots ORDER BY id")
    return [(row[0], row[1]) for row in rows]


def _count_contents(database: str, content: int | None) -> int:
    return int(_query(database, f"SELECT count(*) FROM contents WHERE id = {content}")[0][0])


def _query(database: str, statement: str) -> Sequence[Any]:
    engines = open_engines(database, readers=1, checkpoints=False)
    try:
        with engines.reader.connect() as connection:
            return connection.execute(text(statement)).all()
    finally:
        engines.dispose()
