"""A service with the data of several teams, a browser, and visits on which nothing may go wrong."""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from archguard.snapshot.codec import canonical
from archguard_api.services.tokens import Scope, create_token
from archguard_api.store import Store, upgrade_schema
from tests.battery.scale import times
from tests.battery.service import Service
from tests.browser import corner, stories
from tests.browser.visits import Visitor, chromium, chromium_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser

    from archguard.snapshot import Upload


@dataclass(frozen=True)
class Served:
    """A running service, and a token that may read all of it."""

    origin: str
    token: str
    process: int
    """The service's process id."""

    def get(self, path: str, **parameters: str | int | None) -> Any:
        """What the API answers."""
        given = {name: value for name, value in parameters.items() if value is not None}
        answer = httpx2.get(
            f"{self.origin}/api/v1/{path}",
            params=given,
            headers={"authorization": f"Bearer {self.token}"},
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json()


def filled(folder: Path, projects: Mapping[str, Iterable[Upload]]) -> tuple[str, str]:
    """A database with these histories: its address, and a token for all of it."""
    url = f"sqlite:///{folder / 'dashboard.db'}"
    upgrade_schema(url)
    store = Store(url, reserve_bytes=0)
    text, token = create_token(None, Scope.ADMIN, now=int(time.time()), days=1)
    store.add_token(token)
    for project, uploads in projects.items():
        for upload in uploads:
            digest = hashlib.sha256(canonical(upload)).hexdigest()
            store.add_snapshot(project, upload, token_id=token.id, digest=digest)
    store.close()
    return url, text


@contextmanager
def serving(folder: Path, projects: Mapping[str, Iterable[Upload]]) -> Iterator[Served]:
    """`archguard serve` over these histories."""
    url, token = filled(folder, projects)
    service = Service(url, folder / "log")
    service.start()
    assert service.process is not None
    try:
        yield Served(f"http://127.0.0.1:{service.port}", token, service.process.pid)
    finally:
        service.stop()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service over several projects."""
    now = int(time.time())
    projects = {
        "gateway": replace(stories.SHOP, plans=(stories.LAYERS,), commits=40, seed=3).uploads(now),
        "ledger": replace(stories.SHOP, plans=(stories.SIX,), commits=60, seed=2).uploads(now),
        "storefront": stories.SHOP.uploads(now),
    }
    with serving(tmp_path_factory.mktemp("dashboard"), projects) as found:
        yield found


@pytest.fixture(scope="package")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service over `monorepo`: a long history, many violations; in `make battery` 10,000 and 5,000."""
    story = stories.large(snapshots=times(2_000, 10_000), violations=times(1_000, 5_000))
    projects = {"monorepo": story.uploads(int(time.time()))}
    with serving(tmp_path_factory.mktemp("large"), projects) as found:
        yield found


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service over `corner`, of which every number is known, and `hub`."""
    now = int(time.time())
    projects = {"corner": corner.history(now), "hub": corner.hubs(now)}
    with serving(tmp_path_factory.mktemp("small"), projects) as found:
        yield found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if chromium_path() is None:
        pytest.skip("there is no Chromium here: install one, or name it in ARCHGUARD_CHROMIUM")
    with chromium() as found:
        yield found


@pytest.fixture
def visitor(browser: Browser, served: Served) -> Iterator[Visitor]:
    """Somebody who looks at the dashboard; at the end nothing has gone wrong."""
    found = Visitor(browser, served.origin, served.token)
    yield found
    assert found.close() == []


@pytest.fixture
def guest(browser: Browser, small: Served) -> Iterator[Visitor]:
    """Somebody who looks at the small projects; at the end nothing has gone wrong."""
    found = Visitor(browser, small.origin, small.token)
    yield found
    assert found.close() == []
