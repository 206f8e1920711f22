"""A client that is generated from the OpenAPI document has every route, and uploads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archguard_api.http import openapi_example
from tests.api.databases import create_sqlite
from tests.battery.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

GENERATOR = Path(sys.executable).with_name("openapi-python-client")
_UPLOADING = """
import importlib, json, pkgutil, sys
import shop_client
from shop_client.api.projects import list_projects
from shop_client.api.snapshots import upload_snapshot
from shop_client.api.trend import get_trend
from shop_client.models import SentUpload

for module in pkgutil.walk_packages(shop_client.__path__, "shop_client."):
    importlib.import_module(module.name)
address, token, upload = sys.argv[1:]
client = shop_client.AuthenticatedClient(address, token)
sent = SentUpload.from_dict(json.loads(upload))
answers = [upload_snapshot.sync_detailed("shop", client=client, body=sent) for _ in range(2)]
trend = get_trend.sync("shop", client=client, contract="one-cart")
projects = list_projects.sync(client=client)
print(json.dumps({
    "statuses": [answer.status_code for answer in answers],
    "commit": answers[0].parsed.commit,
    "violations": [point.violations for point in trend.points],
    "projects": [project.name for project in projects.items],
}))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A real service on a fresh database."""
    folder = tmp_path_factory.mktemp("service")
    service = Service(create_sqlite(folder / "archguard.db"), folder / "log")
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def document(running: Service) -> str:
    """The service's OpenAPI document."""
    return running.get("/openapi.json").body.decode()


def _generate(document: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Generate the package `shop_client`; a warning is a failure."""
    path = folder / "openapi.json"
    path.write_text(document)
    return subprocess.run(
        [
            *(GENERATOR, "generate", "--path", path, "--meta", "none", "--fail-on-warning"),
            *("--output-path", folder / "shop_client"),
        ],
        env={**os.environ, "PATH": f"{GENERATOR.parent}{os.pathsep}{os.environ['PATH']}"},  # for ruff
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_every_route_is_generated_without_a_warning_and_a_snapshot_is_uploaded(
    running: Service, document: str, tmp_path: Path
) -> None:
    generated = _generate(document, tmp_path)

    assert generated.returncode == 0, generated.stdout + generated.stderr
    operations = {
        operation["operationId"]
        for methods in json.loads(document)["paths"].values()
        for operation in methods.values()
    }
    modules = {path.stem for path in tmp_path.glob("shop_client/api/*/*.py")} - {"__init__"}
    assert modules == operations
    upload = openapi_example.UPLOAD
    arguments = (f"http://127.0.0.1:{running.port}", running.token("admin"), json.dumps(upload))
    used = subprocess.run(
        [sys.executable, "-c", _UPLOADING, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert used.returncode == 0, used.stderr
    assert json.loads(used.stdout) == {
        "statuses": [201, 200],
        "commit": upload["snapshot"]["commit"],
        "violations": [1],
        "projects": ["shop"],
    }


@pytest.mark.slow
def test_two_schemas_with_one_title_are_found_out(document: str, tmp_path: Path) -> None:
    changed = json.loads(document)
    changed["components"]["schemas"]["SentSnapshot"]["title"] = "Snapshot"

    generated = _generate(json.dumps(changed), tmp_path)

    assert generated.returncode != 0
    assert not list(tmp_path.glob("shop_client/api/snapshots/upload_snapshot.py"))
