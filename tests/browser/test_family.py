"""The page of a family: its numbers, an empty one, hostile names, and that it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.families import CANONICAL, COPY, ENGINE, family, line
from tests.api.snapshots import history
from tests.browser.conftest import run_service
from tests.browser.hostile_project import TEXTS
from tests.browser.visitor import PHONE, Visitor, assert_accessible, assert_fits, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from archguard.snapshot import Upload
    from tests.browser.conftest import DashboardService

pytestmark = pytest.mark.slow
OWN, FACADE, OTHER = (CANONICAL, CANONICAL), (CANONICAL, "shop:Engine"), (COPY, COPY)
PAGE = "/p/engines/family"


def _hostile() -> list[Upload]:
    """A history whose family has hostile texts wherever an uploader may choose one."""
    *earlier, tip = line([{OWN: 1}, {(text, text): 1 for text in TEXTS}])
    hostile = family(
        canonical=TEXTS[:2],
        members=tuple(
            {"id": text, "path": text, "line": 1, "role": text, "status": "violation", "facts": (text,)}
            for text in TEXTS
        ),
        impostors=tuple(
            {"name": text, "target": text, "symbols": (text,), "expected": text} for text in TEXTS
        ),
        factories=tuple({"id": text, "path": text, "line": 1, "returns": (text,)} for text in TEXTS),
        missing=tuple({"symbol": text, "places": ({"path": text, "line": 1},)} for text in TEXTS),
    )
    return [*earlier, tip.model_copy(update={"families": (hostile,)})]


@pytest.fixture(scope="module")
def family_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardService]:
    """A service with a project that has a family, one that has none, and a hostile one."""
    counts = [{OWN: 9}, {OWN: 7, FACADE: 3}, {OWN: 5, FACADE: 6, OTHER: 2}]
    projects = {"engines": line(counts), "bare": history([[]]), "hostile": _hostile()}
    with run_service(tmp_path_factory.mktemp("family"), projects) as running:
        yield running


@pytest.fixture
def reader(browser: Browser, family_service: DashboardService) -> Iterator[Visitor]:
    """A user of these projects; the test fails if anything went wrong on a page."""
    user = Visitor(browser, family_service.origin, family_service.token)
    yield user
    assert user.close() == []


def test_the_numbers_and_names_are_those_of_the_api(
    reader: Visitor, family_service: DashboardService
) -> None:
    page = settled(reader.open(PAGE))
    shown = page.locator("main").inner_text()

    told = family_service.get(f"projects/engines/families/{ENGINE}")
    assert [one["id"] for one in told["definitions"]] == [
        CANONICAL,
        COPY,
        "tests.test_engine:TestEngine",
    ]
    for one in told["definitions"][:2]:
        assert one["id"] in shown.replace("\N{ZERO WIDTH SPACE}", "")
    for heading in ("Violations", "Definitions", "Impostors", "Factories"):
        assert heading in shown
    stats = page.locator(".stat").all_inner_texts()
    for name, number in (
        ("Violations", told["violations"]),
        ("Definitions", told["members"]),
        ("Impostors", len(told["impostors"])),
        ("Factories", len(told["factories"])),
    ):
        (text,) = [stat for stat in stats if name in stat]
        assert str(number) in text.split()
    paths = [one["path"] for one in told["lines"]]
    last = dict(zip(paths, told["points"][-1]["importers"], strict=True))
    assert last == {CANONICAL: 5, "shop:Engine": 6, COPY: 2}


def test_without_a_canonical_contract_it_says_how_to_get_one(reader: Visitor) -> None:
    page = settled(reader.open("/p/bare/family"))

    assert "archguard audit --write-contract" in page.locator("main").inner_text()


def test_hostile_names_are_text(reader: Visitor) -> None:
    page = settled(reader.open("/p/hostile/family"))

    text = page.locator("main").inner_text()
    assert TEXTS[0] in text.replace("\N{ZERO WIDTH SPACE}", "")
    assert page.locator("main svg[onload], main img, main iframe, main math, main base").count() == 0
    addresses = page.locator("a").evaluate_all("(links) => links.map((link) => link.protocol)")
    assert set(addresses) <= {"http:", "https:"}
    assert_fits(page, widths=(PHONE,))


@pytest.mark.parametrize("path", [PAGE, "/p/bare/family"])
def test_it_is_accessible_and_fits(reader: Visitor, path: str) -> None:
    page = settled(reader.open(path))

    assert_fits(page)
    assert_accessible(page)
