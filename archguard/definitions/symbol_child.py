"""The main program of a child process that reads symbols: untrusted source is parsed here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from archguard.definitions.file_scanner import RECURSION_LIMIT, FileScanner
from archguard.definitions.symbol_protocol import pack_symbols
from archguard.definitions.symbol_reader import read_symbols
from archguard.graph.scanning.child_server import serve
from archguard.graph.scanning.processor_time import ProcessorTimeLimit, TimeAllowance
from archguard.sources.open import reopen

if TYPE_CHECKING:
    from archguard.graph.scanning.child_server import File
    from archguard.graph.scanning.protocol import RawScanResult


def main() -> None:
    """Read the symbols of files until standard input ends."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    serve(_make_scanner)


def _make_scanner(options: dict[str, Any]) -> SymbolScanner:
    allowance = TimeAllowance(*options["allowance"])
    return SymbolScanner(reopen(options["source"]), ProcessorTimeLimit(allowance))


class SymbolScanner(FileScanner):
    """Reads the symbols of one source's files."""

    def parse(self, source: str, file: File) -> RawScanResult:
        """Return the `symbols` of a file's text.

        Raises:
            ParseError: it cannot be parsed.
        """
        name, path, is_package = file
        return {"symbols": pack_symbols(read_symbols(source, name, path, is_package=is_package))}
