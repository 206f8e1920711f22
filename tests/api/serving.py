"""A service over a real store, asked in this process."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi.testclient import TestClient

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from archguard_api.app import create_app
from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from archguard_api.settings import Settings
from archguard_api.store import Store
from tests.api.databases import create_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from fastapi import FastAPI
    from httpx2 import Response

    from archguard.snapshot import Upload

UPLOADED = {"content-type": "application/json", "content-encoding": "zstd"}
SHOP = "/api/v1/projects/shop"


@dataclass
class Service:
    """A running service, and tokens for it."""

    app: FastAPI
    store: Store
    client: TestClient
    texts: dict[tuple[str | None, Scope], str] = field(default_factory=dict)

    def token(self, scope: Scope = Scope.ADMIN, project: str | None = None) -> str:
        """A token that holds."""
        if (project, scope) not in self.texts:
            text, token = create_token(project, scope, now=self.store.now(), days=1)
            self.store.credentials.add_token(token)
            self.texts[project, scope] = text
        return self.texts[project, scope]

    def as_(self, token: str | None) -> dict[str, str]:
        """Headers of somebody with this token."""
        return {} if token is None else {"authorization": f"Bearer {token}"}

    def get(self, path: str, **headers: str) -> Response:
        """What an administrator of everything gets."""
        return self.client.get(path, headers={**self.as_(self.token()), **headers})

    def upload(self, upload: Upload, project: str = "shop", *, token: str | None = None) -> Response:
        """Send a snapshot as the client does; return once it is worked in, if it is out of order."""
        body = compress(encode(upload))
        response = self.send(body, project=project, token=token, headers=UPLOADED)
        self.store.upkeep.finish_rebuilds()
        return response

    def send_plan(
        self, body: bytes, *, project: str = "shop", token: str | None = None, query: str = ""
    ) -> Response:
        """Send a plan."""
        who = self.as_(token or self.token())
        headers = {**who, "content-type": UPLOADED["content-type"]}
        return self.client.post(
            f"/api/v1/projects/{project}/plans{query}", content=body, headers=headers
        )

    def send(
        self, body: bytes, *, project: str = "shop", token: str | None = None, headers: dict[str, str]
    ) -> Response:
        """Send any body."""
        who = self.as_(token or self.token())
        return self.client.post(
            f"/api/v1/projects/{project}/snapshots", content=body, headers={**who, **headers}
        )


@contextmanager
def service(
    folder: Path, *, database: str = "", clock: Callable[[], float] = time.time, **settings: Any
) -> Iterator[Service]:
    """A service on a database, or on a fresh one."""
    url = database or create_sqlite(folder / "service.db")
    with serve(url, clock=clock, **settings) as running:
        yield running


@contextmanager
def serve(url: str, *, clock: Callable[[], float] = time.time, **settings: Any) -> Iterator[Service]:
    """A service on a database that has the schema."""
    store = Store(url, clock=clock)
    app = create_app(Settings(database=url, **settings), store)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Service(app, store, client)
    store.close()
