"""Modules of a snapshot's graph."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from archguard_api.answers.base import Answer, Commit, Edge, Module
from archguard_api.answers.violations import ViolationThen


class ModuleNow(Answer):
    """A module of a snapshot's graph."""

    commit: Commit
    module: Module
    kind: Literal["module", "package", "namespace", "external", "ghost"]
    importers: tuple[str, ...]
    imports: tuple[str, ...]
    violations: tuple[ViolationThen, ...] = Field(description="Those that it imports or is imported in.")


class Neighbourhood(Answer):
    """What is around a module, both ways."""

    commit: Commit
    module: Module
    depth: int
    modules: tuple[str, ...]
    imports: tuple[Edge, ...]
    left_out: int = Field(description="Modules within the depth that are not among these 2,000.")


class Chain(Answer):
    """How a module reaches another."""

    commit: Commit
    modules: tuple[str, ...] = Field(
        description="The shortest, of several the first by name; empty: there is none."
    )
