"""What a module is to the contracts of a snapshot: what has to go, or what takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archguard.graph.module_expressions import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.snapshot import Contract

Role = Literal["deprecated", "canonical"]


@dataclass(frozen=True, slots=True)
class ModuleRoles:
    """The module expressions of some contracts; what lies below a module has its role."""

    deprecated: tuple[str, ...]
    canonical: tuple[str, ...]

    @classmethod
    def from_contracts(cls, contracts: Iterable[Contract]) -> ModuleRoles:
        """Those that these contracts give."""
        every = tuple(contracts)
        return cls(
            deprecated=tuple(sorted({name for one in every for name in one.deprecated})),
            canonical=tuple(sorted({name for one in every for name in one.replacements})),
        )

    def get_role(self, module: str) -> Role | None:
        """The module's; one that is both has to go."""
        if pattern(self.deprecated).match(module):
            return "deprecated"
        return "canonical" if pattern(self.canonical).match(module) else None
