"""What an audit is asked, and what it reads the tree with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archguard.configuration import Configuration
    from archguard.definitions.resolver import Resolver
    from archguard.definitions.symbol_scan import SymbolScan
    from archguard.graph.model import Analysis, AnalysisOptions
    from archguard.sources.source import Source


class AuditedTree(NamedTuple):
    """A tree, and what an audit is asked about it."""

    source: Source
    options: AnalysisOptions
    matches: tuple[str, ...] = ()
    """Patterns of the names that are asked for; empty: families are looked for."""
    canonical: tuple[str, ...] = ()
    """`module:Name` of the definitions that should stay."""
    configuration: Configuration | None = None
    """Where there is one; its contracts may deprecate modules."""


class AuditRequest(NamedTuple):
    """One audit of a tree that was analysed."""

    tree: AuditedTree
    analysis: Analysis
    scan: SymbolScan
    resolver: Resolver
    jobs: int
    """Child processes at once."""
    classes_only: bool = False
    """Whether functions are left out, so that only files are parsed whose text may hold such a class."""
