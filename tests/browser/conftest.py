"""Fixtures: a running service with several projects, a browser, and a user who visits its pages."""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from archguard.snapshot.codec import encode
from archguard_api.models import Scope
from archguard_api.models.project_settings import read_stored_settings
from archguard_api.services.tokens import create_token
from archguard_api.store import Store
from tests.api.databases import create_sqlite
from tests.battery.scale import times
from tests.battery.service import Service
from tests.browser import contract_lives, corner_shop, hostile_project, project_histories
from tests.browser.visitor import Visitor, chromium, chromium_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser

    from archguard.snapshot import Upload


@dataclass(frozen=True)
class DashboardService:
    """A running service, and an admin token for all of its projects."""

    origin: str
    token: str
    process: int
    """The process id of the service."""

    def get(self, path: str, **parameters: str | int | None) -> Any:
        """Return the API's answer to a GET request."""
        query = {name: value for name, value in parameters.items() if value is not None}
        answer = httpx2.get(
            f"{self.origin}/api/v1/{path}",
            params=query,
            headers={"authorization": f"Bearer {self.token}"},
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json()


def fill_database(
    folder: Path,
    projects: Mapping[str, Iterable[Upload]],
    settings: Mapping[str, Mapping[str, str]],
) -> tuple[str, str]:
    """Create a database with these histories; return its URL and an admin token."""
    url = create_sqlite(folder / "dashboard.db")
    store = Store(url, reserve_bytes=0)
    text, token = create_token(None, Scope.ADMIN, now=int(time.time()), days=1)
    store.credentials.add_token(token)
    for project, uploads in projects.items():
        for upload in uploads:
            digest = hashlib.sha256(encode(upload)).hexdigest()
            store.add_snapshot(project, upload, token_id=token.id, digest=digest)
    for project, values in settings.items():
        store.projects.change(project, settings=read_stored_settings(values))
    store.close()
    return url, text


@contextmanager
def run_service(
    folder: Path,
    projects: Mapping[str, Iterable[Upload]],
    settings: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    *,
    forked: bool = True,
) -> Iterator[DashboardService]:
    """Run `archguard serve` with these histories and settings, by project."""
    url, token = fill_database(folder, projects, settings)
    service = Service(url, folder / "log", forked=forked)
    service.start()
    assert service.process is not None
    try:
        yield DashboardService(f"http://127.0.0.1:{service.port}", token, service.process.pid)
    finally:
        service.stop()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardService]:
    """Run one service with all projects of these tests; only test_settings changes one, `kiosk`."""
    now = int(time.time())
    shop = project_histories.SHOP
    projects = {
        "branches": project_histories.two_branches(now),
        "corner": corner_shop.history(now),
        "gateway": replace(shop, plans=(project_histories.LAYERS,), commits=40, seed=3).uploads(now),
        "hostile": hostile_project.uploads(now),
        "hub": corner_shop.hubs(now),
        "kiosk": corner_shop.history(now),
        "lives": contract_lives.uploads(now),
        "ledger": replace(shop, plans=(project_histories.SIX,), commits=60, seed=2).uploads(now),
        "seed": project_histories.long_names(now),
        "storefront": shop.uploads(now),
        "twelve": project_histories.twelve_contracts(now),
        "unread": project_histories.unread_zero(now),
    }
    folder = tmp_path_factory.mktemp("dashboard")
    with run_service(folder, projects, {"hostile": hostile_project.SETTINGS}) as running:
        yield running


@pytest.fixture(scope="session")
def large_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardService]:
    """Run a service with `monorepo`, which has a long history and many violations.

    In `make battery` it has 10,000 snapshots and 5,000 violations.
    """
    history = project_histories.large(snapshots=times(2_000, 10_000), violations=times(1_000, 5_000))
    projects = {"monorepo": history.uploads(int(time.time()))}
    with run_service(tmp_path_factory.mktemp("large"), projects, forked=False) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Run Chromium."""
    if chromium_path() is None:
        pytest.skip("there is no Chromium here: install one, or name it in ARCHGUARD_CHROMIUM")
    with chromium() as running:
        yield running


@pytest.fixture
def visitor(browser: Browser, service: DashboardService) -> Iterator[Visitor]:
    """A user of the dashboard with an admin token; the test fails if anything went wrong on a page."""
    user = Visitor(browser, service.origin, service.token)
    yield user
    assert user.close() == []
