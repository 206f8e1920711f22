"""The dashboard behind nginx below a path: links, files, requests and a reload keep the prefix."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.battery.service import ARCHGUARD, Service, free_port
from tests.browser import corner_shop
from tests.browser.conftest import fill_database
from tests.browser.visitor import Visitor, settled
from tests.functional.test_nginx import BELOW_A_PATH, NGINX, run_nginx

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="nginx is not there: apt-get install nginx-light"),
]


def test_every_page_works_below_a_path(browser: Browser, tmp_path: Path) -> None:
    url, token = fill_database(tmp_path, {"corner": corner_shop.history(int(time.time()))}, {})
    command = (*ARCHGUARD, "serve", "--root-path", "/archguard")
    service, port = Service(url, tmp_path / "log", command=command), free_port()
    service.start()
    try:
        with run_nginx(tmp_path, BELOW_A_PATH.format(port=port, service=service.port, tail="/"), port):
            origin = f"http://127.0.0.1:{port}"
            visitor = Visitor(browser, f"{origin}/archguard", token)
            page = visitor.open("/")
            asked: list[str] = []
            page.on("request", lambda request: asked.append(urlsplit(request.url).path))
            page.get_by_role("link", name="corner").first.click()
            page.wait_for_url(f"{origin}/archguard/p/corner")
            for name in ("Violations", "Snapshots", "Explorer", "Settings"):
                page.get_by_role("navigation").get_by_role("link", name=name).first.click()
                settled(page)
            page.go_back()
            page.reload()
            settled(page)
            place = urlsplit(page.url).path
            hrefs = page.eval_on_selector_all("a[href^='/']", "links => links.map((a) => a.pathname)")
            faults = visitor.close()
    finally:
        service.stop()

    assert place.startswith("/archguard/p/corner")
    assert any(path.startswith("/archguard/api/v1/") for path in asked)
    assert any(path.startswith("/archguard/assets/") for path in asked)
    assert [path for path in (*asked, *hrefs) if not path.startswith("/archguard/")] == []
    assert faults == []
