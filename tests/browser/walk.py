"""A walk over the pages that compares them with the API's answers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.browser.comparison import Comparison, plain, take_off
from tests.browser.expected_texts import (
    DASH,
    age,
    bound,
    count,
    date,
    describe_contract,
    describe_project,
    describe_snapshot,
    describe_violations,
    describe_week,
    describe_zero,
    is_sealed,
    list_notes,
    number,
    state,
)
from tests.browser.visitor import drawn, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import DashboardService
    from tests.browser.expected_texts import Answer
    from tests.browser.visitor import Visitor

MOST_LINES = 8
"""As many contracts are drawn at once."""
BARS, ROWS = 8, 5
"""As many are shown of what is left, and in each of the other cards."""


@dataclass
class Walk:
    """A walk over the pages of a service."""

    service: DashboardService
    visitor: Visitor
    comparison: Comparison = field(default_factory=Comparison)

    def projects(self) -> None:
        """Compare the list of projects, all pages of it."""
        page = settled(self.visitor.open("/"))
        while page.get_by_role("button", name="Show more projects").count():
            page.get_by_role("button", name="Show more projects").click()
            settled(page)
        answer = self.service.get("projects")
        items: list[Answer] = answer["items"]
        while answer["next"] is not None:
            answer = self.service.get("projects", after=answer["next"])
            items += answer["items"]
        rows = page.locator(".project").all()
        self.comparison.same("projects", str(len(rows)), str(len(items)))
        for row, item in zip(rows, items, strict=False):
            self.comparison.text(f"projects: {item['name']}", row, describe_project(item))
            now = item["now"]
            if now is not None:
                ends = ", ".join(
                    f"{number(point['violations'])} on {date(point['committed_at'])}"
                    for point in (now["curve"][0], now["curve"][-1])
                )
                label = row.get_by_role("img").get_attribute("aria-label") or ""
                self.comparison.same(f"curve of {item['name']}", label, ends)
        self._leave("projects", page)

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
        self.comparison.text(f"{where}: about", page.locator(".page-title .about"), about)
        trends = {
            item["contract"]["id"]: self.service.get(
                f"projects/{name}/trend", contract=item["contract"]["id"], branch=branch, points=2000
            )
            for item in answer["contracts"]
        }
        self._figures(where, page, name, branch, answer, trends)
        self._contracts(where, page, answer, trends)
        self._chart(where, page, answer, trends)
        self._remaining_work(where, page, name, branch)
        self._new_work(where, page, name, branch)
        take_off(page.locator(".page-title h1"))
        self._leave(where, page)

    def violations(self, name: str) -> None:
        """Compare the first page of open violations."""
        page = settled(self.visitor.open(f"/p/{name}/violations"))
        project = self.service.get(f"projects/{name}")
        names = {item["contract"]["id"]: item["contract"]["name"] for item in project["contracts"]}
        answer = self.service.get(f"projects/{name}/violations", sort="introduced")
        where = f"{name}: violations"
        self._standing(where, page, project, None)
        if answer["items"]:
            total = count(answer["total"], "violation")
            self.comparison.text(f"{where}: total", page.locator(".total"), total)
            pager = page.locator(".pager p")
            if pager.count():
                shown = f"1{DASH}{number(len(answer['items']))} of {total}"
                self.comparison.text(f"{where}: pager", pager, shown)
        elif project["now"]["lower_bound"]:
            place = page.locator(".notice-text")
            self.comparison.part(f"{where}: none", place, project["now"]["sentence"])
        is_whole = len(answer["items"]) == answer["total"]
        rows, shared = describe_violations(answer["items"], names, is_whole=is_whole)
        if rows:
            these = "" if len(rows) == 1 else f"these {len(rows)} "
            place = page.locator(".worklist-actions button", has_text="as a checklist")
            self.comparison.text(f"{where}: checklist", place, f"Copy {these}as a checklist in Markdown")
        self.comparison.texts(f"{where}: the same in all", page.locator(".shared dd"), shared)
        self.comparison.texts(where, page.locator("tbody tr"), rows)
        self._leave(where, page)

    def snapshots(self, name: str) -> None:
        """Compare the first page of the list of snapshots."""
        page = settled(self.visitor.open(f"/p/{name}/snapshots"))
        project = self.service.get(f"projects/{name}")
        where = f"{name}: snapshots"
        self._standing(where, page, project, None)
        answer = self.service.get(f"projects/{name}/snapshots", branch=project["default_branch"])
        older = [*answer["items"][1:], None]
        rows = [
            describe_snapshot(item, before) for item, before in zip(answer["items"], older, strict=True)
        ]
        self.comparison.texts(where, page.locator("tbody tr"), rows)
        pager = page.locator(".pager p")
        if pager.count():
            self.comparison.part(f"{where}: pager", pager, f"1{DASH}{len(rows)} snapshots")
        self._leave(where, page)

    def _standing(self, where: str, page: Page, answer: Answer, branch: str | None) -> None:
        now = answer["now"]
        link = "Unread files" if now["unread"] else ""
        text = f"{branch or answer['default_branch']} {state(now['state'])} {now['sentence']} {link}"
        self.comparison.text(f"{where}: standing", page.locator(".standing"), text)

    def _figures(
        self,
        where: str,
        page: Page,
        name: str,
        branch: str | None,
        answer: Answer,
        trends: dict[str, Answer],
    ) -> None:
        path, week = f"projects/{name}/violations", _week_ago()
        added = self.service.get(path, introduced_since=week, branch=branch, limit=1)["total"]
        fixed = self.service.get(path, state="fixed", since=week, branch=branch, limit=1)["total"]
        live = [item["contract"] for item in answer["contracts"] if item["retired"] is None]
        judged = [contract for contract in live if not contract.get("unjudged")]
        total = sum(contract["violations"] for contract in judged)
        is_lower = any(contract["lower_bound"] for contract in judged)
        unread = answer["now"]["unread"]
        broken = sum(contract["violations"] > 0 for contract in judged)
        contracts = count(len(live), "contract")
        figures = [
            f"Violations {bound(total, is_lower=is_lower)} in {number(broken)} of {contracts}",
            f"Came in {number(added)} during 7 days, and still here",
            f"Fixed {number(fixed)} during 7 days",
            f"Sealed {number(sum(map(is_sealed, judged)))} of {contracts}",
            f"All at zero {describe_zero(live, trends)}",
            f"Files not read {number(unread)} {'which, and why' if unread else 'all were read'}",
        ]
        self.comparison.texts(f"{where}: figure", page.locator(".stat"), figures)

    def _contracts(self, where: str, page: Page, answer: Answer, trends: dict[str, Answer]) -> None:
        rows = page.get_by_role("region", name="Contracts").locator("tbody tr")
        texts = [describe_contract(item, trends[item["contract"]["id"]]) for item in answer["contracts"]]
        self.comparison.texts(f"{where}: contract", rows, texts)

    def _chart(self, where: str, page: Page, answer: Answer, trends: dict[str, Answer]) -> None:
        self._lines(where, page, answer, trends)
        heading = f"Violations on {answer['contracts'][0]['branch']}"
        self.comparison.text(f"{where}: heading", page.locator(".panel-name").first, heading)
        live = sum(item["retired"] is None for item in answer["contracts"])
        if live > MOST_LINES:
            about = page.get_by_role("region", name="Burn-down").locator("> .about")
            text = f"The {MOST_LINES} contracts with the most violations, of {live}; "
            self.comparison.text(
                f"{where}: lines", about, f"{text}choose another one below to see its line."
            )
        notes = list_notes(trends.values())
        for label in page.locator(".note-label, .date-label, .chart .unseen li").all():
            self.comparison.one_of(f"{where}: note", label.text_content() or "", notes)
            take_off(label)
        adoptions = {
            number(point["adoption"])
            for trend in trends.values()
            for point in trend["points"][-1:]
            if point["adoption"] is not None
        }
        for label in page.locator("p.line-label").all():
            shown = label.locator("b").inner_text()
            self.comparison.one_of(f"{where}: adoption", shown, adoptions)
            take_off(label)

    def _lines(self, where: str, page: Page, answer: Answer, trends: dict[str, Answer]) -> None:
        """Compare the names at the ends of the lines, in the order of the contracts."""
        live = [item["contract"] for item in answer["contracts"] if item["retired"] is None]
        most = sorted(live, key=lambda contract: -contract["violations"])[:MOST_LINES]
        ends = {
            contract["id"]: point
            for contract in live
            if contract in most
            for point in trends[contract["id"]]["points"]
            if point["violations"] is not None
        }
        labels = page.locator("button.line-label").all()
        self.comparison.same(f"{where}: lines", str(len(labels)), str(len(ends)))
        names = {contract["id"]: contract["name"] for contract in live}
        for label, (contract, end) in zip(labels, ends.items(), strict=False):
            trend = trends[contract]
            name = f"{bound(end['violations'], is_lower=end['lower_bound'])} {names[contract]}"
            endings = ("", state(trend["state"]), trend["sentence"])
            self.comparison.one_of(
                f"{where}: line", plain(label.inner_text()), [f"{name} {ending}" for ending in endings]
            )
            take_off(label)

    def _remaining_work(self, where: str, page: Page, name: str, branch: str | None) -> None:
        path = f"projects/{name}/violations"
        groups = self.service.get(f"{path}/groups", by="package", branch=branch)
        bars = [f"{group['name']} {number(group['violations'])}" for group in groups["items"][:BARS]]
        self.comparison.texts(f"{where}: bar", page.locator(".bars li"), bars)
        more = len(groups["items"]) + groups["left_out"] - BARS
        if more > 0:
            card = page.get_by_role("region", name="What is left")
            self.comparison.text(f"{where}: more", card.locator(".bars + p"), f"and {number(more)} more")
        imported = self.service.get(f"{path}/groups", by="imported", branch=branch)["items"]
        fewest = sorted(imported, key=lambda group: (group["importers"], group["name"]))[:ROWS]
        left = [f"{group['name']} {count(group['importers'], 'importer')} left" for group in fewest]
        rows = page.get_by_role("region", name="Who is next").locator(".rows > li")
        self.comparison.texts(f"{where}: next", rows, left)
        oldest = self.service.get(path, sort="introduced", limit=ROWS, branch=branch)["items"]
        ages = [
            f"{item['importer']} imports {item['imported']} {count(item['age_days'], 'day')}"
            for item in oldest
        ]
        rows = page.get_by_role("region", name="The oldest").locator(".rows > li")
        self.comparison.texts(f"{where}: oldest", rows, ages)

    def _new_work(self, where: str, page: Page, name: str, branch: str | None) -> None:
        new = self.service.get(
            f"projects/{name}/violations",
            introduced_since=_week_ago(),
            sort="introduced",
            descending="true",
            limit=50,
            branch=branch,
        )["items"]
        commits: dict[str, list[Answer]] = {}
        for item in new:
            commits.setdefault(item["introduced"]["commit"], []).append(item)
        weeks = [describe_week(commit, items) for commit, items in commits.items()][:ROWS]
        rows = page.get_by_role("region", name="What came in this week").locator(".rows > li")
        self.comparison.texts(f"{where}: this week", rows, weeks)

    def _leave(self, where: str, page: Page) -> None:
        """Report what was compared with nothing, and close the page."""
        self.comparison.nothing_left(where, page)
        page.context.close()
        self.visitor.pages.remove(page)


def _week_ago() -> str:
    return f"{datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=7):%Y-%m-%d}"
