"""The text of a new contract and of what a first one needs around it, in TOML or INI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class NewContract(Protocol):
    """A contract that is to be written."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """What it says, in words."""

    @property
    def type(self) -> str:
        """The name of its type."""

    @property
    def options(self) -> Mapping[str, str | tuple[str, ...]]:
        """The options of its type, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class NewDeprecation:
    """The contract that `archguard init` writes."""

    deprecated_modules: tuple[str, ...]
    replacement: str | None = None
    id: str = "migration"

    @property
    def name(self) -> str:
        """A name for the contract."""
        modules = ", ".join(self.deprecated_modules)
        return f"{self.replacement} replaces {modules}" if self.replacement else f"{modules} must go"

    @property
    def type(self) -> str:
        """The name of its type."""
        return "deprecated"

    @property
    def options(self) -> Mapping[str, str | tuple[str, ...]]:
        """Its options in order."""
        replacement = {"replacement": self.replacement} if self.replacement else {}
        return {"deprecated_modules": self.deprecated_modules, **replacement}


@dataclass(frozen=True, slots=True)
class NewCanonical:
    """The contract that `archguard audit --write-contract` writes for a family of classes."""

    id: str
    name: str
    canonical: tuple[str, ...]
    """The classes that should stay, `module:Name`."""
    matches: tuple[str, ...]
    """Patterns of the names of the family's classes."""
    allowed: tuple[str, ...] = ()
    """Other classes that may stay."""

    @property
    def type(self) -> str:
        """The name of its type."""
        return "canonical"

    @property
    def options(self) -> Mapping[str, str | tuple[str, ...]]:
        """Its options in order."""
        allowed = {"allowed": self.allowed} if self.allowed else {}
        return {"canonical": self.canonical, "matches": self.matches, **allowed}


@dataclass(frozen=True, slots=True)
class NewSymbolDeprecation:
    """The contract that `archguard audit --write-contract` writes for a family of functions."""

    id: str
    name: str
    deprecated_symbols: tuple[str, ...]
    """The copies, `module:Name`."""
    replacement: str
    """The module of the function that should stay."""

    @property
    def type(self) -> str:
        """The name of its type."""
        return "deprecated"

    @property
    def options(self) -> Mapping[str, str | tuple[str, ...]]:
        """Its options in order."""
        return {"deprecated_symbols": self.deprecated_symbols, "replacement": self.replacement}


@dataclass(frozen=True, slots=True)
class Session:
    """What a first configuration says besides its contract."""

    root_packages: tuple[str, ...]
    source_roots: tuple[str, ...] = ()


def format_toml(session: Session | None, contract: NewContract) -> str:
    """Format a contract as tables for a TOML file; a session of None is in the file already."""
    lines = [
        "[[tool.importlinter.contracts]]",
        f"id = {_quote(contract.id)}",
        f"name = {_quote(contract.name)}",
        f"type = {_quote(contract.type)}",
    ]
    for option, value in contract.options.items():
        lines.append(f"{option} = {_quote(value) if isinstance(value, str) else _format_array(value)}")
    if session is not None:
        roots = f"root_packages = {_format_array(session.root_packages)}"
        lines = ["[tool.importlinter]", roots, "", *lines]
        if session.source_roots:
            lines += ["", "[tool.archguard]", f"source_roots = {_format_array(session.source_roots)}"]
    return "\n".join([*lines, ""])


def format_ini(session: Session | None, contract: NewContract) -> str:
    """Format a contract as sections for an INI file; a session of None is in the file already."""
    lines = [
        f"[importlinter:contract:{contract.id}]",
        f"name = {contract.name}",
        f"type = {contract.type}",
    ]
    for option, value in contract.options.items():
        lines += [f"{option} = {value}"] if isinstance(value, str) else _format_option(option, value)
    if session is not None:
        roots = _format_option("root_packages", session.root_packages)
        lines = ["[importlinter]", *roots, "", *lines]
        if session.source_roots:
            lines += ["", "[archguard]", *_format_option("source_roots", session.source_roots)]
    return "\n".join([*lines, ""])


def _format_array(values: tuple[str, ...]) -> str:
    return "[\n" + "".join(f"  {_quote(value)},\n" for value in values) + "]"


def _format_option(name: str, values: tuple[str, ...]) -> list[str]:
    return [f"{name} =", *(f"    {value or '.'}" for value in values)]


def _quote(value: str) -> str:
    escaped = (value or ".").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
