"""Run the command line as a user does, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.script_server import choose_server

if TYPE_CHECKING:
    from collections.abc import Mapping

_START_VARIABLES = ("PYTHON", "LC_", "LANG", "LD_")
SCRIPT = Path(sys.executable).with_name("archguard")


def archguard(
    *arguments: str | Path,
    cwd: Path | None = None,
    timeout: float = 60,
    env: Mapping[str, str] | None = None,
    forked: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own; fail if its output contains a traceback.

    The process is forked from one that has imported archguard already; so are its children that scan.
    It is the installed script if the environment says how Python starts, or with `forked=False`.
    """
    environment = os.environ if env is None else env
    words = [*map(str, arguments)]
    if forked and _starts_alike(environment):
        done = _fork(words, str(cwd or Path.cwd()), environment, timeout)
    else:
        done = subprocess.run(
            [SCRIPT, *words],
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
        )
    assert "Traceback (most recent call last)" not in done.stderr + done.stdout
    return done


def _starts_alike(environment: Mapping[str, str]) -> bool:
    """Return whether Python would start with these variables as it has started here."""
    variables = {*environment, *os.environ}
    return all(
        environment.get(name) == os.environ.get(name)
        for name in variables
        if name.startswith(_START_VARIABLES)
    )


def _fork(
    arguments: list[str], folder: str, environment: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    with (
        Path(os.devnull).open() as nothing,
        tempfile.TemporaryFile("w+") as output,
        tempfile.TemporaryFile("w+") as errors,
    ):
        streams = [nothing, output, errors]
        process = choose_server(arguments).start(arguments, environment, streams, folder=folder)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        for file in (output, errors):
            file.seek(0)
        texts = [output.read(), errors.read()]
    return subprocess.CompletedProcess(["archguard", *arguments], code, *texts)
