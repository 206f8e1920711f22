"""Reading `[[tool.archguard.exceptions]]`, and the `kinds` of contracts."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from archguard.configuration.contract_exception import IMPORT_KINDS, KINDS, ContractException, parse_day
from archguard.errors import ConfigurationError
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.configuration.model import ContractConfiguration

_REQUIRED = ("contract", "importer", "imported")
_OPTIONS = (*_REQUIRED, "reason", "owner", "until")
_SYMBOL = re.compile(r"[\w.*?<>]*")
"""What follows the colon of a definition's id, or nothing."""
_EXPRESSION = re.compile(r"(?:[\w-]+|\*{1,2})(?:\.(?:[\w-]+|\*{1,2}))*")


def add_exceptions(
    path: str, tables: object, contracts: tuple[ContractConfiguration, ...]
) -> tuple[ContractConfiguration, ...]:
    """Return the contracts, each with its own exceptions.

    Raises:
        ConfigurationError: a table is no exception of any of the contracts.
    """
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigurationError(
            f"{path}: exceptions must be an array of tables: write [[tool.archguard.exceptions]]."
        )
    ids = [contract.id for contract in contracts]
    exceptions: dict[str, list[ContractException]] = {}
    for number, table in enumerate(tables, start=1):
        contract_id, exception = _parse(f"{path}: exception {number}", table, ids)
        exceptions.setdefault(contract_id, []).append(exception)
    return tuple(
        contract._replace(exceptions=tuple(exceptions.get(contract.id, ()))) for contract in contracts
    )


def refuse_unknown_kinds(path: str, contracts: Iterable[ContractConfiguration]) -> None:
    """Refuse values of `kinds` that do not exist.

    Raises:
        ConfigurationError: a contract has one, or an empty list.
    """
    for contract in contracts:
        if KINDS not in contract.options:
            continue
        if contract.type == "canonical":
            raise ConfigurationError(
                f'{path}: contract "{contract.name}": kinds: it is about classes, not about imports.'
            )
        kinds = contract.strings(KINDS)
        if not kinds:
            raise ConfigurationError(
                f'{path}: contract "{contract.name}": kinds is empty: list the kinds of import to judge.'
            )
        for kind in kinds:
            if kind not in IMPORT_KINDS:
                raise ConfigurationError(
                    f'{path}: contract "{contract.name}": kinds: there is no kind {kind!r}'
                    f"{suggest(kind, IMPORT_KINDS)}"
                )


def _parse(where: str, table: Mapping[str, Any], ids: Sequence[str]) -> tuple[str, ContractException]:
    for option in table:
        if option not in _OPTIONS:
            raise ConfigurationError(
                f"{where} has no option {option[:100]!r}{suggest(option, _OPTIONS)}"
            )
    values = {option: _read_text(where, option, value) for option, value in table.items()}
    for option in _REQUIRED:
        if not values.get(option):
            raise ConfigurationError(f"{where} has no {option}.")
    contract_id = values.pop("contract")
    if contract_id not in ids:
        raise ConfigurationError(
            f"{where}: there is no contract {contract_id!r}{suggest(contract_id, ids)}"
        )
    for option in ("importer", "imported"):
        name, _, symbol = values[option].partition(":" if option == "imported" else "\n")
        if not (_EXPRESSION.fullmatch(name) and _SYMBOL.fullmatch(symbol)):
            raise ConfigurationError(
                f"{where}: {option}: {values[option]!r} cannot be the name of a module."
            )
    if values.get("until") and parse_day(values["until"]) is None:
        raise ConfigurationError(f"{where}: until: {values['until']!r} is not a date like 2026-12-31.")
    return contract_id, ContractException(**values)


def _read_text(where: str, option: str, value: object) -> str:
    if option == "until" and isinstance(value, datetime.date):
        return str(value)
    if isinstance(value, list) and option == "reason":  # a text of several lines, in INI
        value = " ".join(map(str, value))
    if not isinstance(value, str):
        raise ConfigurationError(f"{where}: {option} must be a text.")
    return " ".join(value.split())
