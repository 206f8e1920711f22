"""The server on standard input and output: lists the tools, validates calls and answers them."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import mcp_types as types
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from archguard import __version__
from archguard.cli.mcp.answers import CancelledQuestionError, Question, QuestionError
from archguard.cli.mcp.tool_schemas import list_tools
from archguard.errors import ArchguardError
from archguard.text import escape, format_json, suggest

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema.exceptions import ValidationError
    from mcp.server.context import ServerRequestContext

    from archguard.cli.mcp.answers import Answers, Document
    from archguard.cli.mcp.tool_schemas import ToolDescription

_INSTRUCTIONS = (
    "archguard judges which modules of a Python project may import which. Ask find_replacement before "
    "you import a module that may be deprecated, and judge_change before you hand in a change. Nothing "
    "is written."
)
_MAX_MESSAGE = 200
_READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class ToolServer:
    """Answers the calls of one client, one after the other."""

    def __init__(self, answers: Answers) -> None:
        """Start nothing yet."""
        self._answers = answers
        self._tools = {tool.name: tool for tool in list_tools()}
        self._one_at_a_time = threading.Lock()

    def run(self) -> None:
        """Serve until standard input ends."""
        anyio.run(self._serve)

    async def _serve(self) -> None:
        server = Server(
            "archguard",
            version=__version__,
            instructions=_INSTRUCTIONS,
            on_list_tools=self._list,
            on_call_tool=self._call,
        )
        async with stdio_server() as (requests, responses):
            await server.run(requests, responses, server.create_initialization_options())

    async def _list(
        self,
        _context: ServerRequestContext[Any],
        _page: types.PaginatedRequestParams | None,
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_describe(tool) for tool in self._tools.values()])

    async def _call(
        self, _context: ServerRequestContext[Any], call: types.CallToolRequestParams
    ) -> types.CallToolResult:
        cancelled = threading.Event()
        try:
            answer = partial(self._answer, call.name, call.arguments or {}, cancelled)
            document = await anyio.to_thread.run_sync(answer, abandon_on_cancel=True)
        except ArchguardError as error:
            return _make_error(str(error))
        except OSError as error:
            return _make_error(f"{error.filename or 'a file'}: {error.strerror}.")
        finally:
            cancelled.set()
        return types.CallToolResult(content=[_make_text(document)], structured_content=document)

    def _answer(self, name: str, arguments: Document, cancelled: threading.Event) -> Document:
        tool = self._tools.get(name)
        if tool is None:
            raise QuestionError(f"unknown tool '{name[:_MAX_MESSAGE]}'{suggest(name, self._tools)}")
        question = Question(validate(tool, arguments), partial(_refuse, cancelled))
        with self._one_at_a_time:
            question.refuse_cancelled()
            method: Callable[[Question], Document] = getattr(self._answers, name)
            return method(question)


def validate(tool: ToolDescription, arguments: Document) -> Document:
    """Return the arguments of a call, with defaults for those that were left out.

    Raises:
        QuestionError: they do not fit the tool's schema.
    """
    arguments = {name: value for name, value in arguments.items() if value is not None}
    error = best_match(Draft202012Validator(tool.input).iter_errors(arguments))
    if error is not None:
        raise QuestionError(_explain(tool.name, error))
    defaults = {
        name: schema["default"]
        for name, schema in tool.input["properties"].items()
        if "default" in schema
    }
    return {**defaults, **arguments}


def _explain(tool: str, error: ValidationError) -> str:
    place = ".".join(map(str, error.absolute_path)) or tool
    # The library's own message quotes the value whole, which may be megabytes.
    rules = {
        "maxLength": f"is longer than {error.validator_value} characters",
        "minLength": "is empty",
        "pattern": "has a control character or is empty",
        "type": f"must be of the type {error.validator_value}",
    }
    problem = rules.get(str(error.validator), error.message)
    return f"{place}: {problem[:_MAX_MESSAGE]}."


def _refuse(cancelled: threading.Event) -> None:
    if cancelled.is_set():
        raise CancelledQuestionError("the call was cancelled.")


def _describe(tool: ToolDescription) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input,
        output_schema=tool.output,
        annotations=_READ_ONLY,
    )


def _make_text(document: Document) -> types.TextContent:
    return types.TextContent(type="text", text=format_json(document))


def _make_error(message: str) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=escape(message))], is_error=True
    )
