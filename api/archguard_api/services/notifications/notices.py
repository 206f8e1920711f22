"""Find what is new of a project, and put it into words: which contracts changed their state, and so on.

People are told of a change once. A contract that is seen for the first time tells nothing, and one that
goes to and fro between two states is told of once a week at most, unless it reached zero.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archguard_api.forecast import State
from archguard_api.models.notifications import (
    TEST_EVENT,
    ContractMark,
    Notice,
    NoticeItem,
    NotificationEvent,
    NotificationMark,
)
from archguard_api.services.notifications.message_formats import describe_total
from archguard_api.services.pull_sentence import compose_pull_sentence
from archguard_api.services.sentence import count
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard_api.models import ComparedPullRequest, ContractNow, ProjectStanding
    from archguard_api.models.notifications import StoredRule
    from archguard_api.store.notification_store import ProjectNews

MAX_ITEMS = 20
"""Of one notice."""
MAX_EXAMPLES = 5
"""Of one contract."""
_AGAIN_SECONDS = 7 * DAY
_STATE_EVENTS = {
    State.SEALED: NotificationEvent.SEALED,
    State.GROWING: NotificationEvent.GROWING,
    State.STALLED: NotificationEvent.STALLED,
}
_DIGEST_DAYS = 7
_VERBS = {
    NotificationEvent.SEALED: ("is sealed: none is left", "are sealed: none is left"),
    NotificationEvent.GROWING: ("is growing", "are growing"),
    NotificationEvent.STALLED: ("is stalled", "are stalled"),
    NotificationEvent.DEADLINE_AT_RISK: (
        "is not on its way to its deadline",
        "are not on their way to their deadlines",
    ),
}


@dataclass(frozen=True, slots=True)
class ProjectChanges:
    """What is new of a project."""

    mark: NotificationMark
    """Up to where that is known."""
    items: Mapping[NotificationEvent, Sequence[NoticeItem]] = field(default_factory=dict)


def make_mark(news: ProjectNews, contracts: Sequence[ContractNow], now: int) -> NotificationMark:
    """Return a mark from which on everything is new."""
    return find_changes(replace(news, mark=None), contracts, now).mark


def find_changes(news: ProjectNews, contracts: Sequence[ContractNow], now: int) -> ProjectChanges:
    """Return what is new of a project.

    Args:
        news: what is stored of it, with the mark of the last time.
        contracts: where its contracts stand.
        now: seconds since 1970.
    """
    position, mark = news.position, news.mark
    is_first = mark is None or mark.branch_id != position.branch_id
    before = {} if mark is None or is_first else mark.contracts
    at_risk = _list_at_risk(news.standing, contracts, now)
    items: dict[NotificationEvent, list[NoticeItem]] = {}
    marks: dict[str, ContractMark] = {}
    for contract in contracts:
        if contract.retired is not None:
            continue
        name = contract.contract.id
        old = next((before[one] for one in (name, *contract.previous_ids) if one in before), None)
        events = [*_list_events(contract, old, is_at_risk=name in at_risk, now=now)]
        for event in events:
            items.setdefault(event, []).append(_make_item(contract))
        told = dict(old.told) if old else {}
        told |= {event.value: now for event in events}
        marks[name] = _mark_contract(contract, old, told, is_at_risk=name in at_risk)
    if not is_first and news.returned:
        items[NotificationEvent.CAME_BACK] = _list_returned(news, contracts)
    return ProjectChanges(
        NotificationMark(position.branch_id, position.version, now // DAY, position.snapshot_id, marks),
        {} if is_first else items,
    )


def _mark_contract(
    contract: ContractNow, old: ContractMark | None, told: dict[str, int], *, is_at_risk: bool
) -> ContractMark:
    """Return where a contract stands; of a stale one, or without a verdict, where it stood before."""
    is_unknown = contract.state is State.STALE or contract.contract.unjudged
    state = old.state if old is not None and is_unknown else contract.state.value
    return ContractMark(state, is_at_risk, told)


def _list_events(
    contract: ContractNow, old: ContractMark | None, *, is_at_risk: bool, now: int
) -> Iterable[NotificationEvent]:
    if old is None or contract.contract.unjudged:
        return
    event = _STATE_EVENTS.get(contract.state)
    is_new = event is not None and old.state != contract.state.value
    if event and is_new and (event is NotificationEvent.SEALED or _was_long_ago(old, event, now)):
        yield event
    risk = NotificationEvent.DEADLINE_AT_RISK
    if is_at_risk and not old.at_risk and _was_long_ago(old, risk, now):
        yield risk


def _was_long_ago(mark: ContractMark, event: NotificationEvent, now: int) -> bool:
    return now - mark.told.get(event.value, -_AGAIN_SECONDS) >= _AGAIN_SECONDS


def _list_at_risk(
    standing: ProjectStanding, contracts: Sequence[ContractNow], now: int
) -> frozenset[str]:
    """Return the contracts whose deadline is over, or that will be late at their pace.

    As long as there is no pace nobody knows that.
    """
    if standing.line is None:
        return frozenset()
    unknown = {one.contract.id for one in contracts if one.state in (State.TOO_SHORT, State.STALE)}
    today = now // DAY
    return frozenset(
        contract
        for contract, _, _, _, zero, deadline in standing.line.judge(now).figures.milestones
        if deadline is not None
        and (
            _count_days(deadline) < today
            or (contract not in unknown and (zero is None or zero > deadline))
        )
    )


def _count_days(day: str) -> int:
    """Return a day in days since 1970."""
    return datetime.date.fromisoformat(day).toordinal() - datetime.date(1970, 1, 1).toordinal()


def _make_item(contract: ContractNow) -> NoticeItem:
    known = contract.contract
    return NoticeItem(
        contract.sentence,
        contract=known.id,
        contract_name=known.name,
        owner=known.owner,
        violations=None if known.unjudged else known.violations,
        lower_bound=known.lower_bound,
        state=contract.state.value,
        deadline=known.deadline.isoformat() if known.deadline else None,
    )


def _list_returned(news: ProjectNews, contracts: Sequence[ContractNow]) -> list[NoticeItem]:
    pairs: dict[str, list[tuple[str, str]]] = {}
    for name, importer, imported in news.returned:
        pairs.setdefault(name, []).append((importer, imported))
    return [
        replace(
            _make_item(contract),
            text=f"{count(len(found), 'violation')} came back.",
            violations=len(found),
            examples=tuple(found[:MAX_EXAMPLES]),
        )
        for contract in contracts
        if contract.retired is None and (found := pairs.get(contract.contract.id))
    ]


def compose_notices(
    changes: ProjectChanges, rule: StoredRule, news: ProjectNews, now: int
) -> list[Notice]:
    """Return what a rule is to tell of what is new."""
    notices = []
    for event, items in sorted(changes.items.items()):
        chosen = _choose(items, rule)
        if event.value in rule.events and chosen:
            title = f"{rule.project}: {_compose_title(event, chosen)}"
            notices.append(_make_notice(event.value, rule, now, title, chosen, news.standing))
    return notices


def _compose_title(event: NotificationEvent, items: Sequence[NoticeItem]) -> str:
    if event is NotificationEvent.CAME_BACK:
        return f"{count(sum(item.violations or 0 for item in items), 'violation')} came back"
    one, several = _VERBS[event]
    if len(items) == 1:
        return f"{items[0].contract_name or items[0].contract} {one}"
    return f"{len(items)} contracts {several}"


def compose_pull_notices(pull: ComparedPullRequest, rule: StoredRule, now: int) -> list[Notice]:
    """Return what a rule is to tell of a pull request that adds violations."""
    event = NotificationEvent.PULL_REQUEST_ADDS.value
    added = [one for one in pull.added or () if rule.owner in (None, one.owner)]
    if event not in rule.events or not added:
        return []
    dropped = None if pull.dropped is None else len(pull.dropped)
    item = NoticeItem(
        compose_pull_sentence(pull, len(pull.added or ()), len(pull.fixed or ()), dropped),
        violations=len(added),
        owner=rule.owner,
        pull_request=pull.number,
        examples=tuple((one.importer, one.imported) for one in added[:MAX_EXAMPLES]),
    )
    title = f"{rule.project}: pull request {pull.number} adds {count(len(added), 'violation')}"
    return [Notice(event, rule.project, now, title, (item,), 0, pull.head_branch, pull.head.commit)]


def compose_silence(rule: StoredRule, since: int, now: int) -> list[Notice]:
    """Return what a rule is to tell of nothing having been uploaded."""
    days = count((now - since) // DAY, "day")
    title = f"{rule.project}: nothing was uploaded for {days}"
    return [Notice(NotificationEvent.NO_UPLOAD.value, rule.project, now, title)]


def compose_digest(
    standing: ProjectStanding, contracts: Sequence[ContractNow], rule: StoredRule, now: int
) -> list[Notice]:
    """Return a week's digest: where the contracts stand, those with the most violations first."""
    lines = {one.contract: one for one in standing.line.contracts} if standing.line else {}
    items = []
    for contract in contracts:
        line = lines.get(contract.contract.id)
        if contract.retired is None:
            change = line.count_change(now // DAY - _DIGEST_DAYS) if line else None
            items.append(replace(_make_item(contract), change=change))
    chosen = _choose(items, rule)
    if not chosen:
        return []
    chosen.sort(key=lambda item: (-(item.violations or 0), item.contract or ""))
    changes = [item.change for item in chosen if item.change is not None]
    total = describe_total(
        sum(item.violations or 0 for item in chosen), sum(changes) if changes else None
    )
    whose = "" if rule.owner is None else f" of {rule.owner}"
    title = f"{rule.project}: the week{whose}, {total}"
    return [_make_notice(NotificationEvent.WEEKLY_DIGEST.value, rule, now, title, chosen, standing)]


def compose_test(project: str, now: int) -> Notice:
    """Return what shows whether a rule's target can be reached."""
    return Notice(TEST_EVENT, project, now, f"{project}: this is a test of archguard's notifications")


def _choose(items: Iterable[NoticeItem], rule: StoredRule) -> list[NoticeItem]:
    return [item for item in items if rule.owner in (None, item.owner)]


def _make_notice(
    event: str,
    rule: StoredRule,
    now: int,
    title: str,
    items: Sequence[NoticeItem],
    standing: ProjectStanding,
) -> Notice:
    tip = standing.branch.tip if standing.branch else None
    return Notice(
        event=event,
        project=rule.project,
        at=now,
        title=title,
        items=tuple(items[:MAX_ITEMS]),
        more=max(0, len(items) - MAX_ITEMS),
        branch=standing.branch.name if standing.branch else None,
        commit=tip.commit if tip else None,
    )
