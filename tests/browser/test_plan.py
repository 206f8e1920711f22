"""The page of a plan: its numbers, an empty one, hostile names, the keyboard, and that it is legible."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.api.plans import deletion, make_plan
from tests.api.snapshots import CONTRACT, history
from tests.browser import hostile_project
from tests.browser.conftest import run_service
from tests.browser.hostile_project import TEXTS
from tests.browser.visitor import (
    PHONE,
    Visitor,
    assert_accessible,
    assert_fits,
    number,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import DashboardService

pytestmark = pytest.mark.slow
PAGE = "/p/shop/plan"
NAMES = "abcdefgh"
EDGES = [(f"shop.{name}", "shop.old") for name in NAMES]
COMMITTED_AT = 1_700_000_000


def _plan() -> dict[str, Any]:
    """Three batches of which the first is done and the second is half done; two are blocked."""
    plan = make_plan(CONTRACT, a=1, b=2, c=2, d=3, e=None, f=None)
    plan["counts"]["contracts"] = {CONTRACT: 7}
    for batch, predicted in zip(plan["batches"], (6, 4, 3), strict=True):
        batch["predicted"] = {CONTRACT: predicted}
    plan["delete_order"] = [
        deletion("shop.old", importers=["shop.e", "shop.f"], own_tests=["tests/test_old.py"]),
        deletion("shop.older"),
    ]
    return plan


def _hostile() -> dict[str, Any]:
    """A plan with hostile texts wherever one who uploads may choose one."""
    deprecated = hostile_project.DEPRECATED[0]
    ready, blocked = TEXTS[1:21], TEXTS[21:]
    violations = [
        {
            "contract": deprecated,
            "importer": text,
            "imported": deprecated,
            "path": text,
            "line": 1,
            "status": "ready" if text in ready else "blocked",
            "code": None if text in ready else text,
            "reason": text,
            "batch": ready.index(text) if text in ready else None,
            "leaves_with": None if text in ready else text,
        }
        for text in TEXTS
        if text != deprecated
    ]
    batches = [
        {"id": place, "owner": text, "package": text, "paths": [text], "predicted": {deprecated: 1}}
        for place, text in enumerate(ready)
    ]
    order = [deletion(text, after=[text], own_tests=[text]) for text in blocked]
    return {"format_version": 1, "violations": violations, "batches": batches, "delete_order": order}


@pytest.fixture(scope="module")
def plan_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardService]:
    """A service with a project that has a plan, one that has none, and a hostile one."""
    projects = {
        "shop": history([EDGES[:6], [*EDGES[2:6], EDGES[6]]]),
        "bare": history([[]]),
        "hostile": hostile_project.uploads(COMMITTED_AT),
    }
    with run_service(tmp_path_factory.mktemp("plan"), projects) as running:
        for project, plan, branch in (
            ("shop", _plan(), "main"),
            ("hostile", _hostile(), TEXTS[0]),
        ):
            _send(running, project, plan, branch)
        yield running


def _send(running: DashboardService, project: str, plan: dict[str, Any], branch: str) -> None:
    answer = httpx2.post(
        f"{running.origin}/api/v1/projects/{project}/plans",
        params={"branch": branch},
        content=json.dumps(plan).encode(),
        headers={"authorization": f"Bearer {running.token}", "content-type": "application/json"},
    )
    assert answer.status_code == 201, answer.text


@pytest.fixture
def reader(browser: Browser, plan_service: DashboardService) -> Iterator[Visitor]:
    """A user of these projects; the test fails if anything went wrong on a page."""
    user = Visitor(browser, plan_service.origin, plan_service.token)
    yield user
    assert user.close() == []


def _stat(page: Page, name: str) -> int:
    (text,) = [one for one in page.locator(".stat").all_inner_texts() if one.startswith(name)]
    return number(text.removeprefix(name))


def test_the_numbers_are_those_of_the_newest_snapshot(
    reader: Visitor, plan_service: DashboardService
) -> None:
    page = settled(reader.open(PAGE))

    told = plan_service.get("projects/shop/plans/newest")
    assert page.locator(".plan-sentence").inner_text() == told["sentence"]
    # a and b are gone, g came later: it is not in the plan.
    assert told["sentence"] == (
        "1 of 3 batches is done; 2 violations ready, 2 blocked; 1 violation came after it."
    )
    assert _stat(page, "Ready") == 2
    assert _stat(page, "Blocked") == 2
    assert _stat(page, "Batches done") == 1
    assert _stat(page, "Not in the plan") == 1


def test_batches_have_owner_files_and_count_and_what_is_done_comes_last(reader: Visitor) -> None:
    page = settled(reader.open(PAGE))
    batches = page.locator(".batches > li")

    heads = [" ".join(one.split()) for one in batches.locator(".batch-head").all_inner_texts()]
    assert [head.split(" @a")[0] for head in heads] == [
        "Batch 2 1 of 2 violations left",
        "Batch 3 1 violation",
        "Batch 1 done: 1 violation",
    ]
    predictions = batches.locator(".batch-prediction b").all_inner_texts()
    assert predictions == ["6 → 4", "4 → 3", "7 → 6"]
    batches.first.locator("summary").click()
    files = [" ".join(one.split()) for one in batches.first.locator("li").all_inner_texts()]
    assert files == ["shop/c.py", "shop/b.py done"]


def test_what_is_in_the_way_is_told_in_words_and_what_can_be_deleted_when(reader: Visitor) -> None:
    page = settled(reader.open(PAGE))
    (reason,) = page.locator(".reason").all()

    assert "shop.new has no total." in reason.inner_text()
    reason.locator("summary").click()
    imports = reason.locator(".reason-imports > li").all_inner_texts()
    assert [one.split()[0] for one in imports] == ["shop.e", "shop.f"]
    deletions = [" ".join(one.split()) for one in page.locator(".deletions > li").all_inner_texts()]
    assert deletions == [
        "shop.old Not yet: 3 imports would be left after all batches. with 1 own test file",
        "shop.older Now: nothing imports it any more.",
    ]


def test_the_keyboard_opens_files_and_reasons(reader: Visitor) -> None:
    page = settled(reader.open(PAGE))
    summaries = page.locator(".batches summary, .reason summary, .deletions summary")

    for summary in summaries.all():
        summary.focus()
        page.keyboard.press("Enter")

    assert page.locator("main details:not([open])").count() == 0
    assert summaries.count() == 5


def test_without_a_plan_it_says_how_to_get_one(reader: Visitor) -> None:
    page = settled(reader.open("/p/bare/plan"))

    assert "archguard plan --upload" in page.locator("main").inner_text()
    assert page.locator(".stat").count() == 0


def test_hostile_names_are_text(reader: Visitor) -> None:
    page = settled(reader.open("/p/hostile/plan"))
    while page.locator("button.unfold:visible").count():
        page.locator("button.unfold:visible").first.click()
    for summary in page.locator("main summary").all():
        summary.click()

    text = page.locator("main").inner_text().replace("\N{ZERO WIDTH SPACE}", "")
    assert TEXTS[1] in text
    assert TEXTS[25] in text
    assert page.locator("main svg[onload], main img, main iframe, main math, main base").count() == 0
    addresses = page.locator("a").evaluate_all("(links) => links.map((link) => link.protocol)")
    assert set(addresses) <= {"http:", "https:"}
    assert_fits(page, widths=(PHONE,))


@pytest.mark.parametrize("path", [PAGE, "/p/bare/plan"])
def test_it_is_accessible_and_fits(reader: Visitor, path: str) -> None:
    page = settled(reader.open(path))

    assert_fits(page)
    assert_accessible(page)
