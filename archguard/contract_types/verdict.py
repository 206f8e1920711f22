"""What judging a contract gives: edges, never chains."""

from __future__ import annotations

from typing import NamedTuple


class Edge(NamedTuple):
    """A direct import that a contract forbids: with the contract's id, a violation's identity."""

    importer: str
    imported: str


class Finding(NamedTuple):
    """What one contract forbids and the graph has."""

    edges: frozenset[Edge] = frozenset()
    exposed: frozenset[str] = frozenset()
    """The modules that reach what they must not, directly or through others."""
    undeclared: frozenset[Edge] = frozenset()
    """(module, container) of modules that an exhaustive contract does not list: no imports."""


class Verdict(NamedTuple):
    """A contract, judged."""

    id: str
    name: str
    type: str
    kept: bool
    finding: Finding
    warnings: tuple[str, ...] = ()
    text: str = ""
    """What the contract's own renderer says; for third-party contract types only."""
    guidance: str = ""
    """The contract's `broken_contract_guidance`."""
    ignored: int = 0
    """Imports that `ignore_imports` took out."""
