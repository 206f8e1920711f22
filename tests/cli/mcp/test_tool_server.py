"""A call can be cancelled, what a tool prints stays off the protocol, and the SDK is an extra."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import anyio

from archguard.cli.mcp.tool_schemas import list_tools
from archguard.cli.mcp.tool_server import validate
from tests.cli.mcp.assistant import talk

if TYPE_CHECKING:
    from pathlib import Path

    from mcp import ClientSession

_SLOW = """\
import sys, time
from archguard.cli.mcp.tool_server import ToolServer

class Answers:
    def find_importers(self, question):
        open(sys.argv[1], "w").close()
        while True:
            question.refuse_cancelled()
            time.sleep(0.01)

    def describe_contracts(self, question):
        print("not for the client", flush=True)
        return {"commit": None, "contracts": []}

ToolServer(Answers()).run()
"""


def test_a_cancelled_call_ends_and_the_next_one_is_answered(tmp_path: Path) -> None:
    started, log = tmp_path / "started", tmp_path / "log"
    answers: list[Any] = []

    async def use(session: ClientSession) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(session.call_tool, "find_importers", {"name": "shop"})
            while not started.exists():
                await anyio.sleep(0.01)
            tasks.cancel_scope.cancel()
        # Calls are answered one after the other: this one waits for the end of that one.
        answers.append(await session.call_tool("describe_contracts", {}))

    talk([sys.executable, "-c", _SLOW, str(started)], use, log, os.environ)

    assert answers[0].structured_content == {"commit": None, "contracts": []}
    assert "not for the client" in log.read_text()


def test_what_was_left_out_has_its_default() -> None:
    tool = next(tool for tool in list_tools() if tool.name == "find_importers")

    assert validate(tool, {"name": "shop"}) == {"name": "shop", "limit": 100}
    assert validate(tool, {"name": "shop", "limit": 7})["limit"] == 7


def test_without_the_sdk_it_says_what_to_install() -> None:
    script = (
        "import sys\n"
        "sys.modules['mcp_types'] = None\n"
        "from archguard.cli import main\n"
        "main(['mcp', '--root', '.'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == (
        "archguard: the package mcp_types is missing: install archguard[mcp] with pip.\n"
    )
