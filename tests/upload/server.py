"""A server on a real socket that can respond badly in many ways."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from archguard.snapshot import compute_digest, decompress, parse_upload

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping

    from archguard.snapshot import Upload

TOKEN = "agp_a1b2c3d4_0123456789abcdefghijABCDEFGHIJ01_Zz9xY8"  # not a real one


@dataclass(frozen=True)
class Request:
    """A request that arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def upload(self) -> Upload:
        """The upload in its body."""
        return parse_upload(decompress(self.body))


@dataclass(frozen=True)
class Reply:
    """A response that is sent instead of storing the snapshot."""

    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    stalls: float = 0
    """Seconds before the response."""
    drips: float = 0
    """Seconds between two bytes of the body."""
    cut: bool = False
    """Store the snapshot, but close the connection before the response is complete."""


def problem(status: int, detail: str, **headers: str) -> Reply:
    """Return an error response like the service's (RFC 9457)."""
    body = json.dumps({"type": "about:blank", "title": "x", "status": status, "detail": detail})
    more_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"Content-Type": "application/problem+json", **more_headers}, body.encode())


class Server:
    """Sends the given replies first; then it stores each snapshot once."""

    def __init__(self, *replies: Reply, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.replies = list(replies)
        self.always: Reply | None = None
        """The reply when all others are used up; None stores the snapshot."""
        self.stored: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                request = Request(self.path, dict(self.headers), self.rfile.read(length))
                with server._lock:
                    server.requests.append(request)
                    reply = server.replies.pop(0) if server.replies else server.always
                    if reply is None or reply.cut:
                        stored = server._store(request)
                    reply = reply or stored
                server._answer(self, reply)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients close connections early
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._http.server_port}"

    @property
    def uploads(self) -> list[Upload]:
        """The uploads that arrived."""
        return [request.upload for request in self.requests]

    def _store(self, request: Request) -> Reply:
        hashed = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
        assert request.headers["Content-Digest"] == f"sha-256=:{hashed}:"
        assert request.headers["Content-Encoding"] == "zstd"
        assert request.headers["Content-Type"] == "application/json"
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return problem(401, "The token does not hold.")
        snapshot = request.upload.snapshot
        key, digest = (snapshot.commit, snapshot.configuration), compute_digest(snapshot)
        is_new = key not in self.stored
        if self.stored.setdefault(key, digest) != digest:
            return problem(409, "Another snapshot is stored under this key.")
        status = 201 if is_new else 200
        body = json.dumps({"commit": snapshot.commit, "digest": digest}).encode()
        return Reply(status, {"Content-Type": "application/json"}, body)

    def _answer(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        time.sleep(reply.stalls)
        handler.send_response(reply.status)
        handler.send_header("Content-Length", str(len(reply.body) + reply.cut))
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        for byte in reply.body if reply.drips else ():
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(reply.drips)
        if not reply.drips:
            handler.wfile.write(reply.body)
        handler.close_connection = handler.close_connection or reply.cut

    @contextmanager
    def running(self) -> Iterator[Server]:
        """Serve until the block ends."""
        thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            thread.join()
            self._http.server_close()
