"""The pages of pull requests: the list, a change with its lines, hostile names, what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import Cause, Occurrence
from tests.api.snapshots import commit_id, history, pull_request, upload
from tests.browser.conftest import run_service
from tests.browser.visitor import (
    NOT_FOUND,
    PHONE,
    Visitor,
    assert_accessible,
    assert_fits,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from archguard.snapshot import Upload
    from tests.browser.conftest import DashboardService

pytestmark = pytest.mark.slow
MINUS = "\N{MINUS SIGN}"
A, B, C, D = (f"shop.{one}" for one in ("basket", "checkout", "gift_card", "refund"))
OLD = "shop.legacy_cart"
LINK = "https://forge.example.org/shop/blob/{commit}/{path}#L{line}"
HOSTILE = (
    "<svg/onload=alert(1)>",
    '"onmouseover="alert(1)',
    "javascript:alert(1)",
    "\N{RIGHT-TO-LEFT OVERRIDE}niam/erutaef",
    "\N{PILE OF POO}" * 20,
    "x" * 255,
)
"""Names that git takes for branches."""


def _change(
    number: int, importers: tuple[str, ...], *, base_commit: str | None = "c1", **options: str
) -> Upload:
    edges = [(importer, OLD) for importer in importers]
    return pull_request(number, edges, at=1, base_commit=base_commit, **options)


def _with_lines(sent: Upload, count: int) -> Upload:
    """Give each violation so many lines."""
    violations = tuple(
        one.model_copy(
            update={
                "occurrences": tuple(
                    Occurrence(path=one.occurrences[0].path, line=10 + line, kind="function")
                    for line in range(count)
                )
            }
        )
        for one in sent.snapshot.violations
    )
    snapshot = sent.snapshot.model_copy(update={"violations": violations})
    return sent.model_copy(update={"snapshot": snapshot})


def _shop() -> list[Upload]:
    line = history([[(A, OLD), (B, OLD)], [(A, OLD), (B, OLD), (C, OLD)]])
    cause = Cause(importer=D, imported="shop.helpers", path="shop/refund.py", line=10, violations=1)
    first = _with_lines(_change(12, (A, D), branch="drop-old-cart"), 5)
    merged = _change(7, (A,), branch="eve:main")
    merge = upload("c2", [(A, OLD)], parent="c1", ancestors=["c0"])
    return [
        *line,
        first.model_copy(update={"causes": (cause,)}),
        _change(9, (A, B, C), branch="release-work", base="release"),
        _change(15, (A, B, C), branch="nearly", base_commit="never-uploaded"),
        merged,
        merge.model_copy(update={"merged_commits": (merged.snapshot.commit,)}),
    ]


@pytest.fixture(scope="module")
def pulls_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardService]:
    """Run a service with pull requests, also of hostile branches, and a project without any."""
    hostile = [_change(number, (A, D), branch=name) for number, name in enumerate(HOSTILE, 1)]
    projects = {
        "shop": _shop(),
        "hostile": [*history([[(A, OLD)], [(A, OLD)]]), *hostile],
        "plain": history([[(A, OLD)]]),
    }
    settings = {"shop": {"link": LINK}, "hostile": {"link": "javascript:alert(1)//{path}"}}
    with run_service(tmp_path_factory.mktemp("pulls"), projects, settings) as running:
        yield running


@pytest.fixture
def reviewer(browser: Browser, pulls_service: DashboardService) -> Iterator[Visitor]:
    """A user of that service; the test fails if anything went wrong on a page."""
    user = Visitor(browser, pulls_service.origin, pulls_service.token)
    yield user
    assert user.close() == []


def _cells(page: Page, name: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(f"td[data-name='{name}']").all_inner_texts()]


def _card(page: Page, title: str) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def test_the_list_has_each_open_one_with_what_it_adds_and_fixes(reviewer: Visitor) -> None:
    page = settled(reviewer.open("/p/shop/pulls"))

    assert _cells(page, "Pull request") == ["#15 nearly", "#12 drop-old-cart", "#9 release-work"]
    assert _cells(page, "New") == ["0", "+1", "\N{EN DASH}"]
    assert _cells(page, "Fixed") == ["0", f"{MINUS}2", "\N{EN DASH}"]
    assert _cells(page, "Base") == ["main", "main", "release: not uploaded"]
    assert _cells(page, "Age") == ["today"] * 3
    assert _cells(page, "State") == ["open"] * 3


def test_the_tab_leads_to_the_list_and_the_list_to_a_change(reviewer: Visitor) -> None:
    page = settled(reviewer.open("/p/shop"))

    page.get_by_role("link", name="Pull requests").click()
    settled(page)
    page.get_by_role("link", name="#12 drop-old-cart").click()
    settled(page)

    assert page.url.endswith("/p/shop/pulls/12")
    assert page.title() == "Pull request #12 \N{MIDDLE DOT} archguard"
    current = page.locator("nav.tabs [aria-current=page]")
    assert current.inner_text() == "Pull requests"


def test_a_change_says_what_it_adds_and_fixes_with_the_lines(reviewer: Visitor) -> None:
    page = settled(reviewer.open("/p/shop/pulls/12"))

    assert page.locator(".pull-sentence").inner_text() == f"This change: +1 {MINUS}2."
    new, fixed = _card(page, "New: 1"), _card(page, "Fixed: 2")
    assert new.locator("td[data-name=Importer]").all_inner_texts() == [D]
    assert new.locator("td[data-name=Imports]").all_inner_texts() == [OLD]
    assert fixed.locator("td[data-name=Importer]").all_inner_texts() == [B, C]
    lines = new.locator(".source-lines a")
    head, base = commit_id("pull12"), commit_id("c1")
    assert lines.first.get_attribute("href") == (
        f"https://forge.example.org/shop/blob/{head}/shop/refund.py#L10"
    )
    assert "shop/refund.py:10" in lines.first.inner_text()
    assert new.locator("summary").inner_text() == "and 2 more"
    assert fixed.locator(".source-lines a").first.get_attribute("href") == (
        f"https://forge.example.org/shop/blob/{base}/shop/checkout.py#L1"
    )
    cause = " ".join(_card(page, "Causes: 1").locator("li").inner_text().split())
    assert cause.startswith(f"{D} imports shop.helpers shop/refund.py:10")
    assert cause.endswith("makes 1 violation")
    page.get_by_role("link", name=base[:9]).click()
    settled(page)
    assert page.url.endswith(f"/p/shop/snapshots/{base}")


def test_a_base_that_is_not_the_exact_one_is_explained(reviewer: Visitor) -> None:
    page = settled(reviewer.open("/p/shop/pulls/15"))

    left_at = commit_id("never-uploaded")[:9]
    assert (
        f"The change left main at {left_at}, which has no snapshot" in page.locator("main").inner_text()
    )
    assert page.get_by_text("None: this change adds no violation.").is_visible()


def test_a_base_that_was_not_uploaded_is_said_and_what_to_do(reviewer: Visitor) -> None:
    page = settled(reviewer.open("/p/shop/pulls/9"))

    notice = page.locator(".notice").inner_text()
    assert "The base was not uploaded: release has no snapshot of an earlier commit of it." in notice
    assert "archguard backfill --upload" in notice


def test_what_is_merged_is_among_the_closed_ones(reviewer: Visitor) -> None:
    page = settled(reviewer.open("/p/shop/pulls"))

    page.get_by_role("button", name="Closed").click()
    settled(page)

    assert page.url.endswith("/p/shop/pulls?state=closed")
    assert _cells(page, "Pull request") == ["#7 eve:main"]
    assert _cells(page, "State") == ["merged"]


def test_a_project_without_any_says_how_to_get_them(reviewer: Visitor) -> None:
    page = settled(reviewer.open("/p/plain/pulls"))
    assert "No pull request is open." in page.locator("main").inner_text()
    assert page.get_by_role("code").inner_text() == "archguard check --base auto --upload"

    page.get_by_role("link", name="Those that were").click()
    settled(page)
    assert "No snapshot of a pull request was uploaded yet." in page.locator("main").inner_text()


def test_one_that_does_not_exist_is_not_found(reviewer: Visitor) -> None:
    page = settled(reviewer.open("/p/shop/pulls/99"))

    assert "The project has no snapshot of a pull request of this number." in page.inner_text("main")
    reviewer.faults[:] = [fault for fault in reviewer.faults if fault != NOT_FOUND]


def test_hostile_branches_are_text(reviewer: Visitor, pulls_service: DashboardService) -> None:
    page = settled(reviewer.open("/p/hostile/pulls"))
    shown = page.locator("td[data-name='Pull request'] bdi").all_text_contents()
    assert shown == list(HOSTILE[::-1])

    for number, name in enumerate(HOSTILE, 1):
        page = settled(reviewer.open(f"/p/hostile/pulls/{number}"))
        assert page.locator("h1 ~ .about bdi").first.text_content() == name
        assert page.locator("main svg[onload], main img, main iframe").count() == 0
        addresses = page.locator("a").evaluate_all("(links) => links.map((link) => link.protocol)")
        assert set(addresses) <= {"http:", "https:"}
        assert page.locator(".source-lines a").count() == 0  # the forge is no web address
        assert_fits(page, widths=(PHONE,))


@pytest.mark.parametrize(
    "path", ["/p/shop/pulls", "/p/shop/pulls?state=closed", "/p/hostile/pulls", "/p/plain/pulls"]
)
def test_the_list_is_accessible_and_fits(reviewer: Visitor, path: str) -> None:
    page = settled(reviewer.open(path))

    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize("number", [12, 15, 9])
def test_a_change_is_accessible_and_fits(reviewer: Visitor, number: int) -> None:
    page = settled(reviewer.open(f"/p/shop/pulls/{number}"))

    assert_fits(page)
    assert_accessible(page)
