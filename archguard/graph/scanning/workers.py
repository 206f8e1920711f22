"""The scanning of modules in child processes, each of which may die: that costs one file."""

from __future__ import annotations

import atexit
import json
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.graph.scanning.child import ChildProcess, WorkerError
from archguard.graph.scanning.protocol import ScanResult, unpack_results

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.graph.discovery import Module

CRASHED = "the parser crashed on it"
TOO_SLOW = "the parser ran out of time on it"
_SECONDS = 4.0
_FILES_A_SECOND = 50  # some thirty times slower than measured: a loaded machine is no bad file
_ASKED_AT_ONCE = 2  # of one child, or it would wait while this process reads its answer

ScanResults = dict["Module", ScanResult]
"""What the children said of each module."""


class BatchResult(NamedTuple):
    """What is known of some modules that were scanned together."""

    results: ScanResults
    answers: Sequence[bytes]
    """What children said of them, as they said it; of a module on which one died, nothing."""


class ScannerOptions(NamedTuple):
    """What every child needs to know once."""

    source: dict[str, str]
    scanner: dict[str, Any]
    """The arguments of its `Scanner`."""
    expressions: Sequence[str]
    batch_bytes: int = 2_000_000
    """How much source to give grimp at once: a bad file in it costs the others a second scan."""


class _ScanRequest(NamedTuple):
    modules: Sequence[Module]
    careful: bool = False

    def plain(self) -> dict[str, Any]:
        """As the child reads it."""
        files = [(module.name, module.path, module.is_package) for module in self.modules]
        return {"files": files, "careful": self.careful}


class WorkerProcesses:
    """Child processes that live until `close`, as many as there are threads that call `scan`."""

    def __init__(
        self, set_up: ScannerOptions, *, threads: int, started: Sequence[ChildProcess] = ()
    ) -> None:
        """Start none yet.

        Args:
            set_up: what the children are told.
            threads: how many may parse in one child; 0: one for each processor.
            started: children that were started already.
        """
        self._set_up = json.dumps(set_up._asdict()).encode() + b"\n"
        self._threads = threads
        self._idle = [*started]
        self._children = [*started]
        self._closed = False
        atexit.register(self.close)

    def start_children(self, count: int) -> None:
        """Start children before their work is known: it takes them a tenth of a second.

        Raises:
            WorkerError: no child process can be started.
        """
        self._idle += [self._new_child() for _ in range(count)]

    def compute_fingerprints(self, paths: Sequence[str]) -> list[str | None] | None:
        """The names of the files' contents, from a child that was started; None: there is none alive."""
        if not self._idle:
            return None
        child = self._idle.pop()
        try:
            asked = child.send_request(self._set_up, {"fingerprints": paths})
        except WorkerError:
            asked = False
        answer = child.read_answer(_SECONDS + len(paths) / _FILES_A_SECOND) if asked else None
        if answer is None:
            child.kill()
            return None
        self._idle.append(child)
        found: list[str | None] = json.loads(answer)["fingerprints"]
        return found

    def scan(self, parts: deque[Sequence[Module]]) -> Iterator[BatchResult]:
        """The results for some modules at a time, from one child, or from the next one where that dies.

        Args:
            parts: what to scan; each part is taken off it, so that other threads can share it.

        Raises:
            WorkerError: no child process can be started.
        """
        left: deque[_ScanRequest] = deque()
        asked: deque[_ScanRequest] = deque()
        child: ChildProcess | None = None
        while not self._closed:
            while len(asked) < _ASKED_AT_ONCE and (request := _next(left, parts)):
                child = child or self._take()
                child.send_request(self._set_up, request.plain())
                asked.append(request)
            if child is None:
                return
            if not asked:
                self._idle.append(child)
                return
            part, again = _answered(child, asked.popleft())
            left += again
            if not child.alive:
                left += asked
                asked.clear()
                child.kill()
                child = None
            yield part

    def close(self) -> None:
        """End every child; a scan that waits for one returns at once with what it has."""
        self._closed = True
        atexit.unregister(self.close)
        for child in self._children:
            child.kill()

    def _take(self) -> ChildProcess:
        try:
            return self._idle.pop()
        except IndexError:
            return self._new_child()

    def _new_child(self) -> ChildProcess:
        child = ChildProcess(threads=self._threads)
        self._children.append(child)
        if self._closed:  # meanwhile
            child.kill()
        return child


def _next(left: deque[_ScanRequest], parts: deque[Sequence[Module]]) -> _ScanRequest | None:
    if left:
        return left.popleft()
    try:
        return _ScanRequest(parts.popleft())
    except IndexError:
        return None


def _answered(child: ChildProcess, request: _ScanRequest) -> tuple[BatchResult, list[_ScanRequest]]:
    """What a child says, and what is left to ask of another one where it died."""
    modules = request.modules
    probing: int | None = None
    while line := child.read_answer(_SECONDS + len(modules) / _FILES_A_SECOND * (probing is None)):
        answer = json.loads(line)
        if "probing" not in answer:
            return BatchResult(dict(zip(modules, unpack_results(answer), strict=True)), [line]), []
        probing = answer["probing"]
    return _recovered(request, probing, TOO_SLOW if child.timed_out else CRASHED)


def _recovered(
    request: _ScanRequest, probing: int | None, reason: str
) -> tuple[BatchResult, list[_ScanRequest]]:
    """What a child's death says of the modules it was asked for, and what must be asked again."""
    modules = request.modules
    if probing is not None:
        # Those before it were probed one by one and are sound.
        left = [_ScanRequest(modules[:probing]), _ScanRequest(modules[probing + 1 :], careful=True)]
        return _died(modules[probing], reason), [one for one in left if one.modules]
    if not request.careful:
        return BatchResult({}, ()), [_ScanRequest(modules, careful=True)]
    if len(modules) > 1:
        half = len(modules) // 2
        return BatchResult({}, ()), [
            _ScanRequest(modules[:half], careful=True),
            _ScanRequest(modules[half:], careful=True),
        ]
    return _died(modules[0], reason), []


def _died(module: Module, reason: str) -> BatchResult:
    return BatchResult({module: {"reason": reason, "died": True}}, ())
