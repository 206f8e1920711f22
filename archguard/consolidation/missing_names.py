"""Find imports of names that their modules do not have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archguard.consolidation.audit_report import MissingName
from archguard.definitions.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.consolidation.audit_request import AuditRequest


def find_missing_names(request: AuditRequest, is_asked_for: Callable[[str], bool]) -> list[MissingName]:
    """Return each `from module import name` whose module exists and has no such name, sorted.

    Args:
        request: the tree.
        is_asked_for: whether an audit is about a name.

    Raises:
        WorkerError: no child process can be started.
    """
    analysis = request.analysis
    places: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    for importer, imports in analysis.raw_imports.items():
        for full_name, line, _, is_from in imports:
            base, _, name = full_name.rpartition(".")
            if is_from and base in analysis.modules and is_asked_for(name):
                places[f"{base}:{name}"].add((analysis.modules[importer].path, line))
    request.scan.read({symbol.partition(":")[0] for symbol in places})
    return [
        MissingName(symbol, tuple(sorted(where)))
        for symbol, where in sorted(places.items())
        if _is_missing(request, symbol)
    ]


def _is_missing(request: AuditRequest, symbol: str) -> bool:
    module, _, name = symbol.partition(":")
    return request.resolver.resolve(module, name).outcome is Outcome.MISSING
