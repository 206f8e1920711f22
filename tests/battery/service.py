"""A real service in a process of its own, to be killed and started again."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from archguard_api.store import Store
from tests.battery.scale import times
from tests.cli.script_server import ForkedProcess, choose_server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ARCHGUARD = (sys.executable, "-m", "archguard")
READY_SECONDS = times(120, 300)
"""A second is enough, unless something else takes all processors."""
PROJECT = "shop"
OWN_TOKEN = "ARCHGUARD_BATTERY_TOKEN_ID"
"""Environment variable with the id of the token that schemathesis sends: hooks.py never revokes it."""


_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PORTS = itertools.count(20_000 + 1_000 * (_WORKER % 12))
"""Ports of this worker alone, below those that the system gives to clients: no other test takes one
between the moment it is found free and the start of the service."""


def free_port() -> int:
    """Return a port that is free, and that no other worker of this run returns."""
    for port in _PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("unreachable: the numbers do not end")


@dataclass(frozen=True, slots=True)
class Response:
    """The response to a request."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass(slots=True)
class Service:
    """`archguard serve`, or a command that behaves like it."""

    database: str
    log: Path
    command: Sequence[str] = (*ARCHGUARD, "serve")
    environment: Mapping[str, str] = field(default_factory=dict)
    forked: bool = True
    """Whether it is forked from a process that has imported it, which takes two seconds."""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | ForkedProcess | None = None

    def start(self, *, wait: bool = True) -> None:
        """Start it; with `wait`, return once it is ready."""
        command = [*self.command, "--port", str(self.port), "--database", self.database]
        environment = {**os.environ, **self.environment}
        archguard, words = command[: len(ARCHGUARD)], command[len(ARCHGUARD) :]
        with self.log.open("ab") as log, Path(os.devnull).open() as nothing:
            if self.forked and archguard == [*ARCHGUARD]:
                self.process = choose_server(words).start(
                    words, environment, [nothing, log, log], folder=str(Path.cwd()), session=True
                )
            else:
                self.process = subprocess.Popen(
                    command,
                    stdin=nothing,
                    stdout=log,
                    stderr=log,
                    env=environment,
                    start_new_session=True,
                )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> float:
        """Wait until `/readyz` answers 200; return the seconds that this took."""
        began = time.monotonic()
        while time.monotonic() - began < READY_SECONDS:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"it ended with {self.process.returncode}: {self.log.read_text()}")
            # Who gives up early and asks again makes a service on a busy machine answer all of it.
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get("/readyz", timeout=5).status == 200:
                    return time.monotonic() - began
            time.sleep(0.02)
        raise AssertionError(f"it was not ready in time: {self.log.read_text()}")

    def signal(self, number: int) -> None:
        """Send a signal to it and to its children."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """Kill it without a chance to clean up."""
        self.signal(signal.SIGKILL)
        self.wait(30)

    def wait(self, seconds: float) -> int:
        """Wait for its end; return its exit code."""
        assert self.process is not None
        return self.process.wait(seconds)

    def stop(self) -> None:
        """End it if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def token(self, scope: str, project: str | None = PROJECT) -> str:
        """Add a token to the database, as `archguard token create` does, without a process."""
        store = Store(self.database, reserve_bytes=0)
        text, token = create_token(project, Scope(scope), now=int(time.time()), days=1)
        store.credentials.add_token(token)
        store.close()
        return text

    def get(self, path: str, token: str | None = None, timeout: float = 30) -> Response:
        """GET a path."""
        return self.request("GET", path, token=token, timeout=timeout)

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> Response:
        """Send a request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            authorization = {} if token is None else {"Authorization": f"Bearer {token}"}
            connection.request(method, path, body, {**authorization, **(headers or {})})
            response = connection.getresponse()
            return Response(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()
