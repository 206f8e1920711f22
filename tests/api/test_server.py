"""The service as a process: uvicorn with deadlines, signals, and what a real client sees."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from tests.api.serving import SHOP, UPLOADED
from tests.api.snapshots import history
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = Path(sys.executable).with_name("archguard")
HALF = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@dataclass
class Process:
    """`archguard serve`, running."""

    process: subprocess.Popen[str]
    port: int
    token: str
    log: Path

    def client(self) -> httpx2.Client:
        """A client with the administrator's token."""
        return httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"authorization": f"Bearer {self.token}"},
            timeout=20,
        )

    def connect(self, data: bytes = b"") -> socket.socket:
        """A raw connection, on which this was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), 20)
        connection.sendall(data)
        return connection


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Process]:
    """A fresh service; settings are environment variables."""
    log = folder / "log"
    environment = {
        **os.environ,
        **{f"ARCHGUARD_{name.upper()}": value for name, value in settings.items()},
    }
    with log.open("w") as errors:
        process = subprocess.Popen(
            [SCRIPT, "serve", "--port", "0", "--database", f"sqlite:///{folder}/served.db"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
        )
    assert process.stdout is not None
    try:
        token = process.stdout.readline().rpartition(" ")[2].strip()
        port = int(process.stdout.readline().rpartition(":")[2])
        yield Process(process, port, token, log)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, header_seconds="2", body_seconds="3") as started:
        yield started


def _closes(connection: socket.socket, within: float) -> bool:
    """Whether the server ends the connection in time; what it says before does not matter."""
    connection.settimeout(within)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def test_metrics_have_whole_paths_as_labels_and_each_project_s_counts(served: Process) -> None:
    with served.client() as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for upload in history([[("a", "old")], [("a", "old"), ("b", "old")]]):
            client.post(
                f"{SHOP}/snapshots", content=compress(encode(upload)), headers=UPLOADED
            ).raise_for_status()
        client.get(f"{SHOP}/trend").raise_for_status()
        text = client.get("/metrics").text

    assert 'archguard_violations{project="shop"} 2.0' in text
    assert 'archguard_exposure{project="shop"} 4.0' in text
    assert 'archguard_unread_files{project="shop"} 0.0' in text
    assert 'handler="/api/v1/projects/{project}/trend"' in text
    assert 'handler="/api/v1/projects/{project}/snapshots"' in text


@pytest.mark.slow
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        HALF,
        b"POST /api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal",
    ],
    ids=["nothing", "half the headers", "half a body", "half a second request"],
)
def test_a_client_that_stops_sending_is_disconnected(served: Process, sent: bytes) -> None:
    with served.connect(sent) as connection:
        assert _closes(connection, 20)


@pytest.mark.slow
def test_a_client_that_drips_headers_is_disconnected(served: Process) -> None:
    with served.connect(HALF) as connection:
        watch = Stopwatch(served.process.pid)
        with pytest.raises(OSError):  # noqa: PT012
            while watch.seconds() < 10:
                connection.sendall(b"X-A: b\r\n")
                time.sleep(0.2)
        assert watch.seconds() < 6


@pytest.mark.slow
def test_a_client_that_takes_no_answer_is_disconnected(served: Process) -> None:
    ask = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n"
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", served.port))
    with connection:
        connection.sendall(ask * 20)
        time.sleep(6)
        received = 0
        connection.settimeout(3)
        with pytest.raises(OSError):  # noqa: PT012
            while chunk := connection.recv(1 << 20):
                received += len(chunk)
            raise ConnectionError
        assert received < 20 * 1_500_000


@pytest.mark.slow
def test_half_sent_requests_do_not_keep_healthz_from_answering(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        waiting = [service.connect(HALF) for _ in range(400)]
        with service.client() as client:
            watch = Stopwatch(service.process.pid)
            answer = client.get("/healthz")
            spent = watch.seconds()
        for connection in waiting:
            connection.close()

    assert answer.status_code == 200
    assert spent < 1


@pytest.mark.parametrize(
    "block", [b"X-A: " + b"a" * 20_000, b"\r\n".join(b"X-%d: a" % number for number in range(3000))]
)
def test_a_block_of_headers_that_is_too_large_is_refused(served: Process, block: bytes) -> None:
    with served.connect(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + block + b"\r\n\r\n") as connection:
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_is_no_http_is_a_400_with_every_header(served: Process, sent: bytes) -> None:
    with served.connect(sent) as connection:
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"content-security-policy" in answer


def test_of_too_many_connections_the_last_are_told_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path, max_connections="16") as served, served.client() as client:
        waiting = [served.connect(HALF) for _ in range(16)]
        refused = client.get("/healthz")
        for connection in waiting:
            connection.close()
        after = _until_200(client)

    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["connection"] == "close"
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert refused.json()["detail"] == "Too many connections; come back in a moment."
    assert after.status_code == 200


def _until_200(client: httpx2.Client) -> httpx2.Response:
    answer = client.get("/healthz")
    for _ in range(400):
        if answer.status_code == 200:
            break
        time.sleep(0.05)
        answer = client.get("/healthz")
    return answer


@pytest.mark.slow
def test_sigterm_ends_it_and_loses_no_upload_that_was_acknowledged(tmp_path: Path) -> None:
    uploads = history([[("a", "old")]] * 40)
    acknowledged: list[str] = []
    with serving(tmp_path) as service:
        stalled = service.connect(HALF)

        def send() -> None:
            with service.client() as client:
                for upload in uploads:
                    body = compress(encode(upload))
                    try:
                        answer = client.post(f"{SHOP}/snapshots", content=body, headers=UPLOADED)
                    except httpx2.TransportError:
                        return
                    if answer.status_code == 201:
                        acknowledged.append(upload.snapshot.commit)

        sender = threading.Thread(target=send)
        sender.start()
        while len(acknowledged) < 5:
            time.sleep(0.02)
        service.process.send_signal(signal.SIGTERM)
        watch = Stopwatch()
        service.process.wait(60)
        assert watch.seconds() < 12
        sender.join()
        stalled.close()

    from archguard_api.store import Store  # noqa: PLC0415

    store = Store(f"sqlite:///{tmp_path}/served.db")
    assert all(store.get_snapshot("shop", commit) for commit in acknowledged)
    store.close()


def test_the_log_is_json_and_never_holds_a_token(served: Process) -> None:
    with served.client() as client:
        client.get(f"{SHOP}/trend?token={served.token}")
        client.post(f"{SHOP}/snapshots", content=b"x", headers=UPLOADED)

    lines = served.log.read_text().splitlines()

    assert lines
    assert all(json.loads(line)["event"] for line in lines)
    assert served.token not in served.log.read_text()
