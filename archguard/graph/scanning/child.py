"""One child process that scans: the parent's end of the pipes to `child_main`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from archguard.errors import ArchguardError
from archguard.graph.scanning import allocator

if TYPE_CHECKING:
    from archguard.graph.scanning.cache import Cache

_START_SECONDS = 60.0
# Rust's default stack size, whatever the user's environment says, so that the same nesting is too deep
# on every machine.
_ENVIRONMENT = {"RUST_MIN_STACK": str(2 << 20), "RUST_BACKTRACE": "0"}
# -I and -S: only the paths passed on by the parent are searched for modules, not the current folder.
_BOOT = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).main()"
)
SCANNER = "archguard.graph.scanning.child_main"


class WorkerError(ArchguardError):
    """A child process cannot be started."""


class ChildProcess:
    """A child process that answers requests, in order, until it ends or is killed."""

    def __init__(self, *, threads: int, main_module: str = SCANNER) -> None:
        """Start the process.

        Args:
            threads: how many threads may parse in it; 0: one for each processor.
            main_module: the module whose `main` answers the requests.

        Raises:
            WorkerError: the system cannot start another process.
        """
        paths = [path for path in sys.path if path and path != os.getcwd()]
        own_path = os.path.dirname(
            os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        )
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BOOT, json.dumps([*paths, own_path]), main_module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # Rust prints its panics
                env=os.environ
                | _ENVIRONMENT
                | allocator.make_environment()
                | {"RAYON_NUM_THREADS": str(threads)},
                start_new_session=True,  # Ctrl-C is handled by the parent alone
            )
        except OSError as error:
            raise WorkerError(f"no child process can be started: {error.strerror}.") from error
        self._is_ready = False
        self.alive = True
        """False once a request could not be sent, or an answer did not come."""
        self.timed_out = False
        """Whether it died because it took too much processor time, or because it did not answer."""

    def send_request(self, options: bytes, request: dict[str, Any]) -> bool:
        """Send a request, without waiting for its answer.

        Args:
            options: the line that is sent before the first request.
            request: what `child_main` is to do.

        Returns:
            False if the process is dead.

        Raises:
            WorkerError: the process did not start.
        """
        if not self._is_ready:
            self._is_ready = self._send(options) and self.read_answer(_START_SECONDS) is not None
            if not self._is_ready:
                raise WorkerError("the scanner's child process cannot be started; see `doctor`.")
        return self._send(json.dumps(request).encode() + b"\n")

    def read_answer(self, seconds: float) -> bytes | None:
        """Return the next line that the process writes, or None if it is dead.

        A process that writes no line within this many seconds is killed.
        """
        assert self._process.stdout is not None  # noqa: S101 (it is a pipe)
        watchdog = threading.Timer(seconds, self._time_out)
        watchdog.daemon = True  # or an interrupted process would wait for the timer
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line.endswith(b"\n"):
            self.alive = False
            self.timed_out |= self._exceeded_processor_time()
            return None
        return line

    def kill(self) -> None:
        """Kill the process and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # it died before it read a request
                    continue

    def _send(self, line: bytes) -> bool:
        assert self._process.stdin is not None  # noqa: S101 (it is a pipe)
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            self.alive = False
        return self.alive

    def _exceeded_processor_time(self) -> bool:
        self._process.kill()  # does not change the status of a process that has ended
        return -self._process.wait() == getattr(signal, "SIGXCPU", None)

    def _time_out(self) -> None:
        self.timed_out = True
        self._process.kill()


def start_children(cache: Cache, jobs: int) -> tuple[ChildProcess, ...]:
    """Start one child process if the cache is empty, for then there is something to scan.

    The others are started when there is work for them: until then this process needs the processor.

    Raises:
        WorkerError: no child process can be started.
    """
    if not cache.is_empty():
        return ()
    return (ChildProcess(threads=choose_thread_count(jobs)),)


def choose_thread_count(jobs: int) -> int:
    """Return how many threads may parse in each of `jobs` child processes; 0: one for each processor."""
    return 1 if jobs > 1 else 0
