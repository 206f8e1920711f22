"""What a snapshot could not read is neither fixed nor counted, nor back when it can be read again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import UnreadFile
from archguard_api.models import ViolationId
from tests.api.snapshots import CONTRACT, Edge, commit_id, history

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.snapshot import Upload
    from archguard_api.store import Store

A, B = ("shop.a", "shop.old"), ("shop.b", "shop.old")


def _unread(module: str, *, is_folder: bool = False) -> UnreadFile:
    suffix = "" if is_folder else ".py"
    return UnreadFile(
        path=module.replace(".", "/") + suffix,
        reason="a syntax error",
        module=module,
        is_folder=is_folder,
    )


def _change(one: Upload, *unread: UnreadFile, **contract: object) -> Upload:
    """Return an upload with unread files, and with other facts of its contract."""
    snapshot = one.snapshot
    coverage = snapshot.coverage.model_copy(update={"unread": unread})
    contracts = tuple(known.model_copy(update=contract) for known in snapshot.contracts)
    changed = snapshot.model_copy(update={"coverage": coverage, "contracts": contracts})
    return one.model_copy(update={"snapshot": changed})


def _broken_for_a_while() -> list[Upload]:
    first, second, third, last = history([[A, B], [B], [B], [A, B]])
    unread = _unread("shop.a")
    return [first, _change(second, unread), _change(third, unread), last]


def _counts(store: Store) -> list[tuple[int | None, int, int, int, int]]:
    return [
        (point.violations, point.unknown, point.added, point.fixed, point.reintroduced)
        for point in store.get_trend("shop", CONTRACT, "main")
    ]


def _add(store: Store, uploads: Sequence[Upload]) -> None:
    for one in uploads:
        store.add_snapshot("shop", one, token_id=None)
    store.upkeep.finish_rebuilds()


BROKEN_FOR_A_WHILE = [(2, 0, 2, 0, 0), (1, 1, 0, 0, 0), (1, 1, 0, 0, 0), (2, 0, 0, 0, 0)]


@pytest.mark.parametrize("seed", range(3))
def test_a_file_that_cannot_be_read_fixes_nothing_in_whatever_order_it_comes(
    seed: int, store: Store
) -> None:
    uploads = _broken_for_a_while()
    if seed:
        random.Random(seed).shuffle(uploads)

    _add(store, uploads)

    assert _counts(store) == BROKEN_FOR_A_WHILE


def test_another_process_goes_on_where_one_stopped(
    database: str, open_store: Callable[[str], Store]
) -> None:
    for one in _broken_for_a_while():
        _add(open_store(database), [one])

    assert _counts(open_store(database)) == BROKEN_FOR_A_WHILE


def test_what_is_gone_when_the_file_can_be_read_again_was_fixed_there(store: Store) -> None:
    first, second, third = history([[A, B], [B], [B]])
    _add(store, [first, _change(second, _unread("shop.a")), third])

    assert _counts(store) == [(2, 0, 2, 0, 0), (1, 1, 0, 0, 0), (1, 0, 0, 1, 0)]
    (fixed,) = store.list_fixed_violations("shop", "main", limit=9).items
    assert (fixed.importer, fixed.fixed.commit) == ("shop.a", commit_id("c2"))


def test_what_is_unknown_is_no_open_violation(store: Store) -> None:
    _add(store, _broken_for_a_while()[:2])

    listed = store.list_open_violations("shop", "main", limit=9)
    assert [one.importer for one in listed.items] == ["shop.b"]
    assert store.list_fixed_violations("shop", "main", limit=9).total == 0


def test_a_snapshot_that_does_not_name_the_modules_of_its_unread_files_has_nothing_unknown(
    store: Store,
) -> None:
    first, second = history([[A], []])
    older = _unread("shop.a").model_copy(update={"module": None})
    _add(store, [first, _change(second, older)])

    assert _counts(store) == [(1, 0, 1, 0, 0), (0, 0, 0, 1, 0)]


def test_everything_below_a_folder_that_is_unread_as_a_whole_is_unknown(store: Store) -> None:
    inside, beside = ("shop.sub.a.b", "shop.old"), ("shop.subway", "shop.old")
    first, second = history([[inside, beside], []])
    _add(store, [first, _change(second, _unread("shop.sub", is_folder=True))])

    assert _counts(store) == [(2, 0, 2, 0, 0), (0, 1, 0, 1, 0)]


def test_an_import_that_cannot_be_decided_is_unknown(store: Store) -> None:
    first, second = history([[A, B], []])
    _add(store, [first, _change(second, undecided=(A,))])

    assert _counts(store) == [(2, 0, 2, 0, 0), (0, 1, 0, 1, 0)]


def _with_imports(steps: Sequence[Sequence[Edge]], imports: Sequence[Sequence[Edge]]) -> list[Upload]:
    """Return the history of a contract that follows chains, with the imports of each commit."""
    uploads = []
    for one, edges in zip(history(steps), imports, strict=True):
        with_graph = history([edges])[0].snapshot.graph
        snapshot = one.snapshot.model_copy(update={"graph": with_graph})
        uploads.append(_change(one.model_copy(update={"snapshot": snapshot}), type="forbidden"))
    return uploads


CHAIN = ("shop.low", "shop.a")


@pytest.mark.parametrize("shuffled", [False, True])
def test_the_end_of_a_chain_is_unknown_while_a_module_before_it_cannot_be_read(
    shuffled: bool, store: Store
) -> None:
    first, second, third = _with_imports([[A], [], [A]], [[CHAIN, A], [A], [CHAIN, A]])
    uploads = [first, _change(second, _unread("shop.low"), type="forbidden"), third]
    if shuffled:
        uploads.reverse()
    _add(store, uploads)

    assert _counts(store) == [(1, 0, 1, 0, 0), (0, 1, 0, 0, 0), (1, 0, 0, 0, 0)]


def test_the_end_of_a_chain_is_fixed_once_its_import_is_gone(store: Store) -> None:
    first, second = _with_imports([[A], []], [[CHAIN, A], []])
    _add(store, [first, _change(second, _unread("shop.low"), type="forbidden")])

    assert _counts(store) == [(1, 0, 1, 0, 0), (0, 0, 0, 1, 0)]


def test_a_module_that_was_unread_already_makes_no_chain_unknown(store: Store) -> None:
    other = _unread("shop.other")
    first, second = _with_imports([[A], []], [[CHAIN, A], [A]])
    _add(
        store,
        [_change(first, other, type="forbidden"), _change(second, other, type="forbidden")],
    )

    assert _counts(store) == [(1, 0, 1, 0, 0), (0, 0, 0, 1, 0)]


def test_the_end_of_a_chain_that_was_cut_is_fixed_although_another_module_was_always_unread(
    database: str, open_store: Callable[[str], Store]
) -> None:
    always, low = _unread("shop.always"), _unread("shop.low")
    first, second, third = _with_imports([[A], [], []], [[CHAIN, A], [A], [A]])
    for one, unread in ((first, [always]), (second, [always, low]), (third, [always])):
        _add(open_store(database), [_change(one, *unread, type="forbidden")])

    assert _counts(open_store(database)) == [(1, 0, 1, 0, 0), (0, 1, 0, 0, 0), (0, 0, 0, 1, 0)]


def test_a_comparison_names_what_is_unknown_and_calls_it_neither_added_nor_fixed(store: Store) -> None:
    _add(store, _broken_for_a_while())
    unknown = (ViolationId(CONTRACT, *A),)

    for base, head in (("c0", "c1"), ("c2", "c3")):
        found = store.compare_snapshots("shop", commit_id(base), commit_id(head))
        assert (found.violations_added, found.violations_fixed) == ((), ())
        assert found.violations_unknown == unknown
