"""The dashboard's page and files: what is answered where, with which headers."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from archguard_api.services.dashboard_files import DashboardFiles

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.serving import Service

PAGES = ["/", "/settings", "/p/shop", "/p/shop/modules/a%2Fb", "/p/shop/violations?sort=times&x=1"]


def _script() -> str:
    return min(
        name for name in DashboardFiles().assets if name.startswith("index-") and name.endswith(".js")
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_address_of_the_dashboard_answers_the_page(running: Service, path: str) -> None:
    answer = running.client.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"/assets/{_script()}" in answer.text


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/none", "/badge/x", "/settings/", "/none"])
def test_what_is_no_address_of_the_dashboard_stays_a_problem(running: Service, path: str) -> None:
    answer = running.client.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/nope", "/settings/", "/p", "/a/b/c"])
def test_a_browser_at_no_address_gets_the_page_which_says_so(running: Service, path: str) -> None:
    answer = running.client.get(path, headers=BROWSER)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["vary"] == "accept, accept-encoding"
    assert f"/assets/{_script()}" in answer.text


@pytest.mark.parametrize("path", ["/api", "/api/v1/none", "/badge/x", "/assets/none.js"])
def test_folders_without_pages_answer_browsers_with_a_problem_too(running: Service, path: str) -> None:
    answer = running.client.get(path, headers=BROWSER)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_another_method_at_no_address_stays_a_problem(running: Service) -> None:
    answer = running.client.post("/nope", headers=BROWSER)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_page_is_asked_for_again_and_what_it_loads_is_not(running: Service) -> None:
    page = running.client.get("/")
    again = running.client.get("/p/shop", headers={"if-none-match": page.headers["etag"]})
    script = running.client.get(f"/assets/{_script()}")

    assert page.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"


def test_the_page_may_load_and_ask_this_service_alone(running: Service) -> None:
    policy = dict(
        part.split(" ", 1)
        for part in running.client.get("/").headers["content-security-policy"].split("; ")
    )

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


def test_a_file_is_sent_packed_to_who_reads_that(running: Service) -> None:
    path = f"/assets/{_script()}"

    with running.client.stream("GET", path, headers={"accept-encoding": "gzip"}) as packed:
        body = b"".join(packed.iter_raw())
    plain = running.client.get(path, headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert gzip.decompress(body) == plain.content
    assert len(body) < len(plain.content) / 2


@pytest.mark.parametrize(
    "name", ["..%2f..%2fapp.py", "%2e%2e%2findex.html", "index.html", "third-party.md"]
)
def test_nothing_but_the_built_assets_is_a_file(running: Service, name: str) -> None:
    assert running.client.get(f"/assets/{name}").status_code == 404


def test_a_checkout_without_a_build_says_the_command(running: Service, tmp_path: Path) -> None:
    running.app.state.archguard.dashboard._paths.clear()

    answer = running.client.get("/p/shop")

    assert answer.status_code == 503
    assert "npm ci && npm run build" in answer.text
    assert DashboardFiles(tmp_path).get_page() is None


def test_a_file_that_a_later_build_took_away_is_no_error_of_the_service(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>")
    (tmp_path / "assets" / "old-1a2b.js").write_text("1")
    built = DashboardFiles(tmp_path)
    (tmp_path / "assets" / "old-1a2b.js").unlink()

    assert built.get_asset("old-1a2b.js") is None
    assert built.get_page() is not None
