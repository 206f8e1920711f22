"""uvicorn's HTTP/1.1 protocol with deadlines: it has none for what a client does not send.

A connection has so long for its first byte and for a request's headers, so long for a request's
body, and so long to take an answer. A block of headers has a largest size. Who misses one is
disconnected, and nobody else waits for them. Of too many connections the last ones are answered 503.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from archguard_api.http import problem_json
from archguard_api.http.middleware import HEADERS
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
    """h11 bounds only headers that are not whole yet; this bounds all."""

    def next_event(self) -> Any:
        """The next event.

        Raises:
            RemoteProtocolError: what was received is no HTTP, or its headers are too large.
        """
        event = super().next_event()
        if isinstance(event, h11.Request):
            if {b"content-length", b"transfer-encoding"} <= {name for name, _ in event.headers}:
                raise h11.RemoteProtocolError("a body of two lengths")  # how requests are smuggled
            size = len(event.target) + sum(len(name) + len(value) + 4 for name, value in event.headers)
            if size > MAX_HEADER_BYTES:
                raise h11.RemoteProtocolError("the headers are too large", _TOO_LARGE)
        return event


class DeadlineProtocol(H11Protocol):
    """One connection."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn = _Connection(h11.SERVER, MAX_HEADER_BYTES)
        self._most, self.limit_concurrency = (
            self.limit_concurrency,
            None,
        )  # uvicorn answers in plain text
        self._awaited: str | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self._await("headers")

    def data_received(self, data: bytes) -> None:
        """A client sent something."""
        busy = max(len(self.connections), len(self.tasks))
        self.app = _refuse if self._most and busy >= self._most else self.config.loaded_app
        super().data_received(data)
        state = self.conn.their_state
        self._await("headers" if state is h11.IDLE else "body" if state is h11.SEND_BODY else None)

    def connection_lost(self, exc: Exception | None) -> None:
        """A client is gone."""
        self._await(None)
        self._stop_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not take what was answered."""
        super().pause_writing()
        self._stop_writing()
        self._writing = self.loop.call_later(_settings().body_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It does."""
        self._stop_writing()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Say that this is no HTTP, unless an answer is under way."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        response = _last_answer(400, msg)
        events = (
            h11.Response(status_code=400, headers=response.raw_headers, reason=b"Bad Request"),
            h11.Data(data=bytes(response.body)),
            h11.EndOfMessage(),
        )
        self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        self.transport.close()

    def _await(self, what: str | None) -> None:
        """Begin to wait for this; waiting on for the same does not begin anew."""
        if what == self._awaited:
            return
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._awaited = what
        if what is not None:
            limits = _settings()
            seconds = limits.header_seconds if what == "headers" else limits.body_seconds
            self._reading = self.loop.call_later(seconds, self.transport.close)

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    response = _last_answer(503, "Too many connections; come back in a moment.", {"Retry-After": "1"})
    await response(scope, receive, send)


def _last_answer(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """A problem after which the connection is closed, with what `Envelope` adds to others."""
    response = problem_json.answer(status, detail, headers=headers)
    response.raw_headers += [*HEADERS, (b"connection", b"close")]
    return response
