"""Whatever is asked, and however often, the service's memory stays as it is."""

from __future__ import annotations

import http.client
import itertools
import random
import re
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.api.databases import create_sqlite
from tests.battery.scale import times
from tests.battery.service import PROJECT, Service
from tests.battery.uploaders import UPLOAD_HEADERS, UPLOAD_PATH, upload_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

WARM_UP, REQUESTS = times(1_500, 6_000), times(1_500, 20_000)
"""The first requests of a process fill its caches and its allocator's pools."""
MAX_KIBIBYTES = 10 * 1024
SNAPSHOTS = 20
PLAIN_PATHS = (
    "/api/v1/projects",
    *(
        f"/api/v1/projects/{PROJECT}{rest}"
        for rest in (
            "",
            "/branches",
            "/snapshots",
            "/trend?contract=one-cart",
            "/violations",
            "/violations/groups?by=owner",
            "/modules",
            "/modules/shop.legacy",
            "/modules/shop.legacy/history",
        )
    ),
    f"/badge/{PROJECT}.svg",
    "/healthz",
    "/readyz",
    "/metrics",
    "/",
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service on SQLite with a short history."""
    service = Service(create_sqlite(tmp_path / "archguard.db"), tmp_path / "log", forked=False)
    service.start()
    token = service.token("upload")
    for number in range(SNAPSHOTS):
        body = upload_body(f"c{number}", parent=f"c{number - 1}" if number else None, at=10**9 + number)
        answer = service.request("POST", UPLOAD_PATH, body=body, token=token, headers=UPLOAD_HEADERS)
        assert answer.status == 201
    yield service
    service.stop()


class Client:
    """Sends requests over one connection, and opens another when the service closes it."""

    def __init__(self, service: Service) -> None:
        self._port = service.port
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        self.statuses: Counter[int] = Counter()

    def send(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Send a request and count the status of its response."""
        for _attempt in range(3):
            with suppress(OSError, http.client.HTTPException):
                self._connection.request(method, path, headers=dict(headers))
                response = self._connection.getresponse()
                response.read()
                self.statuses[response.status] += 1
                return
            self._connection.close()
        raise AssertionError(f"no response to {method} {path}")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _read_kibibytes(service: Service) -> int:
    """Return how much memory the service's process has in use."""
    assert service.process is not None
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None
    return int(found[1])


def _plain_sender(token: str) -> Callable[[Client, int], None]:
    """Return a function that asks what a dashboard and a monitoring system ask."""

    def send(client: Client, number: int) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        client.send("GET", PLAIN_PATHS[number % len(PLAIN_PATHS)], headers)

    return send


def _odd_sender(token: str) -> Callable[[Client, int], None]:
    """Return a function that makes up methods, paths, parameters and headers, never the same ones."""
    random_numbers = random.Random(16)
    kinds = itertools.cycle(range(9))

    def send(client: Client, _number: int) -> None:
        word = f"{random_numbers.getrandbits(64):016X}"
        known = {"Authorization": f"Bearer {token}"}
        project = f"/api/v1/projects/{PROJECT}"
        requests: list[tuple[str, str, Mapping[str, str]]] = [
            (f"M{word}", "/healthz", {}),
            (f"M{word}", f"{project}/trend", known),
            ("GET", f"/{word}", {}),
            ("GET", f"/api/v1/projects/{word}", known),
            ("GET", f"{project}/trend?{word}={word}", known),
            ("GET", f"{project}/modules?search={word}", known),
            ("GET", f"{project}/trend?contract={word}", known),
            ("GET", project, {"Authorization": f"Bearer agp_{word[:8]}_{word}_{word[:6]}"}),
            ("GET", "/readyz", {f"X-{word}": word, "If-None-Match": word, "Host": f"{word}.example"}),
        ]
        client.send(*requests[next(kinds)])

    return send


@pytest.mark.slow
@pytest.mark.parametrize("make_sender", [_plain_sender, _odd_sender], ids=["plain", "odd"])
def test_memory_is_flat(service: Service, make_sender: Callable[[str], object]) -> None:
    send: Callable[[Client, int], None] = make_sender(service.token("read", None))  # type: ignore[assignment]
    client = Client(service)
    for number in range(WARM_UP):
        send(client, number)
    before = _read_kibibytes(service)

    for number in range(REQUESTS):
        send(client, number)

    client.close()
    growth = _read_kibibytes(service) - before
    sys.stdout.write(f"{REQUESTS:,}: {growth / 1024:+.1f} MiB, {dict(client.statuses)}\n")
    assert abs(growth) <= MAX_KIBIBYTES
    assert not {status for status in client.statuses if status >= 500}
