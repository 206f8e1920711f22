"""The scanning of modules in child processes, each of which may die: that costs one file."""

from __future__ import annotations

import atexit
import json
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.graph.scanning.child import Child, WorkerError
from archguard.graph.scanning.protocol import Result, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.graph.discovery import Module

CRASHED = "the parser crashed on it"
TOO_SLOW = "the parser ran out of time on it"
_SECONDS = 4.0
_FILES_A_SECOND = 50  # some thirty times slower than measured: a loaded machine is no bad file
_ASKED_AT_ONCE = 2  # of one child, or it would wait while this process reads its answer

Results = dict["Module", Result]
"""What the children said of each module."""


class Part(NamedTuple):
    """What is known of some modules that were scanned together."""

    results: Results
    answers: Sequence[bytes]
    """What children said of them, as they said it; of a module on which one died, nothing."""


class SetUp(NamedTuple):
    """What every child needs to know once."""

    source: dict[str, str]
    scanner: dict[str, Any]
    """The arguments of its `Scanner`."""
    expressions: Sequence[str]
    batch_bytes: int = 2_000_000
    """How much source to give grimp at once: a bad file in it costs the others a second scan."""


class _Request(NamedTuple):
    modules: Sequence[Module]
    careful: bool = False

    def plain(self) -> dict[str, Any]:
        """As the child reads it."""
        files = [(module.name, module.path, module.is_package) for module in self.modules]
        return {"files": files, "careful": self.careful}


class Workers:
    """Child processes that live until `close`, as many as there are threads that call `scan`."""

    def __init__(self, set_up: SetUp, *, threads: int, started: Sequence[Child] = ()) -> None:
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

    def start(self, count: int) -> None:
        """Start children before their work is known: it takes them a tenth of a second.

        Raises:
            WorkerError: no child process can be started.
        """
        self._idle += [self._new_child() for _ in range(count)]

    def fingerprints(self, paths: Sequence[str]) -> list[str | None] | None:
        """The names of the files' contents, from a child that was started; None: there is none alive."""
        if not self._idle:
            return None
        child = self._idle.pop()
        try:
            asked = child.ask(self._set_up, {"fingerprints": paths})
        except WorkerError:
            asked = False
        answer = child.answer(_SECONDS + len(paths) / _FILES_A_SECOND) if asked else None
        if answer is None:
            child.end()
            return None
        self._idle.append(child)
        found: list[str | None] = json.loads(answer)["fingerprints"]
        return found

    def scan(self, parts: deque[Sequence[Module]]) -> Iterator[Part]:
        """The results for some modules at a time, from one child, or from the next one where that dies.

        Args:
            parts: what to scan; each part is taken off it, so that other threads can share it.

        Raises:
            WorkerError: no child process can be started.
        """
        left: deque[_Request] = deque()
        asked: deque[_Request] = deque()
        child: Child | None = None
        while not self._closed:
            while len(asked) < _ASKED_AT_ONCE and (request := _next(left, parts)):
                child = child or self._take()
                child.ask(self._set_up, request.plain())
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
                child.end()
                child = None
            yield part

    def close(self) -> None:
        """End every child; a scan that waits for one returns at once with what it has."""
        self._closed = True
        atexit.unregister(self.close)
        for child in self._children:
            child.end()

    def _take(self) -> Child:
        try:
            return self._idle.pop()
        except IndexError:
            return self._new_child()

    def _new_child(self) -> Child:
        child = Child(threads=self._threads)
        self._children.append(child)
        if self._closed:  # meanwhile
            child.end()
        return child


def _next(left: deque[_Request], parts: deque[Sequence[Module]]) -> _Request | None:
    if left:
        return left.popleft()
    try:
        return _Request(parts.popleft())
    except IndexError:
        return None


def _answered(child: Child, request: _Request) -> tuple[Part, list[_Request]]:
    """What a child says, and what is left to ask of another one where it died."""
    modules = request.modules
    probing: int | None = None
    while line := child.answer(_SECONDS + len(modules) / _FILES_A_SECOND * (probing is None)):
        answer = json.loads(line)
        if "probing" not in answer:
            return Part(dict(zip(modules, unpack(answer), strict=True)), [line]), []
        probing = answer["probing"]
    return _recovered(request, probing, TOO_SLOW if child.timed_out else CRASHED)


def _recovered(request: _Request, probing: int | None, reason: str) -> tuple[Part, list[_Request]]:
    """What a child's death says of the modules it was asked for, and what must be asked again."""
    modules = request.modules
    if probing is not None:
        # Those before it were probed one by one and are sound.
        left = [_Request(modules[:probing]), _Request(modules[probing + 1 :], careful=True)]
        return _died(modules[probing], reason), [one for one in left if one.modules]
    if not request.careful:
        return Part({}, ()), [_Request(modules, careful=True)]
    if len(modules) > 1:
        half = len(modules) // 2
        return Part({}, ()), [
            _Request(modules[:half], careful=True),
            _Request(modules[half:], careful=True),
        ]
    return _died(modules[0], reason), []


def _died(module: Module, reason: str) -> Part:
    return Part({module: {"reason": reason, "died": True}}, ())
