"""The result of judging a contract: a verdict, and edges that violate it, never chains."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Edge(NamedTuple):
    """A direct import that a contract forbids; with the contract's id, the identity of a violation."""

    importer: str
    imported: str


class Finding(NamedTuple):
    """What a contract forbids and the graph contains."""

    edges: frozenset[Edge] = frozenset()
    exposed: frozenset[str] = frozenset()
    """The modules that reach forbidden modules, directly or indirectly."""
    undeclared: frozenset[Edge] = frozenset()
    """(module, container) of modules that an exhaustive contract does not list; not imports."""
    imports: Mapping[Edge, frozenset[str]] = MappingProxyType({})
    """Edge -> the modules that are really imported, where the contract names them otherwise."""


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
