"""The server that options and environment name, and what is refused before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.errors import UploadError
from archguard.upload.server import Server, find_server
from tests.upload.server import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

COMPLETE = {
    "ARCHGUARD_SERVER": "https://a.example",
    "ARCHGUARD_PROJECT": "shop",
    "ARCHGUARD_TOKEN": TOKEN,
}


def _find(address: str, *, insecure_http: bool = False) -> Server:
    return find_server(COMPLETE, server=address, insecure_http=insecure_http)


def test_the_environment_is_enough() -> None:
    server = find_server(COMPLETE)

    assert server.snapshots_url == "https://a.example/api/v1/projects/shop/snapshots"
    assert (server.token, server.is_loopback) == (TOKEN, False)


def test_options_come_first(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("agp_other\r\n")
    file.chmod(0o600)

    server = find_server(
        COMPLETE, server="https://b.example:8443/archguard/", project="a b?", token_file=str(file)
    )

    assert server.snapshots_url == "https://b.example:8443/archguard/api/v1/projects/a%20b%3F/snapshots"
    assert (server.token, server.warnings) == ("agp_other", ())


def test_a_token_that_everybody_can_read_is_warned_about(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o604)

    (warning,) = find_server(COMPLETE, token_file=str(file)).warnings

    assert "every user of this machine can read it" in warning
    assert TOKEN not in warning


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_what_is_missing_is_named(missing: str) -> None:
    rest = {name: value for name, value in COMPLETE.items() if name != missing}

    with pytest.raises(UploadError, match=missing):
        find_server(rest)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"two words", b"two\nlines", b"t\xf6ken", b"x\0y", b"x" * 5000]
)
def test_a_file_that_holds_no_token_is_refused_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)

    with pytest.raises(UploadError) as raised:
        find_server(COMPLETE, token_file=str(file))

    assert not content.strip() or content.decode("latin-1") not in str(raised.value)
    assert "token" in str(raised.value)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UploadError, match="it cannot be read: No such file"):
        find_server(COMPLETE, token_file=str(tmp_path / "none"))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_plain_http_stays_on_this_machine(host: str) -> None:
    assert _find(f"http://{host}:8600").is_loopback


@pytest.mark.parametrize("host", ["a.example", "10.0.0.1", "localhost.evil.example", "0.0.0.0", "[::]"])
def test_plain_http_elsewhere_is_refused_unless_it_is_asked_for(host: str) -> None:
    with pytest.raises(UploadError, match="--insecure-http"):
        _find(f"http://{host}")
    assert not _find(f"http://{host}", insecure_http=True).is_loopback


@pytest.mark.parametrize(
    "server",
    [
        "a.example",
        "ftp://a.example",
        "https://",
        "https://user:hunter2@a.example",
        "https://a.example?x=hunter2",
        "https://a.example#hunter2",
        "https://a.example:99999",
        "https://[hunter2",
        "https://a.example/\nhunter2",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(server: str) -> None:
    with pytest.raises(UploadError, match="not a valid address; write it like") as raised:
        _find(server)

    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("project", [".", "..", "a/b", "a\nb"])
def test_a_project_is_one_part_of_a_path(project: str) -> None:
    with pytest.raises(UploadError, match="name of a project"):
        find_server(COMPLETE, project=project)
