"""What is asked for: modules and symbols, named on the command line or by contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.errors import ConfigurationError
from archguard.graph.module_expressions import compile_expressions
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from archguard.configuration.model import ContractConfiguration
    from archguard.graph.model import Analysis

_MODULES = ("deprecated_modules", "protected_modules", "forbidden_modules")
_SYMBOLS = ("deprecated_symbols",)
_CANONICAL = "canonical"
_REPLACEMENT = "replacement"


class Question(NamedTuple):
    """Modules, as module expressions, and symbols, as `module:Name`."""

    asked: tuple[str, ...]
    """Their tests are selected."""
    canonical: tuple[str, ...] = ()
    """What should stay; its symbols without a test are listed, too."""
    contracts: tuple[str, ...] = ()
    """The ids of the contracts that ask; empty: the command line does, so each name must exist."""

    @property
    def kind(self) -> str:
        """What the symbols without a test are, of those that are asked for."""
        return "deprecated" if self.contracts else "asked"


def ask_by_contracts(contracts: Iterable[ContractConfiguration]) -> Question:
    """Return what some contracts are about.

    Raises:
        ConfigurationError: one of them names no modules that tests could protect.
    """
    asked: dict[str, None] = {}
    canonical: dict[str, None] = {}
    ids: list[str] = []
    for contract in contracts:
        own = [name for option in (*_MODULES, *_SYMBOLS) for name in contract.strings(option)]
        homes = [*contract.strings(_CANONICAL), *_list_replacements(contract)]
        if not own and not homes:
            raise ConfigurationError(
                f"--contract {contract.id}: a contract of type {contract.type} names no modules that "
                "tests could protect: name some with MODULE."
            )
        asked |= dict.fromkeys(own or homes)
        canonical |= dict.fromkeys(homes)
        ids.append(contract.id)
    return Question(tuple(asked), tuple(canonical), tuple(ids))


def _list_replacements(contract: ContractConfiguration) -> list[str]:
    value = contract.options.get(_REPLACEMENT, ())
    if isinstance(value, dict):
        return [new for new in value.values() if isinstance(new, str)]
    return [name.rpartition("->")[2].strip() for name in contract.strings(_REPLACEMENT)]


def expand(expressions: Sequence[str], analysis: Analysis) -> list[str]:
    """Return the modules and symbols that expressions name, those that are only imported included."""
    imported = {
        part
        for raw_imports in analysis.raw_imports.values()
        for name, *_ in raw_imports
        for part in (name, name.rpartition(".")[0])
    }
    names = analysis.importable_names | imported
    expanded: dict[str, None] = {}
    for expression in expressions:
        if "*" not in expression:
            expanded[expression] = None
            continue
        matches = map(compile_expressions((expression,)).match, names)
        expanded |= dict.fromkeys(sorted({match[1] for match in matches if match}))
    return [*expanded]


def require_known(asked: Iterable[str], analysis: Analysis, imported: Collection[str]) -> None:
    """Refuse a module of which the tree neither has a file nor an import.

    Args:
        asked: modules and symbols.
        analysis: the tree.
        imported: the modules that are imported and do not exist.

    Raises:
        ConfigurationError: there is no such module.
    """
    for one in asked:
        module = one.partition(":")[0]
        if module not in analysis.importable_names and module not in imported:
            hint = suggest(module, (), unlisted=sorted(analysis.importable_names))
            raise ConfigurationError(f"there is no module {module}, and nothing imports it{hint}")
