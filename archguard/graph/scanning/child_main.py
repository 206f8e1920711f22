"""The child process that scans: untrusted source is parsed here, so that a crash costs one file.

One JSON line in, one or more JSON lines out. The first line in is the job's set-up; each next one a
request. Before the scanner is risked on a single file its index is announced, so that the parent
knows which file killed the child. Run only by `archguard.graph.scanning.workers`.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from collections import Counter
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from archguard.graph.parsing.decoding import DecodingError, decode, decode_anyhow
from archguard.graph.parsing.grimp_scanner import ScanError, Scanner, Text
from archguard.graph.parsing.references import ReferenceFinder
from archguard.graph.scanning.protocol import pack
from archguard.sources.open import reopen
from archguard.sources.source import TOO_LARGE, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.sources.source import FileContents

MAX_ADDRESS_SPACE = 4 << 30
MAX_CPU_SECONDS = 900
_SEARCHED_BYTES = 256_000_000

File = tuple[str, str, bool]
"""Module name, path, and whether it is a package."""

Numbered = tuple[int, Text]
"""A text, and its place in the request."""


def main() -> None:
    """Serve requests from standard input until it ends."""
    _limit()
    gc.disable()  # nothing here is cyclic, and the process is short-lived
    set_up = json.loads(sys.stdin.readline())
    source = reopen(set_up["source"])
    worker = Worker(
        source=source,
        scanner=Scanner(**set_up["scanner"]),
        search=ReferenceFinder(set_up["expressions"]),
        batch_bytes=set_up["batch_bytes"],
    )
    _say({"ready": True})
    for line in _ahead(sys.stdin):
        request = json.loads(line)
        if "fingerprints" in request:
            _say({"fingerprints": list(source.fingerprints(request["fingerprints"]))})
            continue
        for answer in worker.serve(**request):
            _say(answer)


def _ahead(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a stream, taken in while others are served: who writes one never waits for room."""
    taken: SimpleQueue[str | None] = SimpleQueue()

    def take() -> None:
        for line in lines:
            taken.put(line)
        taken.put(None)

    threading.Thread(target=take, daemon=True).start()
    while (line := taken.get()) is not None:
        yield line


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 (not on Windows)
    except ImportError:
        return
    for limit, value in (
        (resource.RLIMIT_AS, MAX_ADDRESS_SPACE),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, hard))


class Worker:
    """Reads, decodes, searches and scans files of one source."""

    def __init__(
        self, *, source: FileContents, scanner: Scanner, search: ReferenceFinder, batch_bytes: int
    ) -> None:
        self._source = source
        self._batch_bytes = batch_bytes
        self._scanner = scanner
        self._search = search

    def serve(self, files: list[File], *, careful: bool) -> Iterator[dict[str, Any]]:
        """Answers to one request: `probing` announcements, then one with the results.

        Args:
            files: what to read.
            careful: whether to try every file on its own before it is scanned with others.
        """
        results: list[dict[str, Any]] = []
        pending: list[tuple[int, Text]] = []
        size = 0
        paths = [path for _, path, _ in files]
        stamps = list(self._source.stamps(paths))  # before anything is read
        contents = self._source.read(paths)
        for index, (file, content) in enumerate(zip(files, contents, strict=True)):
            result, text = self._read(file, content)
            results.append(result)
            if text is None:
                continue
            pending.append((index, text))
            size += len(text.utf8)
            if size > self._batch_bytes:
                yield from self._scan(pending, results, careful=careful)
                pending, size = [], 0
        yield from self._scan(pending, results, careful=careful)
        for result, stamp in zip(results, stamps, strict=True):
            if stamp is not None:
                result["stamp"] = stamp
        yield pack(paths, results)

    def _read(self, file: File, content: bytes | Unreadable) -> tuple[dict[str, Any], Text | None]:
        name, path, is_package = file
        if isinstance(content, Unreadable):
            if content.reason == TOO_LARGE:
                (content_anyhow,) = self._source.read([path], _SEARCHED_BYTES)
                if isinstance(content_anyhow, bytes):
                    return self._unread(file, content_anyhow, content.reason), None
            return {"reason": content.reason}, None
        try:
            decoded = decode(content)
        except DecodingError as error:
            return self._unread(file, content, str(error)), None
        result: dict[str, Any] = {"print": self._source.fingerprint(path, content)}
        if references := self._search.references(decoded):
            result["references"] = references
        return result, Text(name, is_package, *decoded)

    def _unread(self, file: File, content: bytes, reason: str) -> dict[str, Any]:
        name, path, is_package = file
        return {
            "print": self._source.fingerprint(path, content),
            "reason": reason,
            "names": self._search.names_in(decode_anyhow(content), name, is_package=is_package),
        }

    def _scan(
        self, pending: list[Numbered], results: list[dict[str, Any]], *, careful: bool
    ) -> Iterator[dict[str, Any]]:
        """Put the imports into the results."""
        for batch in _without_namesakes(pending):
            if careful:
                sound: list[Numbered] = []
                for index, text in batch:
                    yield {"probing": index}
                    try:
                        self._scanner.probe(text)
                    except ScanError as error:
                        self._fail(results, index, text, error)
                    else:
                        sound.append((index, text))
                yield {"probing": None}
                self._record(sound, results)
            else:
                self._scan_at_once(batch, results)

    def _scan_at_once(self, batch: list[Numbered], results: list[dict[str, Any]]) -> None:
        """Scan all together; where a bad one fails the others too, go on without it, in halves."""
        try:
            self._record(batch, results)
        except ScanError as error:
            bad = [one for one in batch if one[1].name == error.module or len(batch) == 1]
            for index, text in bad:
                self._fail(results, index, text, error)
            rest = [one for one in batch if one not in bad]
            half = (len(rest) + 1) // 2
            for part in (rest[:half], rest[half:]):
                if part:
                    self._scan_at_once(part, results)

    def _record(self, batch: list[tuple[int, Text]], results: list[dict[str, Any]]) -> None:
        imports = self._scanner.scan(text for _, text in batch)
        for index, text in batch:
            results[index]["imports"] = imports[text.name]

    def _fail(self, results: list[dict[str, Any]], index: int, text: Text, error: ScanError) -> None:
        results[index] = {
            "print": results[index]["print"],
            "reason": error.reason,
            "line": error.line,
            "names": self._search.names_in(text.source, text.name, is_package=text.is_package),
        }


def _without_namesakes(pending: list[Numbered]) -> list[list[Numbered]]:
    """The texts in lists in which no name comes twice: two versions of a module cannot be one batch."""
    seen: Counter[str] = Counter()
    batches: list[list[Numbered]] = []
    for one in pending:
        name = one[1].name
        if seen[name] == len(batches):
            batches.append([])
        batches[seen[name]].append(one)
        seen[name] += 1
    return batches
