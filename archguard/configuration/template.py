"""A first contract, in the format that import-linter reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstContract:
    """What `archguard init` knows about a migration."""

    root_packages: tuple[str, ...]
    deprecated_modules: tuple[str, ...]
    replacement: str | None

    @property
    def name(self) -> str:
        """What the contract is called until somebody finds a better name."""
        gone = ", ".join(self.deprecated_modules)
        return f"{self.replacement} replaces {gone}" if self.replacement else f"{gone} must go"


def as_toml(contract: FirstContract) -> str:
    """The tables for pyproject.toml, or for a file of their own."""
    lines = [
        "[tool.importlinter]",
        f"root_packages = {_array(contract.root_packages)}",
        "",
        "[[tool.importlinter.contracts]]",
        'id = "migration"',
        f"name = {_string(contract.name)}",
        'type = "deprecated"',
        f"deprecated_modules = {_array(contract.deprecated_modules)}",
    ]
    if contract.replacement:
        lines.append(f"replacement = {_string(contract.replacement)}")
    return "\n".join([*lines, ""])


def as_ini(contract: FirstContract) -> str:
    """The sections for setup.cfg or .importlinter."""
    lines = [
        "[importlinter]",
        "root_packages =",
        *(f"    {root}" for root in contract.root_packages),
        "",
        "[importlinter:contract:migration]",
        f"name = {contract.name}",
        "type = deprecated",
        "deprecated_modules =",
        *(f"    {module}" for module in contract.deprecated_modules),
    ]
    if contract.replacement:
        lines.append(f"replacement = {contract.replacement}")
    return "\n".join([*lines, ""])


def _array(values: tuple[str, ...]) -> str:
    return "[\n" + "".join(f"  {_string(value)},\n" for value in values) + "]"


def _string(value: str) -> str:
    # Module names are identifiers, checked before: nothing in them needs an escape.
    return f'"{value}"'
