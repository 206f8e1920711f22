"""uvicorn's HTTP/1.1 protocol with the deadlines that uvicorn does not have.

There is a deadline for a connection's first byte and a request's headers, for a request's body, and
for a client to read the response; headers have a maximal size. A client that exceeds one of these is
disconnected. Requests on more connections than allowed get a 503.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from archguard_api.http import problem_json
from archguard_api.http.middleware import SECURITY_HEADERS
from archguard_api.settings import Settings

if TYPE_CHECKING:
    import asyncio

    from fastapi import Response
    from starlette.types import Receive, Scope, Send

MAX_HEADER_BYTES = 16 * 1024
_TOO_LARGE = 431


@cache
def _settings() -> Settings:
    return Settings()


class _Connection(h11.Connection):
    """Bounds the size of all headers; h11 bounds only those that are not complete yet."""

    def next_event(self) -> Any:
        """Return the next event.

        Raises:
            RemoteProtocolError: the client did not send HTTP, or its headers are too large.
        """
        event = super().next_event()
        if isinstance(event, h11.Request):
            if {b"content-length", b"transfer-encoding"} <= {name for name, _ in event.headers}:
                raise h11.RemoteProtocolError("a body of two lengths")  # request smuggling
            size = len(event.target) + sum(len(name) + len(value) + 4 for name, value in event.headers)
            if size > MAX_HEADER_BYTES:
                raise h11.RemoteProtocolError("the headers are too large", _TOO_LARGE)
        return event


class DeadlineProtocol(H11Protocol):
    """One connection, with its timers."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn = _Connection(h11.SERVER, MAX_HEADER_BYTES)
        self._max_connections = self.limit_concurrency
        self.limit_concurrency = None  # uvicorn's own refusal is plain text
        self._awaited: str | None = None
        """What the client has to send: `headers`, `body`, or None if nothing."""
        self._read_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request's headers."""
        super().connection_made(transport)
        self._await("headers")

    def data_received(self, data: bytes) -> None:
        """Pass the data on and wait for what the client has to send next."""
        busy = max(len(self.connections), len(self.tasks))
        self.app = (
            _refuse
            if self._max_connections and busy >= self._max_connections
            else self.config.loaded_app
        )
        super().data_received(data)
        state = self.conn.their_state
        self._await("headers" if state is h11.IDLE else "body" if state is h11.SEND_BODY else None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timers."""
        self._await(None)
        self._stop_write_timer()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Start to wait for the client to read the response."""
        super().pause_writing()
        self._stop_write_timer()
        self._write_timer = self.loop.call_later(_settings().body_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop to wait: the client reads."""
        self._stop_write_timer()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Report that this is not HTTP, unless a response is being sent already."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        response = _closing_response(400, msg)
        events = (
            h11.Response(status_code=400, headers=response.raw_headers, reason=b"Bad Request"),
            h11.Data(data=bytes(response.body)),
            h11.EndOfMessage(),
        )
        self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        self.transport.close()

    def _await(self, what: str | None) -> None:
        """Start the deadline for this, unless it is running already; None stops it."""
        if what == self._awaited:
            return
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None
        self._awaited = what
        if what is not None:
            limits = _settings()
            seconds = limits.header_seconds if what == "headers" else limits.body_seconds
            self._read_timer = self.loop.call_later(seconds, self.transport.close)

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    response = _closing_response(
        503, "Too many connections; come back in a moment.", {"Retry-After": "1"}
    )
    await response(scope, receive, send)


def _closing_response(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return a problem that closes the connection; it has passed no middleware, so add its headers."""
    response = problem_json.problem_response(status, detail, headers=headers)
    response.raw_headers += [*SECURITY_HEADERS, (b"connection", b"close")]
    return response
