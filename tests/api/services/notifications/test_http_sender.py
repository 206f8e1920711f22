"""What is sent to addresses that others choose: only where the guard allows, and never for long."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

import httpcore2
import pytest
import trustme

from archguard_api.services.notifications.address_guard import AddressGuard
from archguard_api.services.notifications.http_sender import NOT_PUBLIC, HttpSender
from tests.api.services.notifications.receivers import Receiver, raw_receiver, receiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

LOOPBACK = ["127.0.0.0/8", "::1/128"]
GUARDED, OPEN = HttpSender(AddressGuard()), HttpSender(AddressGuard(LOOPBACK))


@pytest.fixture
def listening() -> Iterator[Receiver]:
    """A server on this machine."""
    with receiver() as started:
        yield started


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "127.1"])
def test_a_request_to_this_machine_is_refused_and_arrives_where_it_is_allowed(
    host: str, listening: Receiver
) -> None:
    url = f"http://{host}:{listening.port}/hook?a=b"

    refused = GUARDED.send(url, b"{}", {})

    assert (refused.status, refused.error, refused.retry_in) == (None, NOT_PUBLIC, None)
    assert listening.requests == []
    allowed = OPEN.send(url, b'{"a":1}', {"x-kind": "test"})
    assert (allowed.status, allowed.error) == (204, None)
    ((path, headers, body),) = listening.requests
    assert (path, headers["x-kind"], body) == ("/hook?a=b", "test", b'{"a":1}')
    assert headers["host"] == f"{host}:{listening.port}"


def test_the_address_of_cloud_credentials_is_refused_by_number_and_by_name(listening: Receiver) -> None:
    named = HttpSender(AddressGuard(resolve=lambda _host, _port: ["169.254.169.254"]))

    for sender, host in ((GUARDED, "169.254.169.254"), (named, "metadata.example")):
        result = sender.send(f"http://{host}/latest/meta-data/", b"{}", {})
        assert (result.status, result.error, result.retry_in) == (None, NOT_PUBLIC, None)
    # The control: the same name with an address that is allowed arrives.
    control = HttpSender(AddressGuard(LOOPBACK, lambda _host, _port: ["127.0.0.1"]))
    assert control.send(f"http://metadata.example:{listening.port}/", b"{}", {}).status == 204
    assert listening.requests[0][1]["host"] == f"metadata.example:{listening.port}"


def test_a_redirect_into_the_own_network_is_not_followed(listening: Receiver) -> None:
    with receiver("127.0.0.2") as outside:
        outside.status, outside.headers = 307, {"location": f"http://127.0.0.1:{listening.port}/secret"}
        url = f"http://127.0.0.2:{outside.port}/"

        result = HttpSender(AddressGuard(["127.0.0.2/32"])).send(url, b"{}", {})

        assert (result.status, result.retry_in) == (307, None)
        assert result.error == "it answered 307, and redirects are not followed"
        assert (len(outside.requests), listening.requests) == (1, [])
        # The control: a client that follows redirects arrives.
        import httpx2  # noqa: PLC0415

        httpx2.post(url, content=b"{}", follow_redirects=True, trust_env=False)
        assert len(listening.requests) == 1


class _Rebinding:
    """A name server that answers with one address at first, and with another one from then on."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        return ["127.0.0.2"] if self.asked == 1 else ["127.0.0.1"]


def test_a_name_that_is_bound_anew_after_the_check_leads_nowhere_else(listening: Receiver) -> None:
    names = _Rebinding()
    guard = AddressGuard(["127.0.0.2/32"], names)
    with receiver("127.0.0.2", port=listening.port) as allowed:
        url = f"http://rebinding.example:{listening.port}/"

        assert HttpSender(guard).send(url, b"{}", {}).status == 204
        assert (names.asked, len(allowed.requests), listening.requests) == (1, 1, [])
        assert HttpSender(guard).send(url, b"{}", {}).error == NOT_PUBLIC
        assert listening.requests == []

        # The control: checked first and connected to by name, the request arrives at the second address.
        names.asked = 0
        guard.find_addresses("rebinding.example", listening.port)
        with httpcore2.ConnectionPool(network_backend=_ByName(names)) as pool:
            pool.request("POST", url, content=b"{}")
        assert len(listening.requests) == 1


class _ByName(httpcore2.SyncBackend):
    """Resolves a name when it connects, as clients do."""

    def __init__(self, names: _Rebinding) -> None:
        self._names = names

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        (address,) = self._names(host, port)
        return super().connect_tcp(address, port, timeout, local_address, socket_options)


def test_a_certificate_is_checked_by_the_name_though_the_address_is_connected_to() -> None:
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("hooks.example").configure_cert(server)
    authority.configure_trust(client)
    guard = AddressGuard(LOOPBACK, lambda _host, _port: ["127.0.0.1"])
    with receiver(context=server) as listening:
        right = HttpSender(guard, client).send(f"https://hooks.example:{listening.port}/", b"{}", {})
        wrong = HttpSender(guard, client).send(f"https://other.example:{listening.port}/", b"{}", {})
        unknown = HttpSender(guard).send(f"https://hooks.example:{listening.port}/", b"{}", {})

    assert right.status == 204
    assert (wrong.error, unknown.error) == ("its certificate is not trusted",) * 2
    assert len(listening.requests) == 1


@pytest.mark.parametrize(
    ("answer", "repeat"),
    [
        pytest.param(b"", False, id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nx-a: ", False, id="half a header"),
        pytest.param(b"H", True, id="one byte after the other"),
    ],
)
def test_a_server_that_hangs_or_answers_slowly_is_given_up_on(answer: bytes, repeat: bool) -> None:
    with raw_receiver(answer, repeat=repeat) as port:
        started = time.monotonic()
        result = HttpSender(AddressGuard(LOOPBACK), total_seconds=1.0).send(
            f"http://127.0.0.1:{port}/", b"{}", {}
        )
        seconds = time.monotonic() - started

    assert result.error in ("it did not answer within 10 seconds", "its answer is not HTTP")
    assert result.retry_in == 0
    assert seconds < 8  # READ_SECONDS, after which httpcore2 gives up on silence


def test_an_endless_body_is_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"
    with raw_receiver(head + b"x" * 65536, repeat=True) as port:
        result = OPEN.send(f"http://127.0.0.1:{port}/", b"{}", {})

    assert (result.status, result.error) == (200, None)


def test_endless_headers_are_no_answer() -> None:
    with raw_receiver(b"HTTP/1.1 200 OK\r\n" + b"x-a: b\r\n" * 50_000, repeat=True) as port:
        result = OPEN.send(f"http://127.0.0.1:{port}/", b"{}", {})

    assert result.status is None
    assert result.error is not None


def test_a_request_that_runs_can_be_ended() -> None:
    with raw_receiver(b"") as port:
        sender = HttpSender(AddressGuard(LOOPBACK), total_seconds=60)
        results = []
        thread = threading.Thread(
            target=lambda: results.append(sender.send(f"http://127.0.0.1:{port}/", b"{}", {}))
        )
        thread.start()
        while thread.is_alive():
            sender.abort()
            thread.join(0.05)

    assert results[0].error is not None


@pytest.mark.parametrize(
    ("status", "may_retry"),
    [(200, None), (400, False), (404, False), (410, False), (429, True), (503, True)],
)
def test_what_an_answer_says_of_another_attempt(
    status: int, may_retry: bool | None, listening: Receiver
) -> None:
    listening.status = status

    result = OPEN.send(f"http://127.0.0.1:{listening.port}/", b"{}", {})

    assert result.status == status
    assert (result.error is None) == (may_retry is None)
    assert (result.retry_in == 0) == bool(may_retry)


def test_no_proxy_of_the_environment_is_asked(
    listening: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listening.port}")

    assert GUARDED.send("http://169.254.169.254/", b"{}", {}).error == NOT_PUBLIC
    assert listening.requests == []


def test_a_port_that_nobody_listens_on_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    result = OPEN.send(f"http://127.0.0.1:{port}/", b"{}", {})

    assert (result.error, result.retry_in) == ("it cannot be connected to", 0)
