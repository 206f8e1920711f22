"""A real SMTP server, as small as it can be: STARTTLS, a password, and a code that it refuses with."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator


@dataclass
class SmtpServer:
    """A server on this machine, and what arrived there."""

    port: int = 0
    refuse_with: int | None = None
    """The code that recipients get."""
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    """Recipient and message."""
    signed_in: list[bytes] = field(default_factory=list)
    was_secure: list[bool] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    """One connection."""

    server: _Server

    def handle(self) -> None:
        self._secure, self._recipient = False, ""
        self._say("220 ready")
        while line := self.rfile.readline():
            command, _, rest = line.decode().strip().partition(" ")
            if command.upper() == "QUIT":
                self._say("221 bye")
                break
            self._obey(command.upper(), rest)
        self.request.close()

    def _obey(self, command: str, rest: str) -> None:
        known, context = self.server.known, self.server.context
        if command == "EHLO":
            extra = ["250-STARTTLS"] if context and not self._secure else []
            self._say("\r\n".join(["250-here", *extra, "250 AUTH PLAIN"]))
        elif command == "STARTTLS" and context is not None:
            self._say("220 go")
            self._secure_connection(context)
        elif command == "AUTH":
            known.signed_in.append(rest.encode())
            self._say("235 welcome")
        elif command == "RCPT":
            self._recipient = rest
            self._say("250 fine" if known.refuse_with is None else f"{known.refuse_with} no")
        elif command == "DATA":
            self._take()
        else:
            self._say("250 fine")

    def _secure_connection(self, context: ssl.SSLContext) -> None:
        with suppress(OSError):  # the client does not trust the certificate
            self.request = context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        self._secure = True

    def _take(self) -> None:
        self._say("354 go")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.known.mails.append((self._recipient, b"".join(lines)))
        self.server.known.was_secure.append(self._secure)
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    """The socket that it listens on."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, known: SmtpServer, context: ssl.SSLContext | None) -> None:
        self.known = known
        self.context = context
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_arguments: object) -> None:
        """Say nothing: clients may go when they like."""


@contextmanager
def smtp_server(context: ssl.SSLContext | None = None) -> Iterator[SmtpServer]:
    """Run a server; with a context it offers STARTTLS."""
    server = SmtpServer()
    running = _Server(server, context)
    server.port = running.server_address[1]
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        running.shutdown()
        running.server_close()
        thread.join()
