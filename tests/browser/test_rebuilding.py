"""What the pages say while an upload out of order is worked into a line, and that they end with it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from tests.api.snapshots import DAY, upload
from tests.browser.conftest import run_service
from tests.browser.visitor import Visitor, assert_accessible, drawn, settled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from archguard.snapshot import Upload

pytestmark = pytest.mark.slow
WORDS = "This line is being recomputed; the last complete one is shown."


class SlowRebuild:
    """Another process that has the lease on the branch, and does not come to its end."""

    def __init__(self, file: Path) -> None:
        self._engine = create_engine(f"sqlite:///{file}")

    def begin(self) -> None:
        """Mark the branch as one that is recomputed."""
        self._execute(
            "UPDATE branches SET stale = 1, rebuilder = 'another', lease_ends = :ends,"
            " version = version + 1",
            ends=int(time.time()) + 3600,
        )

    def leave(self) -> None:
        """Give the lease back: the service itself recomputes the branch."""
        self._execute("UPDATE branches SET rebuilder = NULL, lease_ends = NULL")
        self._engine.dispose()

    def _execute(self, statement: str, **values: int) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(statement), values)


def _history(now: int) -> list[Upload]:
    edges = [(f"shop.m{number}", "shop.old") for number in range(9)]
    return [
        upload(
            number, edges[number:], parent=number - 1 if number else None, at=now - (9 - number) * DAY
        )
        for number in range(9)
    ]


@pytest.fixture
def rebuild(tmp_path: Path, browser: Browser) -> Iterator[tuple[Visitor, SlowRebuild]]:
    with run_service(tmp_path, {"shop": _history(int(time.time()))}) as service:
        slow = SlowRebuild(tmp_path / "dashboard.db")
        slow.begin()
        visitor = Visitor(browser, service.origin, service.token)
        yield visitor, slow
        assert visitor.close() == []


def test_each_page_says_that_the_line_is_recomputed(rebuild: tuple[Visitor, SlowRebuild]) -> None:
    visitor, slow = rebuild
    page = drawn(visitor.open("/p/shop"))

    for tab in ("Burn-down", "Violations", "Pull requests", "Snapshots", "Explorer", "Settings"):
        page.locator(".tabs").get_by_role("link", name=tab, exact=True).click()
        settled(page)
        assert page.locator(".standing").get_by_role("status").inner_text() == WORDS, tab
    assert_accessible(page)
    slow.leave()


def test_the_page_is_shown_anew_when_the_line_is_whole(rebuild: tuple[Visitor, SlowRebuild]) -> None:
    visitor, slow = rebuild
    page = drawn(visitor.open("/p/shop"))
    projects = settled(visitor.open("/"))
    projects.get_by_text("being recomputed").wait_for()
    assert "recomputed now" in projects.locator(".project-seen").inner_text()
    page.get_by_text(WORDS).wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    slow.leave()

    page.get_by_text(WORDS).wait_for(state="detached")
    projects.get_by_text("being recomputed").wait_for(state="detached")
    assert any("/trend" in url for url in asked)
    drawn(page)
