"""The service answers what its OpenAPI document says, and nothing else, whatever it is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archguard import snapshot as wire
from archguard_api.http import openapi_example
from tests.api.databases import create_sqlite
from tests.battery import faulty
from tests.battery.scale import LONG, times
from tests.battery.service import OWN_TOKEN, Service
from tests.battery.uploaders import UPLOAD_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHECKOUT = Path(__file__).parents[2]
SCHEMATHESIS = Path(sys.executable).with_name("st")
HOOKS = "tests.battery.hooks"  # imports schemathesis, which takes a second: only `st` imports it
WITHOUT_DATA = {
    "GET /api/v1/projects/{project}/families/{contract}",
    "GET /api/v1/projects/{project}/notifications/{rule}",
    "PATCH /api/v1/projects/{project}/notifications/{rule}",
    "DELETE /api/v1/projects/{project}/notifications/{rule}",
    "POST /api/v1/projects/{project}/notifications/{rule}/test",
    "POST /api/v1/tokens/{token_id}/rotate",
    "POST /api/v1/projects/{project}/trusted-publishers",
    "DELETE /api/v1/projects/{project}/trusted-publishers/{publisher}",
    "POST /api/v1/oidc/exchange",
    "DELETE /api/v1/projects/{project}/snapshots",
    "DELETE /api/v1/projects/{project}/snapshots/{commit}",
    "DELETE /api/v1/projects/{project}/branches/{branch}",
    "PATCH /api/v1/projects/{project}/branches/{branch}",
}
"""The examples have no family, no rule, no ID token, and no token but the run's own: what these
operations need is there only if another case made it, and others delete it.
"""
FAULTY = (sys.executable, "-m", "tests.battery.faulty")


def _examples() -> Iterator[bytes]:
    """The document's upload, before it that of its parent, after it that of a pull request."""
    shown = openapi_example.UPLOAD
    parent = {**shown["snapshot"], "commit": shown["snapshot"]["parent"], "parent": None}
    yield json.dumps({**shown, "snapshot": parent, "ancestors": []}).encode()
    yield json.dumps(shown).encode()
    commit = shown["snapshot"]["commit"]
    proposed = {**shown["snapshot"], "commit": "c" * 40, "parent": commit}
    pull_request = {"number": 12, "base_branch": "main", "head_branch": "drop-old-cart"}
    change = {"branch": "drop-old-cart", "ancestors": [commit], "pull_request": pull_request}
    yield json.dumps({**shown, "snapshot": proposed, **change}).encode()


def _run(service: Service, folder: Path, options: Sequence[str]) -> dict[str, Any]:
    """What `st run` reports of a service that holds what the document's examples ask for."""
    service.start()
    try:
        token = service.token("admin", None)
        for body in _examples():
            headers = {"Content-Type": wire.CONTENT_TYPE}
            sent = service.request("POST", UPLOAD_PATH, body=body, token=token, headers=headers)
            assert sent.status == 201, sent.body
        report = folder / "report.json"
        done = subprocess.run(
            [
                SCHEMATHESIS,
                *("--config-file", str(CHECKOUT / "schemathesis.toml"), "--no-color"),
                *("run", f"http://127.0.0.1:{service.port}/openapi.json"),
                *("--header", f"Authorization: Bearer {token}", "--continue-on-failure"),
                *("--report", "json", "--report-json-path", str(report), *options),
            ],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(CHECKOUT),
                "SCHEMATHESIS_HOOKS": HOOKS,
                "HYPOTHESIS_STORAGE_DIRECTORY": str(folder),
                OWN_TOKEN: token.split("_")[1],
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert report.exists(), done.stdout + done.stderr
        summary: dict[str, Any] = json.loads(report.read_text())
        return {**summary, "output": done.stdout}
    finally:
        service.stop()


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"] if LONG else ["sqlite"], indirect=True)
def test_no_answer_is_one_that_the_document_does_not_have(database: str, tmp_path: Path) -> None:
    seed = () if LONG else ("--seed", "1")
    summary = _run(Service(database, tmp_path / "log"), tmp_path, ("-n", str(times(12, 500)), *seed))

    cases = summary["test_cases"]
    accepted = {
        operation: sum(phase["accepted"] for phase in phases.values())
        for operation, phases in summary["valid_rates"].items()
    }
    print(f"{cases['generated']} cases, {summary['filtered']} explained", accepted)  # noqa: T201
    assert not summary["failures"], summary["output"]
    assert not summary["errors"], summary["output"]
    assert summary["exit_code"] == 0, summary["output"]
    assert cases["generated"] >= times(1000, 10_000)
    assert summary["operations"]["tested"] == summary["operations"]["total"]
    assert {operation for operation, count in accepted.items() if not count} <= WITHOUT_DATA


@pytest.mark.slow
def test_the_control_with_three_faults_is_found_out(tmp_path: Path) -> None:
    service = Service(create_sqlite(tmp_path / "archguard.db"), tmp_path / "log", command=FAULTY)
    summary = _run(service, tmp_path, ("-n", "2", "--phases", "fuzzing"))

    failed = {failure["type"]: failure["operations"] for failure in summary["failures"]}
    for end, (kind, _) in faulty.FAULTS.items():
        assert any(operation.endswith(end) for operation in failed[kind]), summary["output"]
