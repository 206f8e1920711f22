"""Run command lines in processes that have imported archguard already.

Starting Python and importing grimp and import-linter takes half the time of a check of a small tree, and
the tests run some thousand. One server for each process of the tests imports them once, and forks for
each command line: it still has a process of its own, with its own folder, environment and streams.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STREAMS = 3
_LENGTH_BYTES = 4


class ScriptServer:
    """A process that forks for each command line."""

    def __init__(self) -> None:
        """Start the process; it accepts command lines as soon as it has imported archguard."""
        self._folder = tempfile.TemporaryDirectory(prefix="archguard-tests-")
        self._address = str(Path(self._folder.name) / "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen()
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(listener.fileno())],
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,  # is closed however this process ends, and then the server ends
            )

    def run(
        self,
        arguments: Sequence[str],
        folder: str,
        environment: Mapping[str, str],
        streams: Sequence[TextIO],
        timeout: float,
    ) -> int:
        """Run a command line and return its exit code; negative, the signal that ended it.

        Args:
            arguments: those of `archguard`.
            folder: where it runs.
            environment: its variables.
            streams: its standard input, output and error.
            timeout: after so many seconds it is killed.

        Raises:
            subprocess.TimeoutExpired: it was killed.
        """
        request = json.dumps([list(arguments), folder, dict(environment)]).encode()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._address)
            socket.send_fds(
                connection,
                [len(request).to_bytes(_LENGTH_BYTES, "big")],
                [stream.fileno() for stream in streams],
            )
            connection.sendall(request)
            with connection.makefile() as answer:
                process = int(answer.readline())
                connection.settimeout(timeout)
                try:
                    return int(answer.readline())
                except TimeoutError:
                    os.kill(process, signal.SIGKILL)
                    raise subprocess.TimeoutExpired(["archguard", *arguments], timeout) from None

    def stop(self) -> None:
        """End the process."""
        self._process.communicate()
        self._folder.cleanup()


@functools.cache
def start_server() -> ScriptServer:
    """Return the server of this process: started by the first call, stopped when the process ends."""
    server = ScriptServer()
    atexit.register(server.stop)
    return server


def _serve(listener: socket.socket) -> None:
    import archguard  # noqa: PLC0415 (the process of the tests imports this file, too)

    for module in pkgutil.walk_packages(archguard.__path__, "archguard."):
        if not module.name.endswith("__main__"):
            with contextlib.suppress(ModuleNotFoundError):  # of an extra that is not installed
                importlib.import_module(module.name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the processes that answer
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _answer(connection)
        connection.close()


def _answer(connection: socket.socket) -> NoReturn:
    """Read a command line, run it in a process of its own, and send its process id and exit code."""
    head, streams, _, _ = socket.recv_fds(connection, _LENGTH_BYTES, _STREAMS)
    with connection.makefile("rb") as request:
        arguments, folder, environment = json.loads(request.read(int.from_bytes(head, "big")))
    process = os.fork()
    if process == 0:
        connection.close()
        _run_script(arguments, folder, environment, streams)
    connection.sendall(f"{process}\n".encode())
    _, status = os.waitpid(process, 0)
    connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _run_script(
    arguments: list[str], folder: str, environment: dict[str, str], streams: list[int]
) -> None:
    """Do what the installed script does in a process that was started with all this."""
    from archguard.cli import main  # noqa: PLC0415 (the process of the tests imports this file, too)

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["archguard", *arguments]
    sys.path[:] = [path for path in sys.path if path != os.path.dirname(__file__)]
    main()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
