"""The main program of a child process that reads facts: untrusted source is parsed here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from archguard.definitions.fact_protocol import pack_facts
from archguard.definitions.fact_reader import read_facts
from archguard.definitions.file_scanner import RECURSION_LIMIT, FileScanner
from archguard.graph.scanning.child_server import serve
from archguard.graph.scanning.processor_time import ProcessorTimeLimit, TimeAllowance
from archguard.sources.open import reopen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard.graph.scanning.child_server import File
    from archguard.graph.scanning.protocol import RawScanResult
    from archguard.sources.source import FileContents


def main() -> None:
    """Read the facts of files until standard input ends."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    serve(_make_scanner)


def _make_scanner(options: dict[str, Any]) -> FactScanner:
    time_limit = ProcessorTimeLimit(TimeAllowance(*options["allowance"]))
    return FactScanner(reopen(options["source"]), time_limit, options["spans"])


class FactScanner(FileScanner):
    """Reads the facts of some definitions of one source's files."""

    def __init__(
        self,
        source: FileContents,
        time_limit: ProcessorTimeLimit,
        spans: Mapping[str, Sequence[Sequence[int]]],
    ) -> None:
        """Read nothing yet.

        Args:
            source: the tree.
            time_limit: ends this process if a file takes too long.
            spans: path -> where the statements of the definitions stand, and where they end.
        """
        super().__init__(source, time_limit)
        self._spans = spans

    def parse(self, source: str, file: File) -> RawScanResult:
        """Return the `facts` of a file's definitions.

        Raises:
            ParseError: the text cannot be parsed.
        """
        name, path, is_package = file
        spans = [(first, last) for first, last in self._spans.get(path, ())]
        facts = read_facts(source, name, spans, is_package=is_package)
        return {"facts": [pack_facts(one) for one in facts]}
