"""The ID token of a CI job: where it comes from, where it is sent, and what is said if there is none."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from archguard.errors import UploadError
from archguard.upload.id_token import can_get_id_token, get_id_token
from tests.api.issuers import run_issuer
from tests.cli.commands.upload_run import SAMPLE, run_upload
from tests.sources.trees import commit_all
from tests.upload.server import TOKEN, Reply, Server, problem

if TYPE_CHECKING:
    from pathlib import Path

AUDIENCE = "https://archguard.example.org"
_EXCHANGED = Reply(201, {"Content-Type": "application/json"}, json.dumps({"token": TOKEN}).encode())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with a commit."""
    folder = tmp_path / "shop"
    shutil.copytree(SAMPLE, folder)
    commit_all(folder)
    return folder


def _make_github(address: str) -> dict[str, str]:
    return {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{address}/token?api-version=2.0",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-token",
    }


def test_github_is_asked_for_a_token_for_the_server() -> None:
    with run_issuer() as github:
        path = f"/token?api-version=2.0&audience={quote(AUDIENCE, safe='')}"
        github.documents[path] = {"value": "a.b.c"}

        assert get_id_token(_make_github(github.address), AUDIENCE) == "a.b.c"
        assert github.requests == [path]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "GitHub gives the job no ID token: it answers 404."),
        ({"value": ""}, "GitHub gives the job no ID token: its answer has none."),
        ({"value": "two words"}, "GitHub gives the job no ID token: its answer has none."),
        ([], "GitHub gives the job no ID token: its answer has none."),
        (b"{", "GitHub gives the job no ID token: its answer has none."),
    ],
    ids=str,
)
def test_what_github_answers_instead_is_said(answer: object, message: str) -> None:
    with run_issuer() as github:
        github.documents[f"/token?api-version=2.0&audience={quote(AUDIENCE, safe='')}"] = answer

        with pytest.raises(UploadError) as failed:
            get_id_token(_make_github(github.address), AUDIENCE)

    assert str(failed.value) == message


def test_nothing_is_sent_to_an_address_without_tls() -> None:
    with pytest.raises(UploadError, match="begins with https"):
        get_id_token(_make_github("http://github.example"), AUDIENCE)


@pytest.mark.parametrize("missing", ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
def test_a_job_without_the_permission_has_none(missing: str) -> None:
    whole = _make_github("https://github.example")

    assert can_get_id_token(whole)
    assert not can_get_id_token({name: value for name, value in whole.items() if name != missing})


def test_a_job_of_gitlab_exchanges_its_id_token_and_uploads(server: Server, shop: Path) -> None:
    server.replies.append(_EXCHANGED)

    done = run_upload(server, shop, "upload", ARCHGUARD_TOKEN="", ARCHGUARD_ID_TOKEN="a.b.c")

    assert (done.returncode, done.stdout) == (0, "")
    exchange, upload = server.requests
    assert exchange.path == "/api/v1/oidc/exchange"
    assert json.loads(exchange.body) == {"project": "shop", "id_token": "a.b.c"}
    assert "Authorization" not in exchange.headers
    assert upload.headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_token_that_is_given_wins(server: Server, shop: Path) -> None:
    done = run_upload(server, shop, "upload", ARCHGUARD_ID_TOKEN="a.b.c")

    assert done.returncode == 0
    assert [request.path for request in server.requests] == ["/api/v1/projects/shop/snapshots"]


def test_a_refused_id_token_is_said_in_one_line_without_the_token(server: Server, shop: Path) -> None:
    server.always = problem(401, "The ID token is not accepted: look at the publishers.")

    done = run_upload(server, shop, "upload", ARCHGUARD_TOKEN="", ARCHGUARD_ID_TOKEN="a.b.c")

    (line,) = done.stderr.splitlines()
    assert done.returncode == 3
    assert line == (
        "archguard: not uploaded: the server gives no upload token for the job's ID token (HTTP 401). "
        'It says: "The ID token is not accepted: look at the publishers."'
    )
    assert len(server.requests) == 1
