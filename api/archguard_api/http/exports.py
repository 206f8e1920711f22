"""Middleware that sends a whole list as CSV or as lines of JSON, page after page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers

from archguard_api.http.problem_json import problem_response
from archguard_api.http.responses import VARY
from archguard_api.services.list_rows import list_columns, render_csv, render_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Query = list[tuple[str, str]]

FORMAT = "format"
"""The query parameter; it wins over `Accept`."""
FORMATS = {"json": "application/json", "csv": "text/csv", "ndjson": "application/x-ndjson"}
MAX_ROWS = 100_000
"""An export that is longer is broken off."""
_PAGE_SIZE = "200"
_UNCONDITIONAL = frozenset({b"if-none-match", b"accept"})
"""Headers that pages are asked for without."""
_PARAMETER = re.compile(r"\{[^}]*\}")


class ListRoute(NamedTuple):
    """A route that answers with a list."""

    pattern: re.Pattern[str]
    columns: tuple[str, ...]
    has_pages: bool
    name: str
    """Of the file that a browser saves."""


class ExportMiddleware:
    """ASGI middleware: each page is a request of its own to the application, with its own deadline.

    An export whose later page fails ends without its last chunk, so that no client takes it for whole.
    """

    def __init__(self, app: ASGIApp, *, find_document: Callable[[], dict[str, Any]]) -> None:
        """Make no request yet.

        Args:
            app: the application.
            find_document: returns its OpenAPI document, which says what the lists are.
        """
        self._app = app
        self._find_document = find_document
        self._routes: Sequence[ListRoute] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless another format of a list is asked for."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        named = [value for key, value in query if key == FORMAT]
        wanted = named[-1] if named else _negotiate(Headers(scope=scope).get("accept", ""))
        route = self._find_route(scope["path"]) if named or wanted != "json" else None
        if route is None:
            await self._app(scope, receive, send)
            return
        if wanted not in FORMATS or len(named) > 1:
            response = problem_response(
                422,
                f"`format` is one of {', '.join(FORMATS)}.",
                locations=(("query.format", "unknown"),),
            )
            await response(scope, receive, send)
            return
        query = [pair for pair in query if pair[0] != FORMAT]
        if wanted == "json":
            await self._app(_with_query(scope, query), receive, send)
        else:
            await _Export(self._app, scope, receive, send, route, wanted).run(query)

    def _find_route(self, path: str) -> ListRoute | None:
        if self._routes is None:
            self._routes = list_routes(self._find_document())
        return next((route for route in self._routes if route.pattern.fullmatch(path)), None)


class _Export:
    """One export."""

    def __init__(
        self,
        app: ASGIApp,
        scope: Scope,
        receive: Receive,
        send: Send,
        route: ListRoute,
        file_format: str,
    ) -> None:
        headers = [pair for pair in scope["headers"] if pair[0] not in _UNCONDITIONAL]
        self._app = app
        self._scope: Scope = {**scope, "headers": headers}
        self._receive = receive
        self._send = send
        self._route = route
        self._format = file_format

    async def run(self, query: Query) -> None:
        """Send page after page; the first one's error is the answer."""
        if self._route.has_pages and "limit" not in dict(query):
            query = [*query, ("limit", _PAGE_SIZE)]
        page = await self._read_page(query)
        if page.status != 200:
            await page.send(self._send)
            return
        await self._send_start(page.cookies)
        rows = 0
        while page.status == 200 and rows <= MAX_ROWS:
            document = json.loads(page.body)
            items = document["items"]
            next_page = document.get("next") if self._route.has_pages else None
            await self._send_body(self._render(items, is_first=rows == 0), more=next_page is not None)
            rows += len(items)
            if next_page is None:
                return
            query = [*(pair for pair in query if pair[0] != "after"), ("after", next_page)]
            page = await self._read_page(query)

    def _render(self, items: list[dict[str, Any]], *, is_first: bool) -> bytes:
        if self._format == "csv":
            return render_csv(items, self._route.columns, with_header=is_first)
        return render_lines(items)

    async def _read_page(self, query: Query) -> _Page:
        page = _Page()
        await self._app(_with_query(self._scope, query), self._receive, page.receive_message)
        return page

    async def _send_start(self, cookies: list[tuple[bytes, bytes]]) -> None:
        media_type = FORMATS[self._format]
        charset = "; charset=utf-8" if self._format == "csv" else ""
        headers = {
            "content-type": f"{media_type}{charset}",
            "content-disposition": f'attachment; filename="{self._route.name}.{self._format}"',
            "cache-control": "private, no-store",
            "vary": f"{VARY}, Accept",
        }
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": 200, "headers": [*encoded, *cookies]})

    async def _send_body(self, body: bytes, *, more: bool) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})


class _Page:
    """The application's answer to the request for a page."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self._messages: list[Message] = []

    @property
    def cookies(self) -> list[tuple[bytes, bytes]]:
        """The headers that take a dead session's cookie away."""
        return [pair for pair in self._messages[0]["headers"] if pair[0] == b"set-cookie"]

    async def receive_message(self, message: Message) -> None:
        """Take a part of the answer."""
        self._messages.append(message)
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    async def send(self, send: Send) -> None:
        """Pass the answer on as it came."""
        for message in self._messages:
            await send(message)


def list_routes(document: dict[str, Any]) -> list[ListRoute]:
    """Return the routes whose answers are lists, as the OpenAPI document says."""
    schemas = document["components"]["schemas"]
    routes = []
    for path, methods in document["paths"].items():
        items, names = find_items(methods, schemas)
        if items is None:
            continue
        pattern = re.compile("[^/]+".join(map(re.escape, _PARAMETER.split(path))))
        columns = list_columns(items, schemas)
        routes.append(ListRoute(pattern, columns, "after" in names, path.rpartition("/")[2]))
    return routes


def find_items(
    methods: dict[str, Any], schemas: dict[str, Any]
) -> tuple[dict[str, Any] | None, frozenset[str]]:
    """Return the schema of a path's items, None if it is no list, and the names of its parameters."""
    operation = methods.get("get", {})
    content = operation.get("responses", {}).get("200", {}).get("content", {})
    reference = content.get(FORMATS["json"], {}).get("schema", {}).get("$ref", "")
    schema = schemas.get(reference.rpartition("/")[2], {})
    names = frozenset(one["name"] for one in operation.get("parameters", ()))
    return schema.get("properties", {}).get("items", {}).get("items"), names


def _with_query(scope: Scope, query: Query) -> Scope:
    return {**scope, "query_string": urlencode(query).encode("ascii")}


def _negotiate(accept: str) -> str:
    """Return the format that an `Accept` header prefers; of equals the first, and JSON by default."""
    weights: dict[str, float] = {}
    for part in accept.split(","):
        media_type, *parameters = (word.strip() for word in part.split(";"))
        for name, known in FORMATS.items():
            if media_type.lower() == known:
                weights.setdefault(name, _read_weight(parameters))
    return max(weights, key=lambda name: weights[name], default="json")


def _read_weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.lower() == "q" and re.fullmatch(r"[01](\.\d{0,3})?", value):
            return float(value)
    return 1.0
