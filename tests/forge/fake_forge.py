"""A forge on this machine that keeps the comments of one pull request, as GitHub and GitLab do."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

BOT, PERSON = {"id": 41, "type": "Bot"}, {"id": 7, "type": "User"}
TOKEN = "ghs_0123456789abcdef"


@dataclass
class FakeForge:
    """The state of the forge, and what a test wants it to do."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    """Those of all commits, the newest first."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request."""
    tokens: set[str] = field(default_factory=set)
    """The tokens that requests came with."""
    failures: list[int] = field(default_factory=list)
    """The statuses of the next requests that write; each is used once."""
    forbids_writing: bool = False
    hides_pull_request: bool = False
    loses_answers: int = 0
    """How many of the next new comments are kept, and answered with 502."""
    redirect: str | None = None
    """Where every request is redirected to."""
    knows_user: bool = False
    """Whether the token's owner may be asked for: a bot."""

    def add(self, *bodies: str, user: dict[str, Any] | None = None) -> None:
        """Add comments, by default of a person."""
        for body in bodies:
            author = user or PERSON
            number = len(self.comments) + 1
            self.comments.append({"id": number, "body": body, "user": author, "author": author})

    def answer(self, method: str, path: str, body: dict[str, str]) -> tuple[int, Any]:
        """Return status and document of a request."""
        url = urlsplit(path)
        if url.path == "/user":
            return (200, BOT) if self.knows_user else (403, {"message": "Resource not accessible"})
        if self.hides_pull_request:
            return 404, {"message": "Not Found"}
        if "/statuses" in url.path:
            return self._answer_about_statuses(method, body)
        if method == "GET":
            query = {name: int(values[0]) for name, values in parse_qs(url.query).items()}
            start = (query["page"] - 1) * query["per_page"]
            return 200, self.comments[start : start + query["per_page"]]
        if refusal := self._refuse():
            return refusal
        if method == "POST":
            self.add(body["body"], user=BOT)
            if self.loses_answers:
                self.loses_answers -= 1
                return 502, {}
            return 201, self.comments[-1]
        (number,) = re.findall(r"/(\d+)$", url.path)
        self.comments[int(number) - 1]["body"] = body["body"]
        return 200, self.comments[int(number) - 1]

    def _answer_about_statuses(self, method: str, body: dict[str, str]) -> tuple[int, Any]:
        """As GitHub does; GitLab calls the state `status` when it lists it."""
        if method == "GET":
            return 200, self.statuses
        if refusal := self._refuse():
            return refusal
        document = {"id": len(self.statuses) + 1, **body}
        if "name" in body:
            document["status"] = document.pop("state")
        self.statuses.insert(0, document)
        return 201, document

    def _refuse(self) -> tuple[int, Any] | None:
        if self.forbids_writing:
            return 403, {"message": f"Resource not accessible by integration {TOKEN}"}
        if self.failures:
            return self.failures.pop(0), {"message": "Try again"}
        return None


def serve_forge() -> Iterator[FakeForge]:
    """Run a forge on a free port, until the generator is closed."""
    forge = FakeForge()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or "{}")
            forge.requests.append((self.command, self.path))
            token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN")
            forge.tokens.add(token or "")
            status, document = forge.answer(self.command, self.path, body)
            if forge.redirect is not None:
                status, document = 307, {}
            content = json.dumps(document).encode()
            self.send_response(status)
            if forge.redirect is not None:
                self.send_header("Location", forge.redirect + self.path)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = _handle  # noqa: N815 (http.server's names)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forge.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
