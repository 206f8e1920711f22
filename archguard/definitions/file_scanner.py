"""What the child processes that parse files have in common: they read, decode and limit each file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from archguard.definitions.syntax_tree import ParseError
from archguard.graph.parsing.decoding import DecodingError, decode_source
from archguard.graph.scanning.protocol import pack_results
from archguard.sources.source import Unreadable, find_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.graph.scanning.child_server import File
    from archguard.graph.scanning.processor_time import ProcessorTimeLimit
    from archguard.graph.scanning.protocol import RawScanResult
    from archguard.sources.source import FileContents

RECURSION_LIMIT = 10_000
"""A long chain of `elif` is as deep as it is long, for Python's parser and for the reader."""


class FileScanner(ABC):
    """Parses one source's files; what it looks for in them is up to the subclass."""

    def __init__(self, source: FileContents, time_limit: ProcessorTimeLimit) -> None:
        """Read nothing yet.

        Args:
            source: the tree.
            time_limit: ends this process if a file takes too long.
        """
        self._source = source
        self._time_limit = time_limit

    @abstractmethod
    def parse(self, source: str, file: File) -> RawScanResult:
        """Return what is to be known of a file's text.

        Raises:
            ParseError: it cannot be parsed.
        """

    def handle(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the answers to a request: the index of each file before it is parsed, then the results.

        Only a careful request is told which file is parsed: see `archguard.graph.scanning.child_main`.
        """
        if "fingerprints" in request:
            yield {"fingerprints": list(self._source.fingerprints(request["fingerprints"]))}
            return
        files: list[File] = request["files"]
        paths = [path for _, path, _ in files]
        results: list[RawScanResult] = []
        for index, (file, content) in enumerate(zip(files, self._source.read(paths), strict=True)):
            if request["careful"]:
                yield {"probing": index}
            results.append(self._read(file, content))
        if request["careful"]:
            yield {"probing": None}
        yield pack_results(paths, results)

    def _read(self, file: File, content: bytes | Unreadable) -> RawScanResult:
        """Return what `parse` does, or the `reason` why the file cannot be parsed and its `line`."""
        path = file[1]
        if isinstance(content, Unreadable):
            return {"reason": content.reason}
        self._time_limit.renew(files=1, size=len(content))
        result: RawScanResult = {"fingerprint": self._source.fingerprint(path, content)}
        try:
            if pointer := find_pointer(content):
                return {**result, "reason": pointer}
            source = decode_source(content).text
            return {**result, **self.parse(source, file)}
        except DecodingError as error:
            return {**result, "reason": str(error)}
        except ParseError as error:
            return {**result, "reason": error.reason, "line": error.line}
