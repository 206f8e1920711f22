"""What an audit is asked, and what it reads the tree with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archguard.definitions.resolver import Resolver
    from archguard.definitions.symbol_scan import SymbolScan
    from archguard.graph.model import Analysis
    from archguard.sources.source import Source


class AuditRequest(NamedTuple):
    """One audit of a tree."""

    source: Source
    analysis: Analysis
    scan: SymbolScan
    resolver: Resolver
    jobs: int
    """Child processes at once."""
    matches: tuple[str, ...] = ()
    """Patterns of the names that are asked for; empty: families are looked for."""
    canonical: tuple[str, ...] = ()
    """`module:Name` of the definitions that should stay."""
