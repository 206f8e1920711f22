"""The main program of a child process that reads declared deprecations."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from archguard.definitions.deprecation_reader import read_deprecations
from archguard.definitions.file_scanner import RECURSION_LIMIT, FileScanner
from archguard.graph.scanning.child_server import serve
from archguard.graph.scanning.processor_time import ProcessorTimeLimit, TimeAllowance
from archguard.sources.open import reopen

if TYPE_CHECKING:
    from archguard.graph.scanning.child_server import File
    from archguard.graph.scanning.protocol import RawScanResult


def main() -> None:
    """Read files until standard input ends."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    serve(_make_scanner)


def _make_scanner(options: dict[str, Any]) -> DeprecationScanner:
    allowance = TimeAllowance(*options["allowance"])
    return DeprecationScanner(reopen(options["source"]), ProcessorTimeLimit(allowance))


class DeprecationScanner(FileScanner):
    """Reads the deprecations that one source's files declare."""

    def parse(self, source: str, file: File) -> RawScanResult:  # noqa: ARG002 (each scanner's signature)
        """Return the `deprecations` of a file's text.

        Raises:
            ParseError: it cannot be parsed.
        """
        return {"deprecations": [list(one) for one in read_deprecations(source)]}
