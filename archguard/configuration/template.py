"""The text of a first contract, in TOML or INI."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstContract:
    """The contract that `archguard init` writes."""

    root_packages: tuple[str, ...]
    deprecated_modules: tuple[str, ...]
    replacement: str | None

    @property
    def name(self) -> str:
        """A name for the contract."""
        modules = ", ".join(self.deprecated_modules)
        return f"{self.replacement} replaces {modules}" if self.replacement else f"{modules} must go"


def format_toml(contract: FirstContract) -> str:
    """Format the contract as tables for pyproject.toml or another TOML file."""
    lines = [
        "[tool.importlinter]",
        f"root_packages = {_format_array(contract.root_packages)}",
        "",
        "[[tool.importlinter.contracts]]",
        'id = "migration"',
        f"name = {_quote(contract.name)}",
        'type = "deprecated"',
        f"deprecated_modules = {_format_array(contract.deprecated_modules)}",
    ]
    if contract.replacement:
        lines.append(f"replacement = {_quote(contract.replacement)}")
    return "\n".join([*lines, ""])


def format_ini(contract: FirstContract) -> str:
    """Format the contract as sections for setup.cfg or .importlinter."""
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


def _format_array(values: tuple[str, ...]) -> str:
    return "[\n" + "".join(f"  {_quote(value)},\n" for value in values) + "]"


def _quote(value: str) -> str:
    # Module names are valid identifiers: nothing in them needs escaping.
    return f'"{value}"'
