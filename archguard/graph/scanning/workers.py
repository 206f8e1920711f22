"""Scan modules in child processes, and recover when a module kills the process that parses it."""

from __future__ import annotations

import atexit
import json
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from archguard.graph.bound_names import parse_bindings
from archguard.graph.model import IMPORTLIB
from archguard.graph.scanning.child import SCANNER, ChildProcess, WorkerError
from archguard.graph.scanning.processor_time import TimeAllowance
from archguard.graph.scanning.protocol import RawScanResult, unpack_results

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.graph.bound_names import ModuleBindings
    from archguard.graph.discovery import Module
    from archguard.graph.model import AnalysisOptions

CRASHED = "the parser crashed on it"
TOO_SLOW = "the parser ran out of time on it"
_LAST_RESORT_SECONDS = 900.0
"""How long a child may take for one line by the clock, which is meant for one that waits for ever.

The limit on its work counts processor time: see `processor_time`.
"""
_MAX_OPEN_REQUESTS = 2  # of one child: it starts on the next one while this process reads its answer

RawScanResults = dict["Module", RawScanResult]
"""The results by module."""


class BatchResult(NamedTuple):
    """The results for modules that were scanned together."""

    results: RawScanResults
    answers: Sequence[bytes]
    """The children's answers as they were received; none for a module that killed its child."""


class ChildOptions(Protocol):
    """What each child process is told before its first request."""

    @property
    def main_module(self) -> str:
        """The module whose `main` the child runs."""

    def _asdict(self) -> dict[str, Any]:
        """Return the options for the child, as JSON can hold them."""


class ScannerOptions(NamedTuple):
    """What a child that scans is told before its first request."""

    source: dict[str, str]
    """What `reopen` needs to open the source."""
    scanner: dict[str, Any]
    """The arguments of `GrimpScanner`."""
    expressions: Sequence[str]
    """The module expressions of the deprecated modules."""
    batch_bytes: int = 2_000_000
    """How much source to give grimp at once; one bad file makes it scan the others a second time."""
    symbols: Sequence[str] = ()
    """The deprecated symbols, as `module:Name`."""
    finds_kinds: bool = False
    """Whether to find the kinds of the imports."""
    allowance: TimeAllowance = TimeAllowance()
    """How much processor time each piece of work may take."""

    @property
    def main_module(self) -> str:
        """The module whose `main` the child runs."""
        return SCANNER

    def select_for_cache_key(self) -> dict[str, Any]:
        """Return the options that a file's result depends on, besides its content."""
        return {
            "scanner": self.scanner,
            "expressions": self.expressions,
            "kinds": self.finds_kinds,
            "symbols": self.symbols,
        }


def make_scanner_options(source: dict[str, str], options: AnalysisOptions) -> ScannerOptions:
    """Return the options that find the imports and references which matter for an analysis."""
    return ScannerOptions(
        source=source,
        scanner={
            "top_level_names": _find_top_level_names(options),
            "exclude_type_checking_imports": options.exclude_type_checking_imports,
        },
        expressions=options.deprecated,
        symbols=options.deprecated_symbols,
        finds_kinds=options.import_kinds,
    )


def _find_top_level_names(options: AnalysisOptions) -> list[str] | None:
    """Return the first components of all names that matter, sorted; None: every name matters."""
    expressions = (*options.root_packages, *options.deprecated)
    top_level_names = {expression.partition(".")[0] for expression in expressions}
    if options.deprecated:
        top_level_names.add(IMPORTLIB)  # what it imports is looked for only where it is imported
    if options.include_external_packages or top_level_names & {"*", "**"}:
        return None
    return sorted(top_level_names)


class _ScanRequest(NamedTuple):
    modules: Sequence[Module]
    careful: bool = False
    """Whether the child is to probe each file on its own first, because one of them killed a child."""

    def to_json(self) -> dict[str, Any]:
        """Return the request as the child reads it."""
        files = [(module.name, module.path, module.is_package) for module in self.modules]
        return {"files": files, "careful": self.careful}


class WorkerProcesses:
    """Child processes that live until `close`: one for each thread that calls `scan` at a time."""

    def __init__(
        self, options: ChildOptions, *, threads: int, started: Sequence[ChildProcess] = ()
    ) -> None:
        """Start no process yet.

        Args:
            options: what each child is told.
            threads: how many threads may parse in one child; 0: one for each processor.
            started: child processes that were started already.
        """
        self._main_module = options.main_module
        self._options_line = json.dumps(options._asdict()).encode() + b"\n"
        self._threads = threads
        self._idle = [*started]
        self._children = [*started]
        self._closed = False
        atexit.register(self.close)

    def start_children(self, count: int) -> None:
        """Start children before there is work for them; starting one takes a tenth of a second.

        Raises:
            WorkerError: no child process can be started.
        """
        self._idle += [self._start_child() for _ in range(count)]

    def compute_fingerprints(self, paths: Sequence[str]) -> list[str | None] | None:
        """Return the fingerprints of files, computed by an idle child; None if there is none alive."""
        if not self._idle:
            return None
        child = self._idle.pop()
        try:
            sent = child.send_request(self._options_line, {"fingerprints": paths})
        except WorkerError:
            sent = False
        answer = child.read_answer(_LAST_RESORT_SECONDS) if sent else None
        if answer is None:
            child.kill()
            return None
        self._idle.append(child)
        fingerprints: list[str | None] = json.loads(answer)["fingerprints"]
        return fingerprints

    def read_bindings(self, module: Module) -> ModuleBindings | None:
        """Return what a module binds, read by a child; None if it cannot be read or kills the child.

        Raises:
            WorkerError: no child process can be started.
        """
        child = self._take_child()
        request = {"bindings": (module.name, module.path, module.is_package)}
        sent = child.send_request(self._options_line, request)
        answer = child.read_answer(_LAST_RESORT_SECONDS) if sent else None
        if answer is None:
            child.kill()
            return None
        self._idle.append(child)
        return parse_bindings(json.loads(answer)["bindings"])

    def scan(self, batches: deque[Sequence[Module]]) -> Iterator[BatchResult]:
        """Yield results from one child, and from another one each time that it dies.

        Args:
            batches: modules to scan; each batch is removed when it is taken, so threads can share them.

        Raises:
            WorkerError: no child process can be started.
        """
        retries: deque[_ScanRequest] = deque()
        open_requests: deque[_ScanRequest] = deque()
        child: ChildProcess | None = None
        while not self._closed:
            while len(open_requests) < _MAX_OPEN_REQUESTS and (
                request := _take_request(retries, batches)
            ):
                child = child or self._take_child()
                child.send_request(self._options_line, request.to_json())
                open_requests.append(request)
            if child is None:
                return
            if not open_requests:
                self._idle.append(child)
                return
            result, further_requests = _read_result(child, open_requests.popleft())
            retries += further_requests
            if not child.alive:
                retries += open_requests
                open_requests.clear()
                child.kill()
                child = None
            yield result

    def close(self) -> None:
        """Kill every child; a scan that waits for one ends at once with the results it has."""
        self._closed = True
        atexit.unregister(self.close)
        for child in self._children:
            child.kill()

    def _take_child(self) -> ChildProcess:
        try:
            return self._idle.pop()
        except IndexError:
            return self._start_child()

    def _start_child(self) -> ChildProcess:
        child = ChildProcess(threads=self._threads, main_module=self._main_module)
        self._children.append(child)
        if self._closed:  # by another thread, meanwhile
            child.kill()
        return child


def _take_request(retries: deque[_ScanRequest], batches: deque[Sequence[Module]]) -> _ScanRequest | None:
    if retries:
        return retries.popleft()
    try:
        return _ScanRequest(batches.popleft())
    except IndexError:
        return None


def _read_result(child: ChildProcess, request: _ScanRequest) -> tuple[BatchResult, list[_ScanRequest]]:
    """Return a child's results, and the requests for another child if this one died."""
    modules = request.modules
    probing: int | None = None
    while line := child.read_answer(_LAST_RESORT_SECONDS):
        answer = json.loads(line)
        if "probing" not in answer:
            results = dict(zip(modules, unpack_results(answer), strict=True))
            return BatchResult(results, [line]), []
        probing = answer["probing"]
    return _recover(request, probing, TOO_SLOW if child.timed_out else CRASHED)


def _recover(
    request: _ScanRequest, probing: int | None, reason: str
) -> tuple[BatchResult, list[_ScanRequest]]:
    """Return what a child's death tells, and the requests for what is not known yet.

    Args:
        request: what the child was asked.
        probing: the index of the module that it was probing, if it was probing one.
        reason: why it died.
    """
    modules = request.modules
    if probing is not None:
        # The modules before it were probed one by one and are sound.
        rest = [_ScanRequest(modules[:probing]), _ScanRequest(modules[probing + 1 :], careful=True)]
        return _record_death(modules[probing], reason), [part for part in rest if part.modules]
    if not request.careful:
        return BatchResult({}, ()), [_ScanRequest(modules, careful=True)]
    if len(modules) > 1:
        half = len(modules) // 2
        return BatchResult({}, ()), [
            _ScanRequest(modules[:half], careful=True),
            _ScanRequest(modules[half:], careful=True),
        ]
    return _record_death(modules[0], reason), []


def _record_death(module: Module, reason: str) -> BatchResult:
    return BatchResult({module: {"reason": reason, "died": True}}, ())
