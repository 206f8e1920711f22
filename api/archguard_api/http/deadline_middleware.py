"""Middleware that gives each request a deadline, and answers 503 when it has passed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from archguard_api.deadline import TOO_SLOW, Deadline, limit_time
from archguard_api.errors import BusyError
from archguard_api.http.problem_json import error_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class DeadlineMiddleware:
    """ASGI middleware around everything that may wait.

    The time runs while the service works, not while it waits for the request's body. An endpoint that
    is too slow goes on in its thread until the store refuses its next statement; what it answers then
    is dropped.
    """

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer in its place if it takes too long."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _TimedRequest(scope, receive, send, self._seconds)
        request.start_timer()
        try:
            with limit_time(request.deadline):
                await self._app(scope, request.receive, request.send)
        finally:
            await request.finish()


class _TimedRequest:
    """A request's deadline, and the channels that it watches."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, seconds: float) -> None:
        self.deadline = Deadline(seconds)
        self._scope = scope
        self._receive = receive
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._refusal: asyncio.Task[None] | None = None
        self._has_body = True

    def start_timer(self) -> None:
        """Have the request refused when its time has passed."""
        self._timer = self._loop.call_later(self.deadline.get_remaining_seconds(), self._refuse)

    async def receive(self) -> Message:
        """Return the client's next message; the time spent on waiting for the body does not count."""
        if not self._has_body:
            return await self._receive()
        self._stop_timer()
        started = self._loop.time()
        message = await self._receive()
        self._has_body = message.get("more_body", False)
        self.deadline.extend(self._loop.time() - started)
        self.start_timer()
        return message

    async def send(self, message: Message) -> None:
        """Pass on what the endpoint answers, unless the request was refused."""
        if self._refusal is None:
            self._stop_timer()
            await self._send(message)

    async def finish(self) -> None:
        """Stop the timer, and wait until a refusal is sent."""
        self._stop_timer()
        if self._refusal is not None:
            await self._refusal

    def _refuse(self) -> None:
        if self.deadline.expire():
            response = error_response(BusyError(TOO_SLOW))
            self._refusal = self._loop.create_task(response(self._scope, self._receive, self._send))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
