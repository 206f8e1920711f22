"""From a configuration file to checked, typed values."""

from __future__ import annotations

import datetime
import difflib
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archguard.configuration import ini, toml
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

# import-linter looks at the INI files first; so do we.
FILE_NAMES = ("setup.cfg", ".importlinter", "pyproject.toml")
MAX_BYTES = 256 * 1024
_SESSION_OPTIONS = frozenset(
    {
        "contract_types",
        "exclude_type_checking_imports",
        "include_external_packages",
        "root_package",
        "root_packages",
        "show_timings",
    }
)
_OWN_OPTIONS = frozenset({"source_roots"})
_NOT_IN_IDS = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class ContractConfiguration:
    """One contract as it is configured."""

    id: str
    name: str
    type: str
    options: Mapping[str, Any]

    def strings(self, option: str) -> tuple[str, ...]:
        """An option that takes one value or several, as several."""
        value = self.options.get(option, ())
        values = [value] if isinstance(value, str) else value
        return tuple(stripped for one in values if (stripped := one.strip()))


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that a configuration file says to us."""

    path: str
    root_packages: tuple[str, ...]
    contracts: tuple[ContractConfiguration, ...]
    session_options: Mapping[str, Any]
    """As import-linter hands them to contract types."""
    source_roots: tuple[str, ...] = ()

    def flag(self, name: str) -> bool:
        """A session option that is true or false."""
        return str(self.session_options.get(name)) in ("True", "true")


def find_configuration(folder: str) -> str:
    """The configuration file in a folder.

    Raises:
        ConfigurationError: there is none.
    """
    for name in FILE_NAMES:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and _parse(path) is not None:
            return path
    raise ConfigurationError(
        f"no configuration in {folder}: none of {', '.join(FILE_NAMES)} has an importlinter "
        "section. Write one with `archguard init`, or name a file with --config."
    )


def read_configuration(path: str) -> Configuration:
    """The configuration in a file.

    Raises:
        ConfigurationError: the file cannot be read, or says something that cannot be.
    """
    parsed = _parse(path)
    if parsed is None:
        raise ConfigurationError(f"{path}: it has no importlinter section.")
    session, contracts, own = parsed
    _refuse_unknown(path, session, _SESSION_OPTIONS, "the importlinter section")
    _refuse_unknown(path, own, _OWN_OPTIONS, "[tool.archguard]")
    roots = _roots(path, session)
    options = {key: _value(path, key, value) for key, value in session.items()}
    options.pop("root_package", None)
    options["root_packages"] = list(roots)
    if isinstance(types := options.get("contract_types"), str):
        options["contract_types"] = [types]
    return Configuration(
        path=path,
        root_packages=roots,
        contracts=_contracts(path, contracts),
        session_options=options,
        source_roots=_strings(path, "source_roots", own.get("source_roots", [])),
    )


def _parse(path: str) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]] | None:
    """Session options, contracts and our own options; None without an importlinter section."""
    text = _text(path)
    read = toml.parse if path.endswith(".toml") else ini.parse
    return read(path, text)


def _text(path: str) -> str:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise ConfigurationError(f"{path}: it is not a regular file.")
        if status.st_size > MAX_BYTES:
            raise ConfigurationError(f"{path}: it is larger than {MAX_BYTES // 1024} KiB.")
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path}: there is no such file.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: it is not UTF-8.") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: it cannot be read: {error.strerror}.") from error


def _roots(path: str, session: Mapping[str, Any]) -> tuple[str, ...]:
    given = session.get("root_packages", session.get("root_package"))
    if given is None:
        raise ConfigurationError(f"{path}: it names no root_package or root_packages.")
    roots = _strings(path, "root_packages", given)
    if not roots:
        raise ConfigurationError(f"{path}: root_packages is empty.")
    return tuple(dict.fromkeys(roots))


def _contracts(path: str, contracts: list[dict[str, Any]]) -> tuple[ContractConfiguration, ...]:
    if not contracts:
        raise ConfigurationError(
            f"{path}: it has no contracts. Each one goes in a [[tool.importlinter.contracts]] table "
            "(TOML) or in an [importlinter:contract:<id>] section (INI)."
        )
    found = tuple(_contract(path, number, one) for number, one in enumerate(contracts, start=1))
    ids = [contract.id for contract in found]
    for one in ids:
        if ids.count(one) > 1:
            raise ConfigurationError(f"{path}: two contracts have the id {one!r}.")
    return found


def _contract(path: str, number: int, raw: dict[str, Any]) -> ContractConfiguration:
    options = {key: _value(path, f"contract {number}: {key}", v) for key, v in raw.items()}
    for key in ("name", "type"):
        if not isinstance(options.get(key), str):
            raise ConfigurationError(f"{path}: contract {number} has no {key}.")
    identity = options.get("id") or _NOT_IN_IDS.sub("-", options["name"].lower()).strip("-")
    if not isinstance(identity, str):
        raise ConfigurationError(f"{path}: contract {number}: its id is not a single value.")
    return ContractConfiguration(
        id=identity or f"contract-{number}",
        name=options["name"],
        type=options["type"],
        options={**options, "id": identity},
    )


def _value(path: str, key: str, value: object) -> object:
    """A value as import-linter's fields take it: strings, lists of them; our types take tables."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float, datetime.date)):
        return str(value)
    if isinstance(value, list):
        return list(_strings(path, key, value))
    if isinstance(value, dict) and all(isinstance(inner, str) for inner in value.values()):
        return value
    raise ConfigurationError(f"{path}: {key}: {value!r} is not a value that any option takes.")


def _strings(path: str, key: str, value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ConfigurationError(f"{path}: {key}: it is not a list of strings.")
    return tuple(stripped for one in values if (stripped := one.strip()))


def _refuse_unknown(path: str, options: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for option in sorted(options.keys() - known):
        near = difflib.get_close_matches(option, sorted(known), n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(sorted(known))}."
        raise ConfigurationError(f"{path}: {where} has no option {option!r}{hint}")
