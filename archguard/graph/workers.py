"""The parent's side of scanning: a few child processes, each with limits, each replaceable."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archguard.graph.discovery import Module

CRASHED = "the parser crashed on it"
TOO_SLOW = "the parser ran out of time on it"
# Large batches waste less, smaller ones at the end let all children end together.
_MOST_AT_ONCE, _BATCHES = 700, 8  # files in one; how many a child has in a tree where that is more
_FEW_FILES = 100
_SECONDS = 4.0
_FILES_A_SECOND = 50  # some thirty times slower than measured: a loaded machine is no bad file
_START_SECONDS = 60.0
# The same stack everywhere, Rust's default: how deep an expression may nest is not the machine's to say.
_ENVIRONMENT = {"RUST_MIN_STACK": str(2 << 20), "RUST_BACKTRACE": "0"}
# -I: neither the current folder nor the environment says where modules come from; we do.
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from archguard.graph.worker import main; main()"
)


Results = dict["Module", dict[str, Any]]
"""What the children said of each module."""


class WorkerError(ArchguardError):
    """No child process can be started here."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """What every child needs to know once."""

    source: dict[str, str]
    scanner: dict[str, Any]
    """The arguments of its `Scanner`."""
    expressions: Sequence[str]
    batch_bytes: int = 16_000_000
    """How much source to give grimp at once: a bad file in it costs the others a second scan."""


@dataclass(frozen=True, slots=True)
class _Request:
    modules: list[Module]
    careful: bool = False


class _Child:
    """One child process; `ask` gives its answers, or None once it is dead."""

    def __init__(self, jobs: int) -> None:
        paths = [path for path in sys.path if path and path != os.getcwd()]
        own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT, json.dumps([*paths, own])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # Rust prints its panics
            env=os.environ | _ENVIRONMENT | {"RAYON_NUM_THREADS": "1" if jobs > 1 else "0"},
            start_new_session=True,  # Ctrl-C is the parent's to handle
        )
        self._ready = False
        self.timed_out = False

    def ask(self, set_up: bytes, request: Mapping[str, Any]) -> bool:
        """Send a request, after the set-up if it is the first; False if the child is dead."""
        if not self._ready:
            self._ready = self._send(set_up) and self.answer(_START_SECONDS) is not None
            if not self._ready:
                raise WorkerError("the scanner's child process cannot be started; see `doctor`.")
        return self._send(_line(request))

    def answer(self, seconds: float) -> dict[str, Any] | None:
        """The child's next line, or None if it is dead, or was too slow and is now."""
        assert self._process.stdout is not None  # noqa: S101 (it is a pipe)
        watchdog = threading.Timer(seconds, self._expire)
        watchdog.daemon = True  # or a process that is interrupted would wait for it
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line.endswith(b"\n"):
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """Kill it and free what it holds."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # it died with a request unread
                    continue

    def _send(self, line: bytes) -> bool:
        assert self._process.stdin is not None  # noqa: S101 (it is a pipe)
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            return False
        return True

    def _expire(self) -> None:
        self.timed_out = True
        self._process.kill()


class Workers:
    """Scans modules in child processes, which live until `close`."""

    def __init__(self, jobs: int, progress: Callable[[Results], None]) -> None:
        """Start nothing yet.

        Args:
            jobs: how many children may run at once.
            progress: called with the results since the last call, from any thread.
        """
        self._set_up = b""
        self._jobs = jobs
        self._progress = progress
        self._idle: list[_Child] = []
        self._children: list[_Child] = []
        self._queue: deque[_Request] = deque()
        self._results: dict[Module, dict[str, Any]] = {}
        self._errors: list[WorkerError] = []
        self._closed = False
        atexit.register(self.close)

    def start(self, children: int) -> None:
        """Start some children before their work is known: it takes them a tenth of a second."""
        self._idle += [self._new_child() for _ in range(children)]

    def fingerprints(self, set_up: SetUp, paths: Sequence[str]) -> list[str | None] | None:
        """The names of the files' contents, from a child that was started; None: there is none alive."""
        if not self._idle:
            return None
        child = self._idle.pop()
        self._set_up = self._set_up or _line(asdict(set_up))
        seconds = _SECONDS + len(paths) / _FILES_A_SECOND
        try:
            asked = child.ask(self._set_up, {"fingerprints": paths})
        except WorkerError:
            asked = False
        answer = child.answer(seconds) if asked else None
        if answer is None:
            child.end()
            return None
        self._idle.append(child)
        found: list[str | None] = answer["fingerprints"]
        return found

    def scan(self, set_up: SetUp, modules: Sequence[Module]) -> Results:
        """The worker's result for each module.

        Args:
            set_up: what the children are told; the same for every scan.
            modules: what to scan.

        Raises:
            WorkerError: no child process can be started.
        """
        self._set_up = self._set_up or _line(asdict(set_up))
        self._results = {}
        jobs = 1 if len(modules) <= _FEW_FILES else self._jobs
        most = max(_MOST_AT_ONCE, len(modules) // (_BATCHES * jobs))
        least = most // 4
        start = 0
        while start < len(modules):
            end = start + max(least, min(most, (len(modules) - start) // (2 * jobs)))
            self._queue.append(_Request(list(modules[start:end])))
            start = end
        threads = [
            threading.Thread(target=self._work, daemon=True) for _ in range(min(jobs, len(self._queue)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]
        return self._results

    def close(self) -> None:
        """End every child."""
        self._closed = True
        atexit.unregister(self.close)
        for child in self._children:
            child.end()

    def _work(self) -> None:
        """Answer requests until none is left; runs in a thread of its own for each child."""
        child: _Child | None = self._idle.pop() if self._idle else None
        while self._queue and not self._closed:
            try:
                request = self._queue.popleft()
            except IndexError:  # another thread was faster
                break
            if child is None:
                child = self._new_child()
            try:
                alive = self._serve(child, request)
            except WorkerError as error:
                self._errors.append(error)
                self._queue.clear()
                return
            if not alive:
                child.end()
                child = None
        if child is not None:
            self._idle.append(child)

    def _new_child(self) -> _Child:
        child = _Child(self._jobs)
        self._children.append(child)
        return child

    def _serve(self, child: _Child, request: _Request) -> bool:
        """Have a request answered; False if the child died of it, and what is left is queued."""
        files = [(m.name, m.path, m.is_package) for m in request.modules]
        probing: int | None = None
        asked = child.ask(self._set_up, {"files": files, "careful": request.careful})
        while asked:
            answer = child.answer(_SECONDS + len(files) / _FILES_A_SECOND * (probing is None))
            if answer is None:
                break
            if "probing" in answer:
                probing = answer["probing"]
                continue
            self._record(dict(zip(request.modules, answer["results"], strict=True)))
            return True
        if not self._closed:
            self._recover(request, probing, TOO_SLOW if child.timed_out else CRASHED)
        return False

    def _recover(self, request: _Request, probing: int | None, reason: str) -> None:
        modules = request.modules
        if probing is not None:
            # Those before it were probed one by one and are sound.
            self._record({modules[probing]: {"reason": reason, "died": True}})
            self._requeue(modules[:probing], careful=False)
            self._requeue(modules[probing + 1 :], careful=True)
        elif not request.careful:
            self._requeue(modules, careful=True)
        elif len(modules) > 1:
            half = len(modules) // 2
            self._requeue(modules[:half], careful=True)
            self._requeue(modules[half:], careful=True)
        else:
            self._record({modules[0]: {"reason": reason, "died": True}})

    def _record(self, results: Results) -> None:
        self._results.update(results)
        self._progress(results)

    def _requeue(self, modules: list[Module], *, careful: bool) -> None:
        if modules:
            self._queue.append(_Request(modules, careful))


def _line(request: Mapping[str, Any]) -> bytes:
    return json.dumps(request).encode() + b"\n"
