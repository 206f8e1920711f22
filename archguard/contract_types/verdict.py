"""The result of judging a contract: a verdict, and the edges that violate it, each with its chain.

An edge identifies a violation. A chain explains it: how a module that the contract names gets there.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


class Edge(NamedTuple):
    """A direct import that a contract forbids; with the contract's id, the identity of a violation."""

    importer: str
    imported: str


class Chain(NamedTuple):
    """Direct imports, one after the other, that end with an edge that violates a contract."""

    edges: tuple[Edge, ...]
    source: str | None = None
    """The module that the contract names, and in which the chain begins; None if no chain is needed."""
    target: str | None = None
    """The module that the contract names, and in which the chain ends; `source` for a cycle."""

    @property
    def order(self) -> tuple[int, tuple[Edge, ...], str, str]:
        """The chain that comes first in this order is shown: shortest, then first in the alphabet."""
        return (len(self.edges), self.edges, self.source or "", self.target or "")


class Finding(NamedTuple):
    """What a contract forbids and the graph contains."""

    edges: frozenset[Edge] = frozenset()
    exposed: frozenset[str] = frozenset()
    """The modules that reach forbidden modules, directly or indirectly."""
    undeclared: frozenset[Edge] = frozenset()
    """(module, container) of modules that an exhaustive contract does not list; not imports."""
    chains: Mapping[Edge, Chain] = MappingProxyType({})
    """Of the edges; empty for contracts that forbid direct imports only."""
    imports: Mapping[Edge, frozenset[str]] = MappingProxyType({})
    """Edge -> the modules that are really imported, where the contract names them otherwise."""


class Passage(NamedTuple):
    """The ways on which modules that a contract names reach what it forbids them.

    An edge in which ways end is a violation if and only if a way leads to it.
    """

    starts: frozenset[str]
    importers: Mapping[str, Set[str]]
    """What the ways pass: module -> the modules that import it, and that are reached, too."""
    edges: frozenset[Edge]
    """Where the ways end."""
    parts: Mapping[str, str] = MappingProxyType({})
    """Module -> the package that it is part of, if arriving anywhere in that is arriving everywhere."""


class Verdict(NamedTuple):
    """The verdict on a contract."""

    id: str
    name: str
    type: str
    kept: bool
    finding: Finding
    warnings: tuple[str, ...] = ()
    text: str = ""
    """The output of the contract's own renderer; only for third-party contract types."""
    guidance: str = ""
    """The contract's `broken_contract_guidance`."""
    ignored: int = 0
    """The number of imports removed by `ignore_imports`."""
