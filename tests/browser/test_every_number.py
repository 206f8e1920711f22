"""Every number and sentence of the pages is the API's, over made-up histories with all that is rare."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.snapshots import DAY
from tests.battery.scale import times
from tests.browser import contract_lives, project_histories
from tests.browser.conftest import DashboardService, run_service
from tests.browser.visitor import Visitor
from tests.browser.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
PROJECTS = 60
EDGES = ("branches", "lives", "silent", "twelve", "unread")


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardService]:
    """Run a service with 60 projects: 12 contracts, two branches, unread files, a silent year."""
    now = int(time.time())
    shop = replace(project_histories.SHOP, plans=project_histories.SHOP.plans[:2], modules=80)
    projects = {
        **project_histories.many_projects(now, PROJECTS - len(EDGES)),
        "branches": project_histories.two_branches(now),
        "lives": contract_lives.uploads(now),
        "silent": replace(shop, commits=20, seed=21).uploads(now - 365 * DAY),
        "twelve": project_histories.twelve_contracts(now, commits=times(12, 10_000)),
        "unread": project_histories.unread_zero(now),
    }
    with run_service(tmp_path_factory.mktemp("edges"), projects) as running:
        yield running


@pytest.fixture
def walker(browser: Browser, edges: DashboardService) -> Iterator[Visitor]:
    """A user of that service."""
    user = Visitor(browser, edges.origin, edges.token)
    yield user
    assert user.close() == []


def test_sixty_projects_are_listed_as_the_api_lists_them(
    walker: Visitor, edges: DashboardService
) -> None:
    walk = Walk(edges, walker)

    walk.projects()

    assert walk.comparison.differences == []
    assert walk.comparison.compared > 2 * PROJECTS - 5


@pytest.mark.parametrize("project", EDGES)
def test_a_project_s_pages_say_what_the_api_says(
    project: str, walker: Visitor, edges: DashboardService
) -> None:
    walk = Walk(edges, walker)

    walk.project(project)
    walk.violations(project)
    walk.snapshots(project)

    assert walk.comparison.differences == []
    assert walk.comparison.compared > 20


def test_another_branch_has_its_own_numbers(walker: Visitor, edges: DashboardService) -> None:
    walk = Walk(edges, walker)

    walk.project("branches", project_histories.RELEASE)

    assert walk.comparison.differences == []


@dataclass(frozen=True)
class OtherAnswers(DashboardService):
    """The service, as it would answer with one violation more everywhere."""

    def get(self, path: str, **parameters: str | int | None) -> Any:
        return _add_one(super().get(path, **parameters))


def _add_one(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_add_one(one) for one in answer]
    if isinstance(answer, dict):
        return {
            name: value + 1 if name == "violations" and isinstance(value, int) else _add_one(value)
            for name, value in answer.items()
        }
    return answer


def test_a_page_that_says_another_number_is_noticed(walker: Visitor, edges: DashboardService) -> None:
    walk = Walk(OtherAnswers(edges.origin, edges.token, edges.process), walker)

    walk.projects()
    walk.project("lives")
    walk.snapshots("lives")

    noticed = {one.split(": shown")[0] for one in walk.comparison.differences}
    assert "projects: lives" in noticed
    assert {"lives: figure", "lives: contract", "lives: line", "lives: bar"} <= noticed
    assert "lives: snapshots" in noticed
