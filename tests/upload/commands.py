"""A command of the command line in this process, which is quicker to start than another one."""

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


class Done(NamedTuple):
    """How it ended."""

    returncode: int
    stdout: str
    stderr: str


def command(*arguments: str | Path, env: Mapping[str, str]) -> Done:
    """Run it in an environment."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    said = io.StringIO()
    with (
        mock.patch.dict(os.environ, env, clear=True),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", said),
    ):
        code = run([str(one) for one in arguments])
        out.flush()
    gc.enable()  # a command is the end of its process, and collects nothing
    return Done(code, out.detach().getvalue().decode(), said.getvalue())
