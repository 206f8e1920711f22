"""Certificates are verified: real TLS on this machine, with authorities made for the test."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from archguard.errors import UploadError
from archguard.upload.client import Client
from archguard.upload.responses import Outcome
from archguard.upload.server import find_server
from tests.stopwatch import Stopwatch
from tests.upload.sample_uploads import make_upload
from tests.upload.server import TOKEN, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The one that signed the server's certificate."""
    return trustme.CA()


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[Server]:
    """A server with a certificate for this machine."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Server(tls=context).running() as running:
        yield running


def _send(url: str) -> Outcome:
    server = find_server({"ARCHGUARD_TOKEN": TOKEN}, server=url, project="p")
    with Client(server, budget=20) as client:
        return client.send(make_upload())


def _trust(authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))


def test_a_private_authority_is_trusted_where_the_environment_says_so(
    tls_server: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trust(authority, tmp_path, monkeypatch)

    assert _send(tls_server.url) is Outcome.NEW


def test_an_unknown_authority_is_refused_at_once_and_sees_nothing(
    tls_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trust(trustme.CA(), tmp_path, monkeypatch)
    watch = Stopwatch()

    with pytest.raises(UploadError, match="its certificate is not trusted"):
        _send(tls_server.url)

    assert watch.seconds() < 10
    assert tls_server.requests == []


def test_a_certificate_of_another_name_is_refused(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trust(authority, tmp_path, monkeypatch)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("archguard.example").configure_cert(context)

    with Server(tls=context).running() as other:
        with pytest.raises(UploadError, match="its certificate is not trusted"):
            _send(other.url)
        assert other.requests == []
