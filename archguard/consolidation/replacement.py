"""Find what the text of a deprecation says to use instead."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archguard.definitions.resolver import Resolver
    from archguard.graph.model import RawImport

_NAME = r"[^\W\d][\w.]*(?::[\w.]+)?"
_QUOTED = rf"(?::[\w:]+:)?[`'\"]+[~.!@]?(?P<quoted>{_NAME})(?:\(\))?[`'\"]+"
_VERB = (
    r"(?:\buse|\busing|replaced\s+(?:by|with)|in\s+favou?r\s+of|moved\s+to|renamed\s+to|superseded\s+by"
    r"|migrate\s+to|switch\s+to|import(?:ed)?\s+(?:it\s+)?(?:from\s+)?|\bsee)"
)
_SAID = re.compile(
    rf"{_VERB}\s+(?:the\s+)?(?:(?:new|class|function|method|module|package)\s+)*"
    rf"(?:{_QUOTED}|(?P<bare>{_NAME}))",
    re.IGNORECASE,
)
_IN_TREE = frozenset({Outcome.DEFINITION, Outcome.MODULE})
_CODE = re.compile(r"[a-z_][A-Z]|[._]\w|:|\A[A-Z]\w*[a-z][A-Z]")
"""What an unquoted word has if it is code."""


class Replacement(NamedTuple):
    """What to use instead of something deprecated."""

    written: str
    id: str | None
    """The module or definition of the tree that it is; None if it is none, or not known."""


class ReplacementSearch:
    """Finds replacements in texts, and what they are in a tree."""

    def __init__(self, resolver: Resolver, raw_imports: Mapping[str, Iterable[RawImport]]) -> None:
        """Resolve nothing yet.

        Args:
            resolver: follows names.
            raw_imports: `Analysis.raw_imports`; a name that leads to one definition wherever it is
                imported needs no module in front.
        """
        self._resolver = resolver
        self._bases: defaultdict[str, set[str]] = defaultdict(set)
        for raw in raw_imports.values():
            for full_name, _, _, is_from in raw:
                base, _, name = full_name.rpartition(".")
                if is_from:
                    self._bases[name].add(base)

    def find(self, text: str, module: str) -> Replacement | None:
        """Return the first replacement that a text names, one of the tree if there is one.

        Args:
            text: what is said about the deprecation.
            module: where it is said.

        Raises:
            WorkerError: no child process can be started.
        """
        replacements = [Replacement(name, self._resolve(name, module)) for name in _list_names(text)]
        return next((one for one in replacements if one.id), next(iter(replacements), None))

    def _resolve(self, name: str, module: str) -> str | None:
        """Return the id of what a name leads to: in full, as in a module, or as it is imported."""
        parts = name.replace(":", ".").split(".")
        for length in range(len(parts) - 1, 0, -1):
            resolution = self._resolver.resolve(".".join(parts[:length]), ".".join(parts[length:]))
            if resolution.outcome in _IN_TREE:
                return resolution.target
        resolution = self._resolver.resolve_written(module, ".".join(parts))
        if resolution.outcome in _IN_TREE:
            return resolution.target
        bases = sorted(self._bases.get(name, ()))
        targets = {self._resolver.resolve(base, name).definition for base in bases}
        return targets.pop() if len(targets) == 1 else None


def _list_names(text: str) -> Iterator[str]:
    for match in _SAID.finditer(text):
        name = (match["quoted"] or match["bare"]).rstrip(".")
        if match["quoted"] or _CODE.search(name):
            yield name
