"""What the pages should say of the API's answers: no rule is shared with the dashboard."""

from __future__ import annotations

import datetime
import operator
import time
from itertools import compress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Answer = dict[str, Any]
WORDS = {"too-short": "Too short"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
YEAR = 365.25 * 86_400
UNITS = (
    ("year", YEAR, 2 * YEAR),
    ("month", YEAR / 12, YEAR / 12),
    ("week", 7 * 86_400, 7 * 86_400),
    ("day", 86_400, 86_400),
    ("hour", 3600, 3600),
    ("minute", 60, 60),
)
"""(unit, its seconds, the shortest time that is given in it)."""
DASH, TIMES = "\N{EN DASH}", "\N{MULTIPLICATION SIGN}"


def number(value: int) -> str:
    """Return a number as in "12,345"."""
    return f"{value:,}"


def count(value: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun."""
    return f"{number(value)} {noun if value == 1 else nouns or f'{noun}s'}"


def bound(value: int, *, is_lower: bool) -> str:
    """Return a count as in "≥ 12" if it is a lower bound."""
    return f"{'≥ ' if is_lower else ''}{number(value)}"


def change(value: int) -> str:
    """Return a change as in "+3"."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "±"
    return sign + number(abs(value))


def moment(text: str) -> datetime.datetime:
    """Return the moment of a date or time."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def date(text: str) -> str:
    """Return a day as in "1 Mar 2026"."""
    day = moment(text)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def clock(text: str) -> str:
    """Return a moment as in "1 Mar 2026, 12:00"."""
    return f"{date(text)}, {moment(text):%H:%M}"


def age(text: str) -> str:
    """Return how long ago a moment was."""
    passed = time.time() - moment(text).timestamp()
    for unit, length, shortest in UNITS:
        if passed >= shortest:
            return f"{count(int(passed / length + 0.5), unit)} ago"
    return "just now"


def state(name: str) -> str:
    """Return the word for a state."""
    return WORDS.get(name, name.capitalize())


def is_sealed(contract: Answer) -> bool:
    """Return whether a contract is at zero for certain."""
    is_open = contract["violations"] or contract["lower_bound"] or contract.get("unjudged")
    return contract["kept"] and not is_open


def describe_project(item: Answer) -> str:
    """Return the row of the list of projects."""
    now = item["now"]
    if now is None:
        return f"{item['name']} no snapshot on a default branch Nothing to show yet no commit"
    violations = "violation" if now["violations"] == 1 else "violations"
    unread = f", {count(now['unread'], 'file')} unread" if now["unread"] else ""
    moved = now["change_30_days"]
    return (
        f"{item['name']} {item['default_branch']} · {count(now['contracts'], 'contract')} "
        f"{now['sentence']} {state(now['state'])} "
        f"{bound(now['violations'], is_lower=now['lower_bound'])} {violations}{unread} "
        f"{'too new for 30 days' if moved is None else f'{change(moved)} in 30 days'} "
        f"last commit {age(now['last_commit_at'])}"
    )


def describe_zero(live: list[Answer], trends: dict[str, Answer]) -> str:
    """Return the day on which all live contracts are at zero."""
    unsealed = [contract for contract in live if not is_sealed(contract)]
    if not unsealed:
        since = [(trend["summary"] or {}).get("sealed_since") for trend in trends.values()]
        last = max((one["committed_at"] for one in since if one), default=None)
        return f"{date(last) if last else DASH} and held there since"
    dates = [(trends[one["id"]]["forecast"] or {}).get("eta") for one in unsealed]
    undated = dates.count(None)
    if undated:
        return f"No date {count(undated, 'contract')} without a date"
    return f"{date(max(filter(None, dates)))} by the forecast"


def describe_contract(item: Answer, trend: Answer) -> str:
    """Return the row of the table of contracts."""
    contract, retired = item["contract"], item["retired"]
    if retired:
        now = f"{number(retired['open'])} open then"
    elif contract.get("unjudged"):
        now = "no verdict"
    else:
        unknown = trend["points"][-1]["unknown"]
        now = bound(contract["violations"], is_lower=contract["lower_bound"])
        now += f" {number(unknown)} unknown" if unknown else ""
    peak = number(trend["summary"]["highest"]["violations"]) if trend["summary"] else ""
    left = 0 if contract.get("unjudged") else contract["violations"]
    forecast = trend["forecast"]
    deadline = "none"
    if contract["deadline"] and not retired:
        deadline = date(contract["deadline"])
        needed = (forecast or {}).get("needed_per_week")
        if left and needed is not None:
            pace = f"{needed:.1f}" if needed < 10 else number(int(needed + 0.5))
            deadline += f" needs {pace} a week"
    return (
        f"{contract['name']} {item['sentence']} {state(item['state'])} {now} {peak} "
        f"{_describe_forecast(forecast)} {deadline} {contract['owner'] or 'nobody'}"
    )


def _describe_forecast(forecast: Answer | None) -> str:
    if forecast is None:
        return ""
    if forecast["eta"] is None:
        return "reached" if forecast["state"] == "sealed" else "no date"
    earliest = date(forecast["earliest"]) if forecast["earliest"] else ""
    latest = date(forecast["latest"]) if forecast["latest"] else "open end"
    return f"{date(forecast['eta'])} {earliest} {DASH} {latest}"


def list_notes(trends: Iterable[Answer]) -> set[str]:
    """Return all that the chart's notes may say."""
    facts = {"today"}
    for trend in trends:
        highest = (trend["summary"] or {}).get("highest")
        points = trend["points"]
        if highest:
            facts |= {f"peak {number(highest['violations'])}", f"peak ≥ {number(highest['violations'])}"}
        facts |= {f"or more: {count(one['unread'], 'file')} unread" for one in points}
        facts |= {f"{count(one['unread'], 'file')} unread" for one in points}
        returns = sum(one["reintroduced"] for one in points)  # marks that would overlap are one
        facts |= {f"{number(returned)} came back" for returned in range(1, returns + 1)}
        silent = (time.time() - moment(trend["last_commit_at"]).timestamp()) // 86_400
        days = trend["stale_days"] if trend["stale_days"] is not None else int(silent)
        facts.add(f"no snapshot for {count(days, 'day')}")
        deadline = (trend["forecast"] or {}).get("deadline")
        if deadline:
            facts.add(f"deadline {date(deadline)}")
    return facts


def describe_violations(
    items: list[Answer], names: dict[str, str], *, is_whole: bool
) -> tuple[list[str], list[str]]:
    """Return the rows of the list of violations, and what is the same in all of them: it is said once.

    Args:
        items: the violations, sorted by when they were introduced.
        names: those of the contracts by id.
        is_whole: whether these are all; if not, the column that they are sorted by stays.
    """
    if not items:
        return [], []
    rows = [_describe_violation(item, names) for item in items]
    is_shared = [len(rows) > 1 and len(set(column)) == 1 for column in zip(*rows, strict=True)]
    is_shared[_IMPORTER] = False
    is_shared[_INTRODUCED] &= is_whole
    return (
        [" ".join(compress(row, map(operator.not_, is_shared))) for row in rows],
        [*compress(rows[0], is_shared)],
    )


_IMPORTER, _INTRODUCED = 0, 3


def _describe_violation(item: Answer, names: dict[str, str]) -> tuple[str, ...]:
    """Return the columns of a row of the list of violations."""
    first, *others = item["occurrences"]
    kind = "" if first["kind"] == "top-level" else first["kind"]
    more = f"and {number(len(others))} more" if others else ""
    ghost = "ghost" if item["ghost"] else ""
    use = f"use {item['replacement'].rpartition('.')[2]}" if item["replacement"] else ""
    owner = f"· {item['owner']}" if item["owner"] else ""
    days = "today" if item["age_days"] == 0 else count(item["age_days"], "day")
    times = "once" if item["times"] == 1 else f"{number(item['times'])}{TIMES}"
    return (
        f"{item['importer']} {first['path']}:{first['line']} {kind} {more}",
        f"{item['imported']} {ghost} {use}",
        f"{names[item['contract']]} {owner}",
        f"{days} in {item['introduced']['commit'][:9]}",
        times,
    )


def describe_snapshot(item: Answer, before: Answer | None) -> str:
    """Return the row of the list of snapshots; the change is from the one before."""
    judged = [one for one in item["contracts"] if not one.get("unjudged")]
    kept = sum(one["kept"] and not one["lower_bound"] for one in judged)
    total = "no verdict"
    if judged or not item["contracts"]:
        is_lower = any(one["lower_bound"] for one in judged)
        total = bound(sum(one["violations"] for one in judged), is_lower=is_lower)
    moved = 0
    known = {one["id"]: one for one in before["contracts"]} if before else {}
    for contract in judged:
        ids = [contract["id"], *contract.get("previous_ids", ())]
        earlier = next((known[name] for name in ids if name in known), None)
        if earlier and not earlier.get("unjudged"):
            moved += contract["violations"] - earlier["violations"]
    return (
        f"Compare {item['commit'][:9]} {item['commit'][:9]} {clock(item['committed_at'])} "
        f"{change(moved) if moved else ''} {total} {kept} of {len(item['contracts'])} "
        f"{number(item['modules'])} {number(item['imports'])} {number(len(item['unread']))}"
    )


def describe_week(commit: str, items: list[Answer]) -> str:
    """Return what came in with a commit of this week."""
    lines = [
        f"{one['importer']} imports {one['imported']} {'came back' if one['times'] > 1 else ''}"
        for one in items[:3]
    ]
    more = f"and {number(len(items) - 3)} more" if len(items) > 3 else ""
    at = clock(items[0]["introduced"]["committed_at"])
    return f"{commit[:9]} {at} · {number(len(items))} came in {' '.join(lines)} {more}"
