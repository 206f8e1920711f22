"""A configuration with the names that modules and files have at another commit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from archguard.configuration.calendar import COMMON_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archguard.configuration import Configuration, ContractConfiguration

    Rename = Callable[[str], str]

_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_OTHER_OPTIONS = (
    frozenset({"broken_contract_guidance", "id", "matches", "name", "type"}) | COMMON_OPTIONS
)
"""The options of a contract that name no modules."""


def translate_configuration(
    configuration: Configuration, rename_module: Rename, rename_path: Rename
) -> Configuration:
    """Return a configuration in which modules and excluded paths have other names.

    Args:
        configuration: the configuration.
        rename_module: returns the other name of a module.
        rename_path: returns the other path of a folder or file.
    """
    roots = tuple(map(rename_module, configuration.root_packages))
    return configuration._replace(
        root_packages=roots,
        contracts=tuple(_translate(contract, rename_module) for contract in configuration.contracts),
        session_options={**configuration.session_options, "root_packages": list(roots)},
        exclude=tuple(_translate_pattern(pattern, rename_path) for pattern in configuration.exclude),
    )


def _translate(contract: ContractConfiguration, rename: Rename) -> ContractConfiguration:
    options: Mapping[str, Any] = {
        key: value if key in _OTHER_OPTIONS else _translate_value(value, rename)
        for key, value in contract.options.items()
    }
    exceptions = tuple(
        exception._replace(
            importer=translate_expression(exception.importer, rename),
            imported=translate_expression(exception.imported, rename),
        )
        for exception in contract.exceptions
    )
    return contract._replace(options=options, exceptions=exceptions)


def translate_expression(expression: str, rename: Rename) -> str:
    """Return an expression in which modules have other names."""
    return _NAME.sub(lambda match: rename(match[0]), expression)


def _translate_value(value: Any, rename: Rename) -> Any:
    if isinstance(value, str):
        return translate_expression(value, rename)
    if isinstance(value, dict):
        return {
            _translate_value(key, rename): _translate_value(item, rename) for key, item in value.items()
        }
    return [_translate_value(item, rename) for item in value] if isinstance(value, list) else value


def _translate_pattern(pattern: str, rename: Rename) -> str:
    """Rename the folders with which a pattern of paths begins, up to its first wildcard."""
    names = pattern.split("/")
    literal = next((i for i, name in enumerate(names) if re.search(r"[*?\[]", name)), len(names))
    path = "/".join(names[:literal])
    return pattern if not path or "/" not in pattern.rstrip("/") else rename(path) + pattern[len(path) :]
