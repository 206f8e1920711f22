"""The main program of a child process that reads uses: untrusted source is parsed here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from archguard.definitions.file_scanner import RECURSION_LIMIT, FileScanner
from archguard.definitions.use_reader import read_uses
from archguard.graph.scanning.child_server import serve
from archguard.graph.scanning.processor_time import ProcessorTimeLimit, TimeAllowance
from archguard.sources.open import reopen

if TYPE_CHECKING:
    from archguard.graph.scanning.child_server import File
    from archguard.graph.scanning.protocol import RawScanResult


def main() -> None:
    """Read the uses of files until standard input ends."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    serve(_make_scanner)


def _make_scanner(options: dict[str, Any]) -> UseScanner:
    time_limit = ProcessorTimeLimit(TimeAllowance(*options["allowance"]))
    return UseScanner(reopen(options["source"]), time_limit)


class UseScanner(FileScanner):
    """Reads what the symbols of one source's files use."""

    def parse(self, source: str, file: File) -> RawScanResult:
        """Return the `uses` of a file, without what its own name and path say.

        Raises:
            ParseError: the text cannot be parsed.
        """
        name, path, is_package = file
        return {"uses": list(read_uses(source, name, path, is_package=is_package)[3:])}
