"""What a child process says of some files, as JSON in which each imported name stands once.

The text that is sent is the one that is kept: nobody writes it a second time.
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.graph.model import RawImport

ScanResult = dict[str, Any]
"""Of one file: its fingerprint, what it imports (a `RawImport` each), or why it could not be read."""


def pack_results(paths: Sequence[str], results: Iterable[ScanResult]) -> dict[str, Any]:
    """The answer that holds the results for these paths."""
    names: dict[str, int] = {}
    packed = [
        {**result, "imports": _flat(result["imports"], names)} if result.get("imports") else result
        for result in results
    ]
    return {"paths": paths, "results": packed, "names": list(names)}


def unpack_results(answer: Mapping[str, Any]) -> list[ScanResult]:
    """The results in an answer, in the order of its paths."""
    names = list(map(intern, answer["names"]))
    results: list[ScanResult] = answer["results"]
    for result in results:
        if flat := result.get("imports"):
            one = iter(flat)
            result["imports"] = [
                (names[name], line, lazy, is_from)
                for name, line, lazy, is_from in zip(one, one, one, one, strict=True)
            ]
    return results


def _flat(imports: Iterable[RawImport], names: dict[str, int]) -> list[int]:
    flat: list[int] = []
    for name, line, lazy, is_from in imports:
        flat += (names.setdefault(name, len(names)), line, lazy, is_from)
    return flat
