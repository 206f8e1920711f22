"""A connection against a server that never ends its response, and addresses that are none."""

from __future__ import annotations

import socketserver
import threading
import time
from typing import TYPE_CHECKING

import pytest

from archguard.upload.http_connection import (
    HttpConnection,
    RequestError,
    Response,
    RetryableRequestError,
)
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator


class _DrippingHandler(socketserver.BaseRequestHandler):
    """Sends a head that never ends, each byte within any timeout of a socket."""

    def handle(self) -> None:
        content = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 600
        try:
            for byte in content:
                self.request.sendall(bytes([byte]))
                time.sleep(0.1)
        except OSError:
            pass  # the client has closed the connection


@pytest.fixture
def dripping_url() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _DrippingHandler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _get(url: str, seconds: float) -> Response:
    connection = HttpConnection(url, is_loopback=True, headers={})
    try:
        return connection.send("GET", url, deadline=time.monotonic() + seconds, max_bytes=100)
    finally:
        connection.close()


def test_a_head_that_drips_costs_the_time_until_the_deadline_and_no_more(dripping_url: str) -> None:
    watch = Stopwatch()

    with pytest.raises(RetryableRequestError, match="did not answer in time"):
        _get(dripping_url, 0.5)

    assert watch.seconds() < 10


@pytest.mark.parametrize("host", ["shop..example", "a" * 64 + ".example"])
def test_a_host_that_is_no_name_is_one_sentence(host: str) -> None:
    with pytest.raises(RequestError, match="is no valid address"):
        _get(f"http://{host}", 5)


@pytest.mark.parametrize(
    ("location", "host"),
    [("https://user:secret@shop.example:8443/x", "shop.example:8443"), ("/x", ""), ("http://[", "")],
)
def test_the_host_of_a_redirect_is_without_a_password(location: str, host: str) -> None:
    assert Response(307, {"location": location}, b"").redirect_host == host


@pytest.mark.parametrize(
    ("location", "new"),
    [
        ("/api/b?x=1", "https://host:1/api/b?x=1"),
        ("https://host:1/api/b", "https://host:1/api/b"),
        ("https://host:2/api/b", None),
        ("http://host:1/api/b", None),
        ("https://user@host:1/api/b", None),
        ("//evil/api/b", None),
        ("https://evil/api/b", None),
        ("https://[", None),
        ("javascript:alert(1)", None),
    ],
)
def test_only_another_path_of_the_same_server_is_followed(location: str, new: str | None) -> None:
    assert Response(308, {"location": location}, b"").find_new_url("https://host:1/api/a") == new
    assert Response(307, {"location": location}, b"").find_new_url("https://host:1/api/a") is None
