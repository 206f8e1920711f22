"""Run a command line in this process, which is faster than starting another one."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

from archguard.cli import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class CommandResult(NamedTuple):
    """The exit code and the output of a command."""

    returncode: int
    stdout: str
    stderr: str


def run_command(*arguments: str | Path, env: Mapping[str, str]) -> CommandResult:
    """Run a command line with these environment variables and no others."""
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    stderr = io.StringIO()
    with (
        mock.patch.dict(os.environ, env, clear=True),
        mock.patch.object(sys, "stdout", stdout),
        mock.patch.object(sys, "stderr", stderr),
    ):
        code = run(list(map(str, arguments)))
        stdout.flush()
    gc.enable()  # a command disables it, because its process ends soon
    return CommandResult(code, stdout.detach().getvalue().decode(), stderr.getvalue())
