"""How a child process writes the results for some files: as JSON that names each imported module once.

The same text is stored in the cache, so the parent process does not have to encode it again.
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.graph.model import RawImport

RawScanResult = dict[str, Any]
"""What is known of one file: `fingerprint`, `stamp`, `imports` (each a `RawImport`), `references`,
`kinds` and `comments`. An empty one of the last three is left out.

A file that could not be scanned has instead of imports a `reason`, the `line` of its error and the
deprecated `names` in its text; `unknown` is true if its text could not be searched either, and `died` if
it killed the child process.
"""


def pack_results(paths: Sequence[str], results: Iterable[RawScanResult]) -> dict[str, Any]:
    """Return the answer that holds the results for these paths."""
    indexes: dict[str, int] = {}
    packed = [
        {**result, "imports": _flatten(result["imports"], indexes)} if result.get("imports") else result
        for result in results
    ]
    return {"paths": paths, "results": packed, "names": list(indexes)}


def unpack_results(answer: Mapping[str, Any]) -> list[RawScanResult]:
    """Return the results in an answer, in the order of its paths; changes the answer in place."""
    names = list(map(intern, answer["names"]))
    results: list[RawScanResult] = answer["results"]
    for result in results:
        if flat := result.get("imports"):
            values = iter(flat)
            result["imports"] = [
                (names[index], line, lazy, is_from)
                for index, line, lazy, is_from in zip(values, values, values, values, strict=True)
            ]
    return results


def _flatten(imports: Iterable[RawImport], indexes: dict[str, int]) -> list[int]:
    """Write imports as numbers, four for each; adds names that have no index yet."""
    flat: list[int] = []
    for name, line, lazy, is_from in imports:
        flat += (indexes.setdefault(name, len(indexes)), line, lazy, is_from)
    return flat
