"""Run command lines in processes that have imported archguard already.

Starting Python and importing grimp and import-linter takes half the time of a check of a small tree, and
the tests run some thousand. One server for each process of the tests imports them once, and forks for
each command line: it still has a process of its own, with its own folder, environment and streams.
Half of what is left would be the start of the child that scans: a command line has it forked by the
server, too. Another server, which imports the service, forks for `archguard serve`.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
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
import threading
import types
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SERVICE_COMMANDS = ("db", "serve", "token")
_SERVICE_MODULES = (
    "archguard_api.server",
    "archguard.cli.runner",
    *(f"archguard.cli.commands.{name}" for name in _SERVICE_COMMANDS),
)
_STREAMS = 3
_PIPES = {"PIPE": subprocess.PIPE, "DEVNULL": subprocess.DEVNULL}
_LENGTH_BYTES = 4


class ForkedProcess:
    """A process that a server has forked; it is used as a `subprocess.Popen` is."""

    def __init__(
        self,
        address: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        streams: Sequence[int],
        *,
        folder: str,
        main_module: str = "archguard.cli",
        path: Sequence[str] = (),
        session: bool = False,
    ) -> None:
        """Have the process forked.

        Args:
            address: of the server's socket.
            arguments: those of the command line.
            environment: its variables.
            streams: file descriptors of its standard input, output and error.
            folder: where it runs.
            main_module: the module whose `main` it runs.
            path: what is searched for modules, instead of the server's.
            session: whether it is in a new session, out of the reach of Ctrl-C.
        """
        request = json.dumps([main_module, [*arguments], folder, dict(environment), [*path], session])
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(address)
        length = len(request).to_bytes(_LENGTH_BYTES, "big")  # JSON is ASCII
        socket.send_fds(self._connection, [length], [*streams])
        self._connection.sendall(request.encode())
        self._answer = self._connection.makefile()
        self._waiting = threading.Lock()  # the end is told once, and two threads may wait for it
        self.pid = int(self._answer.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or None while the process runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; return the exit code, or, negative, the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: the process still runs.
        """
        with self._waiting:
            if self.returncode is None:
                if not select.select([self._connection], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired("archguard", timeout or 0)
                self.returncode = int(self._answer.readline())
                self._answer.close()
                self._connection.close()
            return self.returncode

    def kill(self) -> None:
        """Kill the process, though another thread may be waiting for it."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it has ended just now
                os.kill(self.pid, signal.SIGKILL)


class ScriptServer:
    """A process that forks for each command line."""

    def __init__(self, *modules: str) -> None:
        """Start the process; it accepts command lines once it has imported these, or archguard."""
        self._folder = tempfile.TemporaryDirectory(prefix="archguard-tests-")
        self._address = str(Path(self._folder.name) / "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen()
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(listener.fileno()), *modules],
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,  # is closed however this process ends, and then the server ends
            )

    def start(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        streams: Sequence[IO[Any]],
        *,
        folder: str,
        session: bool = False,
    ) -> ForkedProcess:
        """Start a command line: its arguments are those of `archguard`."""
        descriptors = [stream.fileno() for stream in streams]
        return ForkedProcess(
            self._address, arguments, environment, descriptors, folder=folder, session=session
        )

    def stop(self) -> None:
        """End the process."""
        self._process.communicate()
        self._folder.cleanup()


def choose_server(arguments: Sequence[str]) -> ScriptServer:
    """Return the server for a command line: the commands of the service have one of their own."""
    if arguments and arguments[0] in _SERVICE_COMMANDS:
        return _start_server(*_SERVICE_MODULES)
    return _start_server()


@functools.cache
def _start_server(*modules: str) -> ScriptServer:
    """Return this process's server that has imported these modules, or all of archguard.

    It is started by the first call, and stopped when this process ends.
    """
    server = ScriptServer(*modules)
    atexit.register(server.stop)
    return server


class _ForkedChild(ForkedProcess):
    """What `archguard.graph.scanning.child` gets for a `subprocess.Popen`."""

    def __init__(
        self, address: str, command: Sequence[str], *, env: Mapping[str, str], **_: Any
    ) -> None:
        *_python, path, main_module = command
        read_end, input_end = os.pipe()
        output_end, write_end = os.pipe()
        nothing = os.open(os.devnull, os.O_WRONLY)
        ends = (read_end, write_end, nothing)
        try:
            super().__init__(
                *(address, [], env, ends),
                folder=os.getcwd(),
                main_module=main_module,
                path=json.loads(path),
                session=True,
            )
        finally:
            for end in ends:
                os.close(end)
        self.stdin = open(input_end, "wb")  # noqa: SIM115 (whoever has the child closes them)
        self.stdout = open(output_end, "rb")  # noqa: SIM115


class _Server:
    """The server's side: forks for each connection, and tells each one its process's end."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._address = str(listener.getsockname())
        self._connections: dict[int, socket.socket] = {}
        self._wakeup, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # or the next line has no effect
        signal.set_wakeup_fd(writing)

    def serve(self) -> None:
        """Answer until standard input ends."""
        while True:
            ready, _, _ = select.select([self._listener, self._wakeup, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            if self._wakeup in ready:
                os.read(self._wakeup, 1024)
                self._report_ends()
            if self._listener in ready:
                self._fork()

    def _fork(self) -> None:
        connection, _ = self._listener.accept()
        head, streams, _, _ = socket.recv_fds(connection, _LENGTH_BYTES, _STREAMS)
        with connection.makefile("rb") as text:
            request = json.loads(text.read(int.from_bytes(head, "big")))
        process = os.fork()
        if process == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for opened in (self._listener, connection, *self._connections.values()):
                opened.close()
            _run(self._address, streams, *request)
        for stream in streams:
            os.close(stream)
        self._connections[process] = connection
        self._tell(connection, process)

    def _report_ends(self) -> None:
        while self._connections:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            with self._connections.pop(process) as connection:
                self._tell(connection, os.waitstatus_to_exitcode(status))

    def _tell(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(BrokenPipeError):  # nobody waits for it any more
            connection.sendall(f"{number}\n".encode())


def _run(
    address: str,
    streams: list[int],
    main_module: str,
    arguments: list[str],
    folder: str,
    environment: dict[str, str],
    path: list[str],
    session: bool,
) -> NoReturn:
    """Do what the installed script, or a child that scans, does in a process started with all this."""
    from archguard.graph.scanning import child  # noqa: PLC0415 (the process of the tests imports this)

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    if session:
        os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["archguard", *arguments]
    sys.path[:] = path or [entry for entry in sys.path if entry != os.path.dirname(__file__)]
    popen = functools.partial(_ForkedChild, address)
    vars(child)["subprocess"] = types.SimpleNamespace(Popen=popen, **_PIPES)
    importlib.import_module(main_module).main()
    sys.stdout.flush()
    os._exit(0)


def _list_modules() -> list[str]:
    import archguard  # noqa: PLC0415 (the process of the tests imports this file, too)

    names = [module.name for module in pkgutil.walk_packages(archguard.__path__, "archguard.")]
    return [name for name in names if not name.endswith("__main__")]


if __name__ == "__main__":
    for name in sys.argv[2:] or _list_modules():
        with contextlib.suppress(ModuleNotFoundError):  # of an extra that is not installed
            importlib.import_module(name)
    gc.freeze()  # a collection in a forked process would copy all that was imported
    _Server(socket.socket(fileno=int(sys.argv[1]))).serve()
