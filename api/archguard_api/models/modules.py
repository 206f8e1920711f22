"""Modules of a snapshot's graph."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from archguard_api.models.base import Commit, Edge, Module, ResponseModel
from archguard_api.models.trend import ViolationCount
from archguard_api.models.violations import SnapshotViolation

Kind = Literal["module", "package", "namespace", "external", "ghost"]
Role = Annotated[
    Literal["deprecated", "canonical"] | None,
    Field(description="To a contract of the snapshot: what has to go, or what takes its place."),
]
Nodes = Annotated[tuple["Node", ...], Field(description="The same modules, with what each is.")]


class Node(ResponseModel):
    """A module, and what it is."""

    module: Module
    kind: Kind
    role: Role


class Modules(ResponseModel):
    """Modules of a snapshot's graph, by a part of their names."""

    commit: Commit
    items: tuple[Node, ...]
    total: int = Field(description="How many there are.")


class ModuleDetails(ResponseModel):
    """A module of a snapshot's graph."""

    commit: Commit
    module: Module
    kind: Kind
    role: Role
    importers: tuple[str, ...]
    imports: tuple[str, ...]
    nodes: Annotated[
        tuple[Node, ...], Field(description="Its importers and what it imports, with what each is.")
    ]
    violations: tuple[SnapshotViolation, ...] = Field(
        description="Those that it imports or is imported in."
    )


class Neighbourhood(ResponseModel):
    """What is around a module, both ways."""

    commit: Commit
    module: Module
    depth: int
    modules: tuple[str, ...]
    nodes: Nodes
    imports: tuple[Edge, ...]
    left_out: int = Field(description="Modules within the depth that are not among these 2,000.")


class ImportsBetween(ResponseModel):
    """What two packages have to do with each other."""

    commit: Commit
    modules: tuple[str, ...]
    nodes: Nodes
    imports: tuple[Edge, ...] = Field(description="From one to the other, both ways.")
    left_out: int = Field(description="Modules with such an import that are not among these 2,000.")


class Chain(ResponseModel):
    """How a module reaches another."""

    commit: Commit
    modules: tuple[str, ...] = Field(
        description="The shortest, of several the first by name; empty: there is none."
    )


class ModuleHistory(ResponseModel):
    """How many violations a module had part in, along a branch."""

    module: Module
    points: tuple[ViolationCount, ...] = Field(
        description="Where the number changed, and the first and the last; at most 300."
    )
