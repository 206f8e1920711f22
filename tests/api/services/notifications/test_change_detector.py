"""What people are told of: each change once, whatever process finds it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.models.audit import COMMAND_LINE
from archguard_api.models.notifications import NotificationRuleChange
from archguard_api.services.contract_status import ContractStatuses
from archguard_api.services.notifications.change_detector import ChangeDetector
from archguard_api.services.plan_outlook import PlanOutlooks
from tests.api.notifications import add_rule
from tests.api.snapshots import CONTRACT, DAY, START, fork, history, pull_request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.snapshot import Upload
    from archguard_api.models.notifications import NewNotificationRule, NotificationDelivery
    from archguard_api.store import Store
    from tests.api.clock import Clock

A, B, C = (("shop.a", "shop.old"), ("shop.b", "shop.old"), ("shop.c", "shop.old"))
MANY = [(f"shop.m{number:02}", "shop.old") for number in range(40)]


class Shop:
    """A project, and the change_detector of a process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.change_detector = ChangeDetector(store, ContractStatuses(PlanOutlooks(), store.now))
        self.clock.now = START

    def upload(self, *uploads: Upload) -> None:
        """Store snapshots, each on the day of its commit, and look after each."""
        for one in uploads:
            self.clock.now = max(self.clock.now, one.snapshot.committed_at + 60)
            self.store.add_snapshot("shop", one, token_id=None)
            self.store.upkeep.finish_rebuilds()
            self.change_detector.detect()

    def add_rule(self, **fields: Any) -> NewNotificationRule:
        """Tell somebody."""
        return add_rule(self.store, mark=self.change_detector.make_mark("shop"), **fields)

    def list_deliveries(self) -> Sequence[NotificationDelivery]:
        """What is to be sent, the oldest first."""
        page = self.store.notifications.list_deliveries("shop", None, after=None, limit=200)
        return page.items[::-1]

    def list_told(self) -> list[tuple[str, str]]:
        """The events and titles of what is to be sent, the oldest first."""
        return [(one.event, one.title) for one in self.list_deliveries()]


@pytest.fixture
def shop(database: str, open_store: Callable[..., Store], clock: Clock) -> Shop:
    """A store whose project `shop` has one snapshot."""
    return Shop(open_store(database, clock=clock), clock)


def _with_contract(uploads: list[Upload], **fields: object) -> list[Upload]:
    """Give the contract of a history other values."""
    changed = []
    for one in uploads:
        (contract,) = one.snapshot.contracts
        contracts = (contract.model_copy(update=fields),)
        snapshot = one.snapshot.model_copy(update={"contracts": contracts})
        changed.append(one.model_copy(update={"snapshot": snapshot}))
    return changed


def test_a_violation_that_came_back_is_told_once(shop: Shop) -> None:
    uploads = history([[A, B], [A], [A, B], [A, B], [A]])
    shop.upload(uploads[0])
    shop.add_rule(events=["came-back"])

    shop.upload(uploads[1])
    assert shop.list_told() == []
    shop.upload(uploads[2])
    assert shop.list_told() == [("came-back", "shop: 1 violation came back")]
    shop.upload(*uploads[3:])
    shop.store.add_snapshot("shop", uploads[2], token_id=None)  # a build that runs again
    shop.change_detector.detect()

    assert len(shop.list_told()) == 1
    (delivery,) = shop.store.notifications.claim_deliveries(9)
    (item,) = delivery.notice.items
    assert (item.contract, item.owner, item.examples) == (CONTRACT, "@team", (B,))


def test_a_contract_that_reaches_zero_is_told_once(shop: Shop) -> None:
    uploads = history([[A, B], [A], [], [], [A], []])
    shop.upload(uploads[0])
    shop.add_rule(events=["sealed"])

    shop.upload(*uploads[1:4])
    sealed = ("sealed", "shop: Nobody imports no-old is sealed: none is left")
    assert shop.list_told() == [sealed]
    shop.upload(*uploads[4:])

    assert shop.list_told() == [sealed, sealed]  # it was not sealed in between


def test_a_contract_that_grows_and_one_that_is_stalled_are_told_once(shop: Shop) -> None:
    growing = [MANY[: 2 + number] for number in range(30)]
    uploads = history([*growing, *([MANY[:31]] * 70)])
    shop.upload(uploads[0])
    shop.add_rule(events=["growing", "stalled"])

    shop.upload(*uploads[1:30])
    assert [event for event, _ in shop.list_told()] == ["growing"]
    shop.upload(*uploads[30:])

    assert [event for event, _ in shop.list_told()] == ["growing", "stalled"]


def test_a_deadline_at_risk_is_told_once(shop: Shop) -> None:
    deadline = datetime.date.fromtimestamp(START) + datetime.timedelta(days=10)
    uploads = _with_contract(history([[A, B]] * 14), deadline=deadline)
    shop.upload(uploads[0])
    shop.add_rule(events=["deadline-at-risk"])

    shop.upload(*uploads[1:9])
    before = shop.list_told()
    shop.upload(*uploads[9:])

    assert len(before) <= 1
    assert shop.list_told() == [
        ("deadline-at-risk", "shop: Nobody imports no-old is not on its way to its deadline")
    ]


def test_a_deadline_that_is_met_is_no_risk(shop: Shop) -> None:
    deadline = datetime.date.fromtimestamp(START) + datetime.timedelta(days=400)
    steps = [MANY[number:] for number in range(30)]
    uploads = _with_contract(history(steps), deadline=deadline)
    shop.upload(uploads[0])
    shop.add_rule(events=["deadline-at-risk"])

    shop.upload(*uploads[1:])

    assert shop.list_told() == []


def test_time_alone_tells_of_a_deadline_that_passes(shop: Shop) -> None:
    deadline = datetime.date.fromtimestamp(START) + datetime.timedelta(days=3)
    uploads = _with_contract(history([[A, B]]), deadline=deadline)
    shop.upload(uploads[0])
    shop.add_rule(events=["deadline-at-risk"])

    for _ in range(8):
        shop.clock.now += DAY
        shop.change_detector.detect()

    assert len(shop.list_told()) == 1


def test_a_pull_request_that_adds_violations_is_told_once_until_it_adds_none(shop: Shop) -> None:
    shop.upload(*history([[A], [A]]))
    shop.add_rule(events=["pull-request-adds"])

    shop.upload(pull_request(7, [A, B], at=1))
    shop.upload(pull_request(7, [A, B, C], at=1, name="more", after=["pull7"]))
    shop.upload(pull_request(8, [A], at=1))
    assert shop.list_told() == [("pull-request-adds", "shop: pull request 7 adds 1 violation")]
    shop.upload(pull_request(7, [A], at=1, name="none", after=["more", "pull7"]))
    shop.upload(pull_request(7, [A, C], at=1, name="again", after=["none", "more", "pull7"]))

    assert [title for _, title in shop.list_told()] == ["shop: pull request 7 adds 1 violation"] * 2


def test_nothing_uploaded_is_told_once_for_each_silence(shop: Shop) -> None:
    uploads = history([[A], [A]])
    shop.upload(uploads[0])
    shop.add_rule(events=["no-upload"], silent_days=3)
    shop.add_rule(events=["no-upload"], silent_days=30)

    for _ in range(6):
        shop.change_detector.detect_by_schedule()
        shop.clock.now += DAY
    assert shop.list_told() == [("no-upload", "shop: nothing was uploaded for 4 days")]
    shop.upload(uploads[1])
    shop.change_detector.detect_by_schedule()
    shop.store.add_snapshot("shop", uploads[1], token_id=None)  # a repeated one is one, too
    shop.clock.now += 4 * DAY
    shop.change_detector.detect_by_schedule()
    shop.change_detector.detect_by_schedule()

    assert len(shop.list_told()) == 2


def test_a_digest_comes_once_a_week_from_the_monday_after_the_rule_on(shop: Shop) -> None:
    uploads = history([[A, B, C], [A, B, C], [A, B], [A]])
    shop.upload(*uploads)
    shop.add_rule(events=["weekly-digest"])
    shop.change_detector.detect_by_schedule()
    assert shop.list_told() == []

    monday = 1_700_460_000  # 2023-11-20 06:00 UTC
    shop.clock.now = monday - 1
    shop.change_detector.detect_by_schedule()
    assert shop.list_told() == []
    for _ in range(2):
        shop.clock.now = monday
        shop.change_detector.detect_by_schedule()

    ((event, title),) = shop.list_told()
    assert (event, title) == ("weekly-digest", "shop: the week, 1 violation left")
    shop.clock.now += 7 * DAY
    shop.change_detector.detect_by_schedule()
    assert shop.list_told()[1:] == [
        ("weekly-digest", "shop: the week, 1 violation left, as many as a week before")
    ]


def test_a_rule_with_an_owner_is_told_of_that_owners_contracts_alone(shop: Shop) -> None:
    uploads = history([[A], [], [A]])
    shop.upload(uploads[0])
    shop.add_rule(events=["sealed", "came-back", "weekly-digest"], owner="@others")
    rule = shop.add_rule(events=["sealed", "came-back", "weekly-digest"], owner="@team")

    shop.upload(*uploads[1:])
    shop.clock.now += 7 * DAY
    shop.change_detector.detect_by_schedule()

    assert {one.rule for one in shop.list_deliveries()} == {rule.id}
    assert [event for event, _ in shop.list_told()] == ["sealed", "came-back", "weekly-digest"]


def test_a_new_rule_tells_nothing_of_what_was_before(shop: Shop) -> None:
    shop.upload(*history([[A, B], [A], [A, B]]), pull_request(7, [A, B, C], at=2))
    shop.add_rule()
    shop.change_detector.detect()
    shop.change_detector.detect_by_schedule()

    assert shop.list_told() == []


def test_a_rule_that_is_enabled_again_tells_nothing_of_the_time_between(shop: Shop) -> None:
    uploads = history([[A, B], [], [A]])
    shop.upload(uploads[0])
    rule = shop.add_rule(events=["sealed", "came-back"])
    change = shop.store.notifications.change_rule
    mark = shop.change_detector.make_mark("shop")
    change("shop", rule.id, NotificationRuleChange(enabled=False), mark, actor=COMMAND_LINE)

    shop.upload(*uploads[1:])
    mark = shop.change_detector.make_mark("shop")
    change("shop", rule.id, NotificationRuleChange(enabled=True), mark, actor=COMMAND_LINE)
    shop.change_detector.detect()

    assert shop.list_told() == []


def test_a_history_that_is_uploaded_at_once_tells_where_it_leads_and_not_each_step(shop: Shop) -> None:
    uploads = history([[A, B], [], [A], [], [A, B], []])
    shop.upload(uploads[0])
    shop.add_rule()

    for one in uploads[1:]:
        shop.store.add_snapshot("shop", one, token_id=None)
    shop.change_detector.detect()

    assert [event for event, _ in shop.list_told()] == ["sealed"]


def test_what_an_upload_out_of_order_brings_is_told_once_it_is_worked_in(shop: Shop) -> None:
    uploads = history([[A, B], [A], [A]])
    shop.upload(uploads[0], uploads[2])
    shop.add_rule(events=["sealed", "came-back"])

    shop.upload(uploads[1])
    shop.upload(*fork(2, [[A, B], []]))

    assert [event for event, _ in shop.list_told()] == ["came-back", "sealed"]


def test_several_processes_that_look_at_once_tell_once(
    shop: Shop, database: str, open_store: Callable[..., Store]
) -> None:
    uploads = history([[A, B], []])
    shop.upload(uploads[0])
    shop.add_rule(events=["sealed"])
    shop.clock.now += DAY
    shop.store.add_snapshot("shop", uploads[1], token_id=None)
    other = open_store(database, clock=shop.clock)
    stale = other.notifications.read_news("shop")
    contracts = ChangeDetector(other, ContractStatuses(PlanOutlooks(), other.now))

    shop.change_detector.detect()
    contracts.detect()

    assert stale is not None
    assert stale.mark is not None
    # What another process has read before that is old news by now.
    assert not other.notifications.tell("shop", stale, stale.mark, lambda _rule: ())
    assert len(shop.list_told()) == 1


def test_a_look_whose_transaction_fails_loses_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = history([[A, B], []])
    shop.upload(uploads[0])
    shop.add_rule(events=["sealed"])
    shop.clock.now += DAY
    shop.store.add_snapshot("shop", uploads[1], token_id=None)

    with monkeypatch.context() as patched:
        patched.setattr("archguard_api.store.notification_outbox.insert_delivery", _fail)
        with pytest.raises(ZeroDivisionError):
            shop.change_detector.detect()
    assert shop.list_told() == []
    shop.change_detector.detect()

    assert len(shop.list_told()) == 1


def _fail(*_arguments: object) -> None:
    raise ZeroDivisionError
