"""A walk over the pages that compares them with the API's answers, formatted by rules of its own.

What was compared is taken off the page; a number that is left on it was compared with nothing.
"""

from __future__ import annotations

import datetime
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.browser.visitor import drawn, settled

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

Answer = dict[str, Any]
WORDS = {"too-short": "Too short"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
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
MOST_LINES = 8
"""As many contracts are drawn at once."""
LEFT = """(labels) => {
  const main = document.querySelector("main").cloneNode(true);
  for (const gone of main.querySelectorAll("[data-compared], select, .chart-canvas, .segments")) {
    gone.remove();
  }
  document.body.append(main);
  const text = main.innerText;
  main.remove();
  return text.split("\\n").filter((line) => /\\d/.test(line) && !labels.includes(line.trim()));
}"""
LABELS = ["during 7 days, and still here", "during 7 days", "Nothing came in during the last 7 days."]
"""What the dashboard calls something, whatever the API says."""


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


@dataclass
class Walk:
    """A walk over the pages of a service."""

    service: DashboardService
    visitor: Visitor
    differences: list[str] = field(default_factory=list)
    compared: int = 0
    """Texts that were compared."""

    def projects(self) -> None:
        """Compare the list of projects, all pages of it."""
        page = settled(self.visitor.open("/"))
        while page.get_by_role("button", name="Show more projects").count():
            page.get_by_role("button", name="Show more projects").click()
            settled(page)
        items: list[Answer] = []
        after = None
        while after is not None or not items:
            answer = self.service.get("projects", after=after)
            items += answer["items"]
            after = answer["next"]
            if after is None:
                break
        rows = page.locator(".project").all()
        self._same("projects", str(len(rows)), str(len(items)))
        for row, item in zip(rows, items, strict=False):
            self._text(f"projects: {item['name']}", row, _describe_project(item))
            now = item["now"]
            if now is not None:
                first, last = now["curve"][0], now["curve"][-1]
                ends = ", ".join(
                    f"{number(one['violations'])} on {date(one['committed_at'])}"
                    for one in (first, last)
                )
                label = row.get_by_role("img").get_attribute("aria-label") or ""
                self._same(f"curve of {item['name']}", label, ends)
        self._nothing_left("projects", page)

    def project(self, name: str, branch: str | None = None) -> None:
        """Compare a project's burn-down, with its figures, tables and lists."""
        query = f"?branch={branch}" if branch else ""
        where = f"{name}{query}"
        page = drawn(self.visitor.open(f"/p/{name}{query}"))
        settled(page)
        answer = self.service.get(f"projects/{name}", branch=branch)
        self._standing(where, page, answer, branch)
        at = answer["contracts"][0]["at"]
        shown = answer["contracts"][0]["branch"]
        about = (
            f"{shown} · {count(answer['snapshots'], 'snapshot')} · {at['commit'][:9]}, "
            f"{age(at['committed_at'])}"
        )
        self._text(f"{where}: about", page.locator(".page-title .about"), about)
        trends = {
            one["contract"]["id"]: self.service.get(
                f"projects/{name}/trend", contract=one["contract"]["id"], branch=branch, points=2000
            )
            for one in answer["contracts"]
        }
        self._figures(where, page, name, branch, answer, trends)
        self._contracts(where, page, answer, trends)
        self._chart(where, page, answer, trends)
        self._cards(where, page, name, branch)
        page.locator(".page-title h1").evaluate("(one) => one.dataset.compared = ''")
        self._nothing_left(where, page)

    def violations(self, name: str) -> None:
        """Compare the first page of open violations."""
        page = settled(self.visitor.open(f"/p/{name}/violations"))
        project = self.service.get(f"projects/{name}")
        names = {one["contract"]["id"]: one["contract"]["name"] for one in project["contracts"]}
        answer = self.service.get(f"projects/{name}/violations", sort="introduced")
        self._standing(f"{name}: violations", page, project, None)
        where = f"{name}: violations"
        if answer["items"]:
            self._text(f"{where}: total", page.locator(".total"), count(answer["total"], "violation"))
            pager = page.locator(".pager p")
            if pager.count():
                shown = f"1{DASH}{number(len(answer['items']))} of {count(answer['total'], 'violation')}"
                self._text(f"{where}: pager", pager, shown)
        elif project["now"]["lower_bound"]:
            place = page.locator(".notice-text")
            self._text(f"{where}: none", place, project["now"]["sentence"], exact=False)
        rows = page.locator("tbody tr").all()
        self._same(f"{where}: rows", str(len(rows)), str(len(answer["items"])))
        for row, item in zip(rows, answer["items"], strict=False):
            self._text(where, row, _describe_violation(item, names))
        self._nothing_left(where, page)

    def snapshots(self, name: str) -> None:
        """Compare the first page of the list of snapshots."""
        page = settled(self.visitor.open(f"/p/{name}/snapshots"))
        project = self.service.get(f"projects/{name}")
        where = f"{name}: snapshots"
        self._standing(where, page, project, None)
        answer = self.service.get(f"projects/{name}/snapshots", branch=project["default_branch"])
        rows = page.locator("tbody tr").all()
        self._same(f"{where}: rows", str(len(rows)), str(len(answer["items"])))
        older = [*answer["items"][1:], None]
        for row, item, before in zip(rows, answer["items"], older, strict=False):
            self._text(where, row, _describe_snapshot(item, before))
        pager = page.locator(".pager p")
        if pager.count():
            self._text(f"{where}: pager", pager, f"1{DASH}{len(answer['items'])} snapshots", exact=False)
        self._nothing_left(where, page)

    def _standing(self, where: str, page: Page, answer: Answer, branch: str | None) -> None:
        now = answer["now"]
        link = "Unread files" if now["unread"] else ""
        text = f"{branch or answer['default_branch']} {state(now['state'])} {now['sentence']} {link}"
        self._text(f"{where}: standing", page.locator(".standing"), text)

    def _figures(
        self,
        where: str,
        page: Page,
        name: str,
        branch: str | None,
        answer: Answer,
        trends: dict[str, Answer],
    ) -> None:
        week = f"{datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=7):%Y-%m-%d}"
        path = f"projects/{name}/violations"
        added = self.service.get(path, introduced_since=week, branch=branch, limit=1)["total"]
        fixed = self.service.get(path, state="fixed", since=week, branch=branch, limit=1)["total"]
        live = [one["contract"] for one in answer["contracts"] if one["retired"] is None]
        judged = [one for one in live if not one.get("unjudged")]
        total = sum(one["violations"] for one in judged)
        is_lower = any(one["lower_bound"] for one in judged)
        unread = answer["now"]["unread"]
        sealed = [one for one in judged if _is_sealed(one)]
        broken = sum(one["violations"] > 0 for one in judged)
        expected = {
            "Violations": f"{bound(total, is_lower=is_lower)} "
            f"in {number(broken)} of {count(len(live), 'contract')}",
            "Came in": f"{number(added)} during 7 days, and still here",
            "Fixed": f"{number(fixed)} during 7 days",
            "Sealed": f"{number(len(sealed))} of {count(len(live), 'contract')}",
            "All at zero": _describe_zero(live, trends),
            "Files not read": f"{number(unread)} {'which, and why' if unread else 'all were read'}",
        }
        stats = page.locator(".stat").all()
        self._same(f"{where}: figures", str(len(stats)), str(len(expected)))
        for stat, (title, text) in zip(stats, expected.items(), strict=False):
            self._text(f"{where}: figure", stat, f"{title} {text}")

    def _contracts(self, where: str, page: Page, answer: Answer, trends: dict[str, Answer]) -> None:
        rows = page.get_by_role("region", name="Contracts").locator("tbody tr").all()
        self._same(f"{where}: contracts", str(len(rows)), str(len(answer["contracts"])))
        for row, one in zip(rows, answer["contracts"], strict=False):
            text = _describe_contract(one, trends[one["contract"]["id"]])
            self._text(f"{where}: contract", row, text)

    def _chart(self, where: str, page: Page, answer: Answer, trends: dict[str, Answer]) -> None:
        names = {one["contract"]["name"]: trends[one["contract"]["id"]] for one in answer["contracts"]}
        for label in page.locator("button.line-label").all():
            text = _plain(label.inner_text())
            match = next((one for title, one in names.items() if f" {title}" in f" {text}"), None)
            if match is None:
                self.differences.append(f"{where}: no contract is called {text!r}")
                continue
            title = next(title for title in names if f" {title}" in f" {text}")
            last = next(one for one in reversed(match["points"]) if one["violations"] is not None)
            start = f"{bound(last['violations'], is_lower=last['lower_bound'])} {title}"
            rest = text.removeprefix(start).strip()
            is_said = rest in ("", state(match["state"]), match["sentence"])
            self._same(f"{where}: line", text if not is_said else start, start)
            label.evaluate("(one) => one.dataset.compared = ''")
        heading = f"Violations on {answer['contracts'][0]['branch']}"
        self._text(f"{where}: heading", page.locator(".panel-name").first, heading)
        live = sum(one["retired"] is None for one in answer["contracts"])
        if live > MOST_LINES:
            about = page.get_by_role("region", name="Burn-down").locator("> .about")
            text = f"The {MOST_LINES} contracts with the most violations, of {live}; "
            self._text(f"{where}: lines", about, f"{text}choose another one below to see its line.")
        facts = _list_notes(trends.values())
        for label in page.locator(".note-label, .date-label, .chart .unseen li").all():
            text = _plain(label.text_content() or "")
            self.compared += 1
            if text not in facts and not re.fullmatch(r"\d+ came back", text):
                self.differences.append(f"{where}: the chart says {text!r}")
            label.evaluate("(one) => one.dataset.compared = ''")
        adoption = {
            number(point["adoption"])
            for trend in trends.values()
            for point in trend["points"][-1:]
            if point["adoption"] is not None
        }
        for label in page.locator("p.line-label").all():
            shown = _plain(label.locator("b").inner_text())
            self._same(f"{where}: adoption", shown if shown not in adoption else "", "")
            label.evaluate("(one) => one.dataset.compared = ''")

    def _cards(self, where: str, page: Page, name: str, branch: str | None) -> None:
        path = f"projects/{name}/violations"
        groups = self.service.get(f"{path}/groups", by="package", branch=branch)
        for row, group in zip(page.locator(".bars li").all(), groups["items"][:8], strict=False):
            self._text(f"{where}: bar", row, f"{group['name']} {number(group['violations'])}")
        more = len(groups["items"]) + groups["left_out"] - 8
        if more > 0:
            card = page.get_by_role("region", name="What is left")
            self._text(f"{where}: more", card.locator(".bars + p"), f"and {number(more)} more")
        imported = self.service.get(f"{path}/groups", by="imported", branch=branch)["items"]
        fewest = sorted(imported, key=lambda one: (one["importers"], one["name"]))[:5]
        rows = page.get_by_role("region", name="Who is next").locator(".rows > li").all()
        for row, group in zip(rows, fewest, strict=False):
            text = f"{group['name']} {count(group['importers'], 'importer')} left"
            self._text(f"{where}: next", row, text)
        oldest = self.service.get(path, sort="introduced", limit=5, branch=branch)["items"]
        rows = page.get_by_role("region", name="The oldest").locator(".rows > li").all()
        for row, one in zip(rows, oldest, strict=False):
            text = f"{one['importer']} imports {one['imported']} {count(one['age_days'], 'day')}"
            self._text(f"{where}: oldest", row, text)
        week = f"{datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=7):%Y-%m-%d}"
        new = self.service.get(
            path,
            introduced_since=week,
            sort="introduced",
            descending="true",
            limit=50,
            branch=branch,
        )["items"]
        commits: dict[str, list[Answer]] = {}
        for one in new:
            commits.setdefault(one["introduced"]["commit"], []).append(one)
        rows = page.get_by_role("region", name="What came in this week").locator(".rows > li").all()
        for row, (commit, items) in zip(rows, commits.items(), strict=False):
            self._text(f"{where}: this week", row, _describe_week(commit, items))

    def _text(self, where: str, place: Locator, expected: str, *, exact: bool = True) -> None:
        shown = _plain(place.inner_text())
        self._same(where, shown if exact or _plain(expected) not in shown else expected, expected)
        place.evaluate("(one) => one.dataset.compared = ''")

    def _same(self, where: str, shown: str, expected: str) -> None:
        self.compared += 1
        if _plain(shown).replace(" ", "") != _plain(expected).replace(" ", ""):
            self.differences.append(f"{where}: shown {_plain(shown)!r}, expected {_plain(expected)!r}")

    def _nothing_left(self, where: str, page: Page) -> None:
        for line in page.evaluate(LEFT, LABELS):
            self.differences.append(f"{where}: compared with nothing: {line!r}")
        page.context.close()
        self.visitor.pages.remove(page)


def _plain(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.replace("\xa0", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def _is_sealed(contract: Answer) -> bool:
    return bool(
        contract["kept"] and not contract["violations"] and not contract["lower_bound"]
    ) and not contract.get("unjudged")


def _describe_project(item: Answer) -> str:
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


def _describe_zero(live: list[Answer], trends: dict[str, Answer]) -> str:
    open_ = [one for one in live if not _is_sealed(one)]
    if not open_:
        since = [(trend["summary"] or {}).get("sealed_since") for trend in trends.values()]
        last = max((one["committed_at"] for one in since if one), default=None)
        return f"{date(last) if last else DASH} and held there since"
    dates = [(trends[one["id"]]["forecast"] or {}).get("eta") for one in open_]
    undated = dates.count(None)
    if undated:
        return f"No date {count(undated, 'contract')} without a date"
    return f"{date(max(filter(None, dates)))} by the forecast"


def _describe_contract(one: Answer, trend: Answer) -> str:
    contract, retired = one["contract"], one["retired"]
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
        f"{contract['name']} {one['sentence']} {state(one['state'])} {now} {peak} "
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


def _list_notes(trends: Any) -> set[str]:
    """Return all that the chart's notes may say."""
    facts = {"today"}
    for trend in trends:
        highest = (trend["summary"] or {}).get("highest")
        points = trend["points"]
        if highest:
            facts |= {f"peak {number(highest['violations'])}", f"peak ≥ {number(highest['violations'])}"}
        facts |= {f"or more: {count(one['unread'], 'file')} unread" for one in points}
        facts |= {f"{count(one['unread'], 'file')} unread" for one in points}
        silent = (time.time() - moment(trend["last_commit_at"]).timestamp()) // 86_400
        days = trend["stale_days"] if trend["stale_days"] is not None else int(silent)
        facts.add(f"no snapshot for {count(days, 'day')}")
        deadline = (trend["forecast"] or {}).get("deadline")
        if deadline:
            facts.add(f"deadline {date(deadline)}")
    return facts


def _describe_violation(item: Answer, names: dict[str, str]) -> str:
    first, *others = item["occurrences"]
    kind = "" if first["kind"] == "top-level" else first["kind"]
    more = f"and {number(len(others))} more" if others else ""
    ghost = "ghost" if item["ghost"] else ""
    use = f"use {item['replacement'].rpartition('.')[2]}" if item["replacement"] else ""
    owner = f"· {item['owner']}" if item["owner"] else ""
    days = "today" if item["age_days"] == 0 else count(item["age_days"], "day")
    times = "once" if item["times"] == 1 else f"{number(item['times'])}{TIMES}"
    return (
        f"{item['importer']} {first['path']}:{first['line']} {kind} {more} "
        f"{item['imported']} {ghost} {use} {names[item['contract']]} {owner} "
        f"{days} in {item['introduced']['commit'][:9]} {times}"
    )


def _describe_snapshot(item: Answer, before: Answer | None) -> str:
    judged = [one for one in item["contracts"] if not one.get("unjudged")]
    kept = sum(one["kept"] and not one["lower_bound"] for one in judged)
    total = "no verdict"
    if judged or not item["contracts"]:
        is_lower = any(one["lower_bound"] for one in judged)
        total = bound(sum(one["violations"] for one in judged), is_lower=is_lower)
    moved = 0
    known = {one["id"]: one for one in before["contracts"]} if before else {}
    for one in judged:
        ids = [one["id"], *one.get("previous_ids", ())]
        other = next((known[name] for name in ids if name in known), None)
        if other and not other.get("unjudged"):
            moved += one["violations"] - other["violations"]
    return (
        f"Compare {item['commit'][:9]} {item['commit'][:9]} {clock(item['committed_at'])} "
        f"{change(moved) if moved else ''} {total} {kept} of {len(item['contracts'])} "
        f"{number(item['modules'])} {number(item['imports'])} {number(len(item['unread']))}"
    )


def _describe_week(commit: str, items: list[Answer]) -> str:
    lines = [
        f"{one['importer']} imports {one['imported']} {'came back' if one['times'] > 1 else ''}"
        for one in items[:3]
    ]
    more = f"and {number(len(items) - 3)} more" if len(items) > 3 else ""
    at = clock(items[0]["introduced"]["committed_at"])
    return f"{commit[:9]} {at} · {number(len(items))} came in {' '.join(lines)} {more}"
