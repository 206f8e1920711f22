"""The main program of a child process that reads symbols: untrusted source is parsed here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from archguard.definitions.symbol_protocol import pack_symbols
from archguard.definitions.symbol_reader import read_symbols
from archguard.definitions.syntax_tree import ParseError
from archguard.graph.parsing.decoding import DecodingError, decode_source
from archguard.graph.scanning.child_main import serve
from archguard.graph.scanning.processor_time import ProcessorTimeLimit, TimeAllowance
from archguard.graph.scanning.protocol import pack_results
from archguard.sources.open import reopen
from archguard.sources.source import Unreadable, find_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.graph.scanning.child_main import File
    from archguard.graph.scanning.protocol import RawScanResult
    from archguard.sources.source import FileContents

RECURSION_LIMIT = 10_000
"""A long chain of `elif` is as deep as it is long, for Python's parser and for the reader."""


def main() -> None:
    """Read the symbols of files until standard input ends."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    serve(_make_scanner)


def _make_scanner(options: dict[str, Any]) -> SymbolScanner:
    allowance = TimeAllowance(*options["allowance"])
    return SymbolScanner(reopen(options["source"]), ProcessorTimeLimit(allowance))


class SymbolScanner:
    """Reads the symbols of one source's files."""

    def __init__(self, source: FileContents, time_limit: ProcessorTimeLimit) -> None:
        """Read nothing yet."""
        self._source = source
        self._time_limit = time_limit

    def handle(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the answers to a request: the index of each file before it is parsed, then the results.

        Only a careful request is told which file is parsed: see `child_main`.
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
        """Return `symbols` of a file, or the `reason` why there are none and its `line`."""
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

    def parse(self, source: str, file: File) -> RawScanResult:
        """Return what is to be known of a file's text.

        Raises:
            ParseError: it cannot be parsed.
        """
        name, path, is_package = file
        return {"symbols": pack_symbols(read_symbols(source, name, path, is_package=is_package))}
