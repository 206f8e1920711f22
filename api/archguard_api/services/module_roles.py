"""Tell which modules a snapshot's contracts deprecate, and which replace them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archguard.graph.module_expressions import compile_expressions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.snapshot import Contract

Role = Literal["deprecated", "canonical"]


@dataclass(frozen=True, slots=True)
class ModuleRoles:
    """The module expressions of contracts; a module's descendants share its role."""

    deprecated: tuple[str, ...]
    canonical: tuple[str, ...]

    @classmethod
    def from_contracts(cls, contracts: Iterable[Contract]) -> ModuleRoles:
        """Collect the roles that contracts give to modules."""
        contracts = tuple(contracts)
        return cls(
            deprecated=tuple(sorted({name for contract in contracts for name in contract.deprecated})),
            canonical=tuple(sorted({name for contract in contracts for name in contract.replacements})),
        )

    def get_role(self, module: str) -> Role | None:
        """Return a module's role, or None; `deprecated` wins over `canonical`."""
        if compile_expressions(self.deprecated).match(module):
            return "deprecated"
        return "canonical" if compile_expressions(self.canonical).match(module) else None
