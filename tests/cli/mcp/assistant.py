"""The protocol's official client, as an assistant uses it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import anyio
from mcp import ClientSession, StdioServerParameters, stdio_client

from tests.cli.console_script import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from mcp_types import CallToolResult, Tool

_SECONDS = 300
"""Seconds are enough, unless something else takes all processors."""
Call = tuple[str, dict[str, Any]]
"""A tool, and its arguments."""


def talk(
    command: Sequence[str],
    use: Callable[[ClientSession], Awaitable[None]],
    log: Path,
    environment: Mapping[str, str],
) -> None:
    """Start a server, and use a session with it; its standard error goes into a file."""

    async def run() -> None:
        server = StdioServerParameters(command=command[0], args=[*command[1:]], env={**environment})
        with log.open("w") as errors, anyio.fail_after(_SECONDS):
            async with (
                stdio_client(server, errlog=errors) as streams,
                ClientSession(*streams) as session,
            ):
                await session.initialize()
                await use(session)

    with ThreadPoolExecutor(1) as thread:  # a test of the browser may have left a loop in this one
        thread.submit(anyio.run, run).result()


def ask(
    calls: Sequence[Call], *arguments: str | Path, folder: Path, token: str = ""
) -> tuple[list[Tool], list[CallToolResult]]:
    """Return the tools of `archguard mcp`, and its answers to some calls.

    The client itself refuses an answer that does not fit the tool's schema.
    """
    tools: list[Tool] = []
    answers: list[CallToolResult] = []

    async def use(session: ClientSession) -> None:
        tools.extend((await session.list_tools()).tools)
        for name, values in calls:
            answers.append(await session.call_tool(name, values))

    log = folder / "mcp.log"
    home = {
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "home"),
        "ARCHGUARD_TOKEN": token,
    }
    talk([str(SCRIPT), "mcp", *map(str, arguments)], use, log, {**os.environ, **home})
    assert "Traceback" not in log.read_text()
    return tools, answers


def read_error(answer: CallToolResult) -> str:
    """Return the sentence of an answer that is an error."""
    assert answer.is_error
    (content,) = answer.content
    assert content.type == "text"
    return content.text
