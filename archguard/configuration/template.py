"""The text of a new contract and of what a first one needs around it, in TOML or INI."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewContract:
    """The contract that `archguard init` writes."""

    deprecated_modules: tuple[str, ...]
    replacement: str | None = None
    id: str = "migration"

    @property
    def name(self) -> str:
        """A name for the contract."""
        modules = ", ".join(self.deprecated_modules)
        return f"{self.replacement} replaces {modules}" if self.replacement else f"{modules} must go"


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
        'type = "deprecated"',
        f"deprecated_modules = {_format_array(contract.deprecated_modules)}",
    ]
    if contract.replacement:
        lines.append(f"replacement = {_quote(contract.replacement)}")
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
        "type = deprecated",
        *_format_option("deprecated_modules", contract.deprecated_modules),
    ]
    if contract.replacement:
        lines.append(f"replacement = {contract.replacement}")
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
