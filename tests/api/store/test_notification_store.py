"""Rules and deliveries: bounded, claimed by one worker, written once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from archguard_api.errors import ConflictError, InvalidError, NotFoundError, TooManyError
from archguard_api.models import AuditFilter
from archguard_api.models.audit import COMMAND_LINE
from archguard_api.models.notifications import (
    MAX_RULES,
    AttemptResult,
    DeliveryState,
    NotificationRuleChange,
)
from archguard_api.store import notification_outbox
from tests.api.notifications import NO_MARK, SECRET, add_rule, make_notice
from tests.api.snapshots import history

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.models.notifications import ClaimedDelivery, NotificationDelivery
    from archguard_api.store import Store
    from tests.api.clock import Clock

DELIVERED = AttemptResult(200, None)


@pytest.fixture
def shop(database: str, open_store: Callable[..., Store], clock: Clock) -> Store:
    """A store with the projects `shop` and `other`."""
    store = open_store(database, clock=clock)
    for project in ("shop", "other"):
        store.add_snapshot(project, history([[]])[0], token_id=None)
    return store


def _list(store: Store, project: str = "shop") -> tuple[NotificationDelivery, ...]:
    return store.notifications.list_deliveries(project, None, after=None, limit=500).items


def _add(store: Store, rule: str, project: str = "shop") -> NotificationDelivery:
    return store.notifications.add_test(project, rule, make_notice(project, store.now()))


def _is_any_pending(store: Store) -> bool:
    return any(
        one.state is DeliveryState.PENDING for name in ("shop", "other") for one in _list(store, name)
    )


def test_a_rule_is_shown_without_its_secret_and_the_path_of_its_address(shop: Store) -> None:
    added = add_rule(shop, channel="slack", target="https://hooks.slack.com/services/T0/B0/X")

    assert added.secret == SECRET
    assert "services" not in added.target
    (listed,) = shop.notifications.list_rules("shop").items
    assert not hasattr(listed, "secret")
    assert listed.target == "https://hooks.slack.com/\N{HORIZONTAL ELLIPSIS}"
    assert shop.notifications.get_rule("shop", added.id) == listed
    (entry,) = shop.audit.list("shop", AuditFilter(), of_all=True, after=None, limit=9).items
    assert (entry.action, entry.subject) == ("notification-added", added.id)
    assert "services" not in str(entry.details)


def test_another_project_has_no_such_rule(shop: Store) -> None:
    rule = add_rule(shop)

    for attempt in (
        lambda: shop.notifications.get_rule("other", rule.id),
        lambda: shop.notifications.delete_rule("other", rule.id, actor=COMMAND_LINE),
        lambda: _add(shop, rule.id, "other"),
        lambda: shop.notifications.change_rule(
            "other", rule.id, NotificationRuleChange(), NO_MARK, actor=COMMAND_LINE
        ),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert shop.notifications.list_deliveries("other", rule.id, after=None, limit=9).items == ()


def test_a_project_has_so_many_rules_at_most(shop: Store) -> None:
    for _ in range(MAX_RULES):
        add_rule(shop)

    with pytest.raises(ConflictError, match="20 rules"):
        add_rule(shop)
    add_rule(shop, "other")


def test_a_delivery_is_claimed_by_one_worker_until_it_says_what_became_of_it(
    shop: Store, clock: Clock
) -> None:
    delivery = _add(shop, add_rule(shop).id)

    (claimed,) = shop.notifications.claim_deliveries(4)
    assert (claimed.key, claimed.rule.secret) == (delivery.id, SECRET)
    assert claimed.rule.target == "https://hooks.example.org/path"
    assert claimed.notice == make_notice("shop", shop.now())
    assert not shop.notifications.claim_deliveries(4)
    shop.notifications.record_attempt(claimed, AttemptResult(503, "it answered 503", retry_in=5))
    assert not shop.notifications.claim_deliveries(4)
    clock.now += 5
    (again,) = shop.notifications.claim_deliveries(4)
    assert (again.key, again.attempts) == (delivery.id, 1)
    shop.notifications.record_attempt(again, DELIVERED)

    (done,) = _list(shop)
    assert (done.state, done.attempts, done.last_status) == (DeliveryState.DELIVERED, 2, 200)
    assert (done.last_error, done.next_attempt_at) == (None, None)
    assert not shop.notifications.claim_deliveries(4)


def test_what_a_killed_worker_had_is_attempted_by_another_one_with_the_same_id(
    shop: Store, clock: Clock
) -> None:
    _add(shop, add_rule(shop).id)
    (first,) = shop.notifications.claim_deliveries(4)

    clock.now += notification_outbox.CLAIM_SECONDS
    (second,) = shop.notifications.claim_deliveries(4)

    assert first == second


def test_workers_of_several_processes_never_have_the_same_delivery(
    shop: Store, database: str, open_store: Callable[..., Store], clock: Clock
) -> None:
    for project in ("shop", "other"):
        rules = [add_rule(shop, project).id for _ in range(4)]
        for rule in rules:
            for _ in range(3):
                _add(shop, rule, project)
    stores = [shop, *([] if "sqlite" in database else [open_store(database, clock=clock)])]

    def work(number: int) -> list[str]:
        store, keys = stores[number % len(stores)], []
        while any(
            one.state is DeliveryState.PENDING
            for name in ("shop", "other")
            for one in _list(store, name)
        ):
            for claimed in store.notifications.claim_deliveries(2):
                keys.append(claimed.key)
                store.notifications.record_attempt(claimed, DELIVERED)
        return keys

    with ThreadPoolExecutor(4) as pool:
        keys = [key for part in pool.map(work, range(4)) for key in part]

    assert len(keys) == len(set(keys)) == 24


def test_a_project_whose_target_hangs_keeps_no_other_waiting(shop: Store) -> None:
    for _ in range(3):
        _add(shop, add_rule(shop).id)
    other = _add(shop, add_rule(shop, "other").id, "other")

    claimed = shop.notifications.claim_deliveries(4)

    assert [one.rule.project for one in claimed] == ["shop", "other"]
    assert claimed[1].key == other.id


def test_a_disabled_rule_sends_nothing_and_a_deleted_one_leaves_nothing(shop: Store) -> None:
    rule = add_rule(shop)
    _add(shop, rule.id)

    change = NotificationRuleChange(enabled=False)
    disabled = shop.notifications.change_rule("shop", rule.id, change, NO_MARK, actor=COMMAND_LINE)

    assert not disabled.enabled
    assert [(one.state, one.last_error) for one in _list(shop)] == [("failed", "the rule was disabled")]
    with pytest.raises(InvalidError, match="disabled"):
        _add(shop, rule.id)
    shop.notifications.delete_rule("shop", rule.id, actor=COMMAND_LINE)
    assert _list(shop) == ()
    assert shop.notifications.list_rules("shop").items == ()


def test_a_target_is_changed_to_one_of_the_same_channel_only(shop: Store) -> None:
    rule = add_rule(shop, channel="mail", target="team@example.org")

    for target in ("https://example.org/", "nobody"):
        with pytest.raises(InvalidError):
            shop.notifications.change_rule(
                "shop", rule.id, NotificationRuleChange(target=target), NO_MARK, actor=COMMAND_LINE
            )
    changed = shop.notifications.change_rule(
        *("shop", rule.id, NotificationRuleChange(target="all@example.org"), NO_MARK),
        actor=COMMAND_LINE,
    )
    assert changed.target == "all@example.org"


def test_the_log_keeps_the_newest_and_all_that_is_not_sent_yet(
    shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notification_outbox, "KEPT_DELIVERIES", 3)
    rule = add_rule(shop).id
    waiting = _add(shop, add_rule(shop, channel="mail", target="a@example.org", enabled=True).id)
    done = []
    for _ in range(6):
        done.append(_add(shop, rule).id)
        for claimed in shop.notifications.claim_deliveries(1):
            if claimed.key == waiting.id:
                shop.notifications.record_attempt(claimed, AttemptResult(None, "no", retry_in=9999))
            else:
                shop.notifications.record_attempt(claimed, DELIVERED)

    kept = [one.id for one in _list(shop)]
    assert waiting.id in kept
    assert len(kept) <= 1 + 3 + 2


def test_a_rule_has_so_many_tests_waiting_at_most(shop: Store) -> None:
    rule = add_rule(shop).id
    for _ in range(5):
        _add(shop, rule)

    with pytest.raises(TooManyError):
        _add(shop, rule)


def test_nothing_is_sent_of_a_project_that_is_being_deleted_until_it_is_restored(shop: Store) -> None:
    delivery = _add(shop, add_rule(shop).id)
    shop.deletions.delete("shop", grace=100)

    assert not shop.notifications.claim_deliveries(4)
    shop.deletions.restore("shop")
    claimed: list[ClaimedDelivery] = [*shop.notifications.claim_deliveries(4)]
    assert [one.key for one in claimed] == [delivery.id]


def test_the_rules_of_a_renamed_project_are_its_own_under_the_new_name(shop: Store) -> None:
    rule = add_rule(shop)
    _add(shop, rule.id)

    shop.projects.change("shop", new_name="mall")

    assert shop.notifications.get_rule("mall", rule.id).id == rule.id
    (claimed,) = shop.notifications.claim_deliveries(4)
    assert claimed.rule.project == "mall"
