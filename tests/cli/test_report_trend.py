"""The service's sentence in `check --format markdown`, read from a service on a socket."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn

from archguard_api.models import Scope
from tests.api.serving import SHOP, Service, service
from tests.api.snapshots import upload
from tests.cli.console_script import archguard
from tests.ratchet.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOBODY = "http://127.0.0.1:9"


@contextmanager
def _listen(running: Service) -> Iterator[str]:
    """Serve a service on a free port, and yield its address."""
    server = uvicorn.Server(
        uvicorn.Config(running.app, host="127.0.0.1", port=0, lifespan="off", log_level="critical")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "shop")


def _render(repository: Repository, server: str, token: str, project: str = "shop") -> str:
    variables = {"ARCHGUARD_SERVER": server, "ARCHGUARD_PROJECT": project, "ARCHGUARD_TOKEN": token}
    done = archguard(
        "check", "--root", repository.folder, "--format", "markdown", env=os.environ | variables
    )
    assert done.returncode == 1, done.stderr
    assert token not in done.stdout + done.stderr
    return done.stdout


def test_the_report_says_where_the_project_stands(repository: Repository, tmp_path: Path) -> None:
    with service(tmp_path) as running, _listen(running) as address:
        running.upload(upload("c1", [("app.a", "app.old")]))
        sentence = running.get(SHOP).json()["now"]["sentence"]

        text = _render(repository, address, running.token(Scope.READ))
        unseen = _render(repository, address, running.token(Scope.UPLOAD))

    assert f"\nTrend: `{sentence}`\n" in text
    assert f"[Dashboard]({address}/p/shop)" in text
    assert "Trend" not in unseen


def test_a_service_that_does_not_answer_is_left_out(repository: Repository) -> None:
    token = "agp_a1b2c3d4_0123456789abcdefghijABCDEFGHIJ01_Zz9xY8"

    text = _render(repository, NOBODY, token)

    assert "Trend" not in text
    assert f"[Dashboard]({NOBODY}/p/shop)" in text
