"""The guide's nginx configuration, in front of two services on one PostgreSQL."""

from __future__ import annotations

import functools
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
import trustme

from tests.battery.postgres import Postgres
from tests.battery.service import ARCHGUARD, Response, Service, free_port
from tests.battery.uploaders import UPLOAD_HEADERS, UPLOAD_PATH, upload_body

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "deploy.md"
HOST = "archguard.example.org"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_BLOCK = re.compile(r"^```nginx\n(.*?)^```", re.MULTILINE | re.DOTALL)
_AROUND = """\
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
access_log off;
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi;
{block}
}}
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="nginx is not there: apt-get install nginx-light"),
]


@dataclass(frozen=True, slots=True)
class Cluster:
    """nginx and what stands behind it."""

    services: tuple[Service, Service]
    port: int
    trust: ssl.SSLContext
    token: str

    def request(
        self, method: str, path: str, body: bytes | None = None, *, token: str = "", address: str = ""
    ) -> Response:
        """One request over TLS, from one of this machine's addresses."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1",
            self.port,
            timeout=60,
            context=self.trust,
            source_address=(address or "127.0.0.1", 0),
        )
        headers = {"Host": HOST, "Authorization": f"Bearer {token or self.token}"}
        try:
            connection.request(method, path, body, {**headers, **(UPLOAD_HEADERS if body else {})})
            response = connection.getresponse()
            return Response(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def upload(self, name: str) -> int:
        """The status of an upload; of an answer that breaks off, a client sends it again."""
        try:
            return self.request("POST", UPLOAD_PATH, upload_body(name)).status
        except http.client.IncompleteRead:  # nginx had passed on the head of the answer already
            return self.request("POST", UPLOAD_PATH, upload_body(name)).status


@contextmanager
def _nginx(folder: Path, ports: tuple[int, int]) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The guide's configuration with other ports and a certificate for this machine."""
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST, "127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(folder / "archguard.pem")
    certificate.private_key_pem.write_to_path(folder / "archguard.key")
    (block,) = _BLOCK.findall(GUIDE.read_text())
    port = free_port()
    for shown, real in (
        ("127.0.0.1:8600", f"127.0.0.1:{ports[0]}"),
        ("127.0.0.1:8601", f"127.0.0.1:{ports[1]}"),
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/ssl", str(folder)),
    ):
        assert shown in block
        block = block.replace(shown, real)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with run_nginx(folder, block, port):
        yield port, trust


@contextmanager
def run_nginx(folder: Path, block: str, port: int) -> Iterator[None]:
    """Run nginx with this configuration of its `http` block, until it listens."""
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, block=block))
    assert NGINX is not None
    user = " user root;" if os.geteuid() == 0 else ""  # pytest's folders are for their owner alone
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", f"daemon off;{user}"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not listen")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Everything, running."""
    postgres = Postgres.start()
    few = {"ARCHGUARD_FAILED_TOKENS_PER_MINUTE": "3"}
    first, second = (
        Service(postgres.url, tmp_path / f"{name}.log", environment=few) for name in ("first", "second")
    )
    try:
        first.start()
        second.start()
        token = first.token("admin", None)
        with _nginx(tmp_path, (first.port, second.port)) as (port, trust):
            yield Cluster((first, second), port, trust, token)
    finally:
        first.stop()
        second.stop()
        postgres.stop()


def test_uploads_go_to_both_and_go_on_when_one_is_killed(cluster: Cluster) -> None:
    first, second = cluster.services
    with ThreadPoolExecutor(8) as pool:
        before = [pool.submit(cluster.upload, f"before-{number}") for number in range(40)]
        assert {one.result() for one in before} == {201}
        during = [pool.submit(cluster.upload, f"during-{number}") for number in range(80)]
        while not any(one.done() for one in during):
            time.sleep(0.005)
        first.kill()
        statuses = {one.result() for one in during}

    listed = second.get(f"{UPLOAD_PATH}?limit=200", cluster.token).json["items"]
    figures = second.get("/metrics", cluster.token).body.decode()
    uploaded = re.search(r'archguard_uploads_total\{outcome="new"\} (\d+)', figures)
    assert statuses <= {200, 201}  # 200: the one that was killed had committed it
    assert len(listed) == 120
    assert uploaded is not None
    assert int(uploaded[1]) < 120  # both had their part
    assert cluster.request("GET", "/api/v1/projects/shop/trend").status == 200


def test_a_body_of_the_service_s_own_limit_reaches_it_and_a_larger_one_does_not(
    cluster: Cluster,
) -> None:
    most = 8 * 2**20
    answers = [cluster.request("POST", UPLOAD_PATH, b"x" * size) for size in (most, most + 1)]

    assert [answer.status for answer in answers] == [422, 413]
    assert answers[0].headers["Content-Type"] == "application/problem+json"


def test_wrong_tokens_are_counted_by_the_address_of_who_sends_them(cluster: Cluster) -> None:
    def guess(address: str) -> int:
        return cluster.request("GET", "/api/v1/projects", token="wrong", address=address).status

    wrong = {guess("127.0.0.1") for _ in range(12)}

    assert wrong == {401, 429}
    assert guess("127.0.0.2") == 401


BELOW_A_PATH = """\
server {{
    listen 127.0.0.1:{port};
    location /archguard/ {{
        proxy_pass http://127.0.0.1:{service}{tail};
        proxy_set_header X-Forwarded-For $http_x_test_client;
    }}
}}
"""


@contextmanager
def _below_a_path(folder: Path, tail: str, *options: str) -> Iterator[tuple[str, str]]:
    """A service behind nginx below /archguard; yield nginx's address and an admin token."""
    service = Service(
        f"sqlite:///{folder}/archguard.db",
        folder / "log",
        command=(*ARCHGUARD, "serve", *options),
        environment={"ARCHGUARD_FAILED_TOKENS_PER_MINUTE": "2"},
    )
    service.start()
    port = free_port()
    try:
        block = BELOW_A_PATH.format(port=port, service=service.port, tail=tail)
        with run_nginx(folder, block, port):
            yield f"http://127.0.0.1:{port}", service.token("admin", None)
    finally:
        service.stop()


@pytest.mark.parametrize("tail", ["", "/"], ids=["prefix kept", "prefix removed"])
def test_below_a_path_everything_answers_and_every_address_has_the_prefix(
    tail: str, tmp_path: Path
) -> None:
    with _below_a_path(tmp_path, tail, "--root-path", "/archguard") as (host, token):
        get = functools.partial(httpx2.get, headers={"authorization": f"Bearer {token}"})
        statuses = [
            get(f"{host}/archguard{path}").status_code
            for path in ("/", "/p/shop", "/api/v1/projects", "/docs", "/metrics", "/badge/x.svg")
        ]
        page, docs = get(f"{host}/archguard/p/shop").text, get(f"{host}/archguard/docs").text
        addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
        assets = [get(f"{host}{address}").status_code for address in addresses]
        scripts = [
            get(f"{host}/archguard/{address}").status_code
            for address in re.findall(r'(?:src|href)="(docs/[^"]+)"', docs)
        ]
        servers = get(f"{host}/archguard/openapi.json").json()["servers"]
        refused = get(f"{host}/archguard/api/v1/projects", params={"x": "1"}).status_code

    assert statuses == [200] * 6
    assert len(addresses) >= 3
    assert all(address.startswith("/archguard/assets/") for address in addresses)
    assert set(assets) == set(scripts) == {200}
    assert servers == [{"url": "/archguard"}]
    assert refused == 422


@pytest.mark.parametrize(
    ("options", "statuses"),
    [((), [401, 401, 401, 401]), (("--forwarded-allow-ips", "192.0.2.1"), [401, 401, 429, 429])],
    ids=["this machine is believed", "only another proxy is"],
)
def test_who_sends_wrong_tokens_is_who_a_believed_proxy_says(
    options: tuple[str, ...], statuses: list[int], tmp_path: Path
) -> None:
    with _below_a_path(tmp_path, "/", "--root-path", "/archguard", *options) as (host, _):
        seen = [
            httpx2.get(
                f"{host}/archguard/api/v1/projects",
                headers={"authorization": "Bearer agp_x", "x-test-client": f"198.51.100.{client}"},
            ).status_code
            for client in (1, 2, 3, 4)
        ]

    assert seen == statuses
