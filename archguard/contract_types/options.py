"""What the options of a contract say: import-linter types each as the field that parsed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlinter.domain.contract import Contract


def value(contract: Contract, option: str) -> Any:
    """The parsed value of an option; None where it is not given or there is none of that name."""
    return getattr(contract, option, None)
