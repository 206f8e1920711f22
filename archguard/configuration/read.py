"""From a configuration file to checked, typed values."""

from __future__ import annotations

import datetime
import os
import re
import stat
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.configuration import toml
from archguard.errors import ConfigurationError
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from archguard.configuration.model import Sections

# import-linter looks at the INI files first; so do we.
FILE_NAMES = ("setup.cfg", ".importlinter", "pyproject.toml")
MAX_BYTES = 1024 * 1024
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
_FLAGS = frozenset({"exclude_type_checking_imports", "include_external_packages", "show_timings"})
_OWN_OPTIONS = frozenset({"source_roots"})
_NOT_IN_IDS = re.compile(r"[^\w.-]+")


class ContractConfiguration(NamedTuple):
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


class Configuration(NamedTuple):
    """Everything that a configuration file says to us."""

    path: str
    root_packages: tuple[str, ...]
    contracts: tuple[ContractConfiguration, ...]
    session_options: Mapping[str, Any]
    """As import-linter hands them to contract types."""
    source_roots: tuple[str, ...] = ()

    def only(self, ids: Collection[str]) -> Configuration:
        """The same with the contracts of these ids alone.

        Raises:
            ConfigurationError: there is none of one of them.
        """
        known = [contract.id for contract in self.contracts]
        for unknown in ids:
            if unknown not in known:
                hint = suggest(unknown, known)
                raise ConfigurationError(f"--contract: unknown contract '{unknown}'{hint}")
        return self._replace(contracts=tuple(c for c in self.contracts if c.id in ids))

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
        if os.path.isfile(path) and _sections(path, _read(path)) is not None:
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
    configuration = parse_configuration(path, _read(path))
    if configuration is None:
        raise ConfigurationError(f"{path}: it has no importlinter section.")
    return configuration


def parse_configuration(path: str, content: bytes) -> Configuration | None:
    """The configuration in a file's content; None: it is a file for other things.

    Raises:
        ConfigurationError: the file says something that cannot be.
    """
    sections = _sections(path, content)
    if sections is None:
        return None
    _refuse_unknown(path, sections.session, _SESSION_OPTIONS, "the importlinter section")
    _refuse_unknown(path, sections.own, _OWN_OPTIONS, sections.own_name)
    return Configuration(
        path=path,
        root_packages=_roots(path, sections.session),
        contracts=_contracts(path, sections.contracts),
        session_options=_session_options(path, sections.session),
        source_roots=_source_roots(path, sections.own),
    )


def _sections(path: str, content: bytes) -> Sections | None:
    if len(content) > MAX_BYTES:
        raise ConfigurationError(f"{path}: it is larger than {MAX_BYTES // 1024} KiB.")
    try:
        # Windows editors begin UTF-8 with a byte order mark, and end lines in their own way.
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: it is not UTF-8.") from error
    if path.endswith(".toml"):
        return toml.parse(path, text)
    from archguard.configuration import ini  # noqa: PLC0415 (configparser takes two milliseconds to load)

    return ini.parse(path, text)


def _read(path: str) -> bytes:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ConfigurationError(f"{path}: it is not a regular file.")
        # Some regular files, below /proc for one, are larger than they say.
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path}: there is no such file.") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: it cannot be read: {error.strerror}.") from error


def _roots(path: str, session: Mapping[str, Any]) -> tuple[str, ...]:
    key = "root_packages" if "root_packages" in session else "root_package"
    if key not in session:
        raise ConfigurationError(f"{path}: it names no root_package or root_packages.")
    roots = _strings(path, key, session[key])
    if not roots:
        raise ConfigurationError(f"{path}: {key} is empty.")
    return tuple(dict.fromkeys(roots))


def _source_roots(path: str, own: Mapping[str, Any]) -> tuple[str, ...]:
    given = own.get("source_roots", [])
    if isinstance(given, list):
        given = ["." if one == "" else one for one in given]
    folders = _strings(path, "source_roots", given)
    for folder in folders:
        if folder.startswith("/") or ".." in folder.split("/") or not folder.isprintable():
            raise ConfigurationError(
                f"{path}: source_roots: {folder!r} is not the path of a folder below the root."
            )
    return folders


def _session_options(path: str, session: Mapping[str, Any]) -> dict[str, Any]:
    options = {key: _value(path, key, value) for key, value in session.items()}
    options.pop("root_package", None)
    options["root_packages"] = list(_roots(path, session))
    if "contract_types" in options:
        options["contract_types"] = list(_strings(path, "contract_types", options["contract_types"]))
    for flag in sorted(_FLAGS & options.keys()):
        if options[flag] not in ("True", "true", "False", "false"):
            raise ConfigurationError(f"{path}: {flag}: it is neither true nor false.")
    return options


def _contracts(path: str, contracts: list[dict[str, Any]]) -> tuple[ContractConfiguration, ...]:
    if not contracts:
        raise ConfigurationError(
            f"{path}: it has no contracts. Each one goes in a [[tool.importlinter.contracts]] table "
            "(TOML) or in an [importlinter:contract:<id>] section (INI)."
        )
    found = tuple(_contract(path, number, one) for number, one in enumerate(contracts, start=1))
    for one, count in Counter(contract.id for contract in found).items():
        if count > 1:
            raise ConfigurationError(
                f"{path}: {count} contracts have the id {one!r}: give each an id of its own."
            )
    return found


def _contract(path: str, number: int, raw: dict[str, Any]) -> ContractConfiguration:
    name = raw.get("name")
    which = f'contract {number} ("{name}")' if isinstance(name, str) else f"contract {number}"
    for key in ("name", "type"):
        if key not in raw:
            raise ConfigurationError(f"{path}: {which} has no {key}.")
    options = {key: _value(path, f"{which}: {key}", value) for key, value in raw.items()}
    for key in ("name", "type", "id"):
        if not isinstance(options.get(key, ""), str):
            raise ConfigurationError(f"{path}: {which}: its {key} is not a single value.")
    slug = _NOT_IN_IDS.sub("-", options["name"].lower()).strip("-")
    identity = options.get("id") or slug or f"contract-{number}"
    return ContractConfiguration(
        id=identity,
        name=options["name"],
        type=options["type"],
        options={**options, "id": identity},
    )


def _value(path: str, where: str, value: object) -> Any:
    """A value as import-linter's fields take it: strings, lists of them; our types take tables."""
    if isinstance(value, (bool, int, float, datetime.date)):
        try:
            return str(value)
        except ValueError as error:  # an integer of thousands of digits
            raise ConfigurationError(f"{path}: {where}: the number is too large.") from error
    if isinstance(value, list):
        if not all(isinstance(one, str) for one in value):
            raise ConfigurationError(f"{path}: {where}: it is not a list of strings.")
        return list(value)
    if isinstance(value, dict):
        if not all(isinstance(one, str) for one in value.values()):
            raise ConfigurationError(
                f"{path}: {where}: its values are not strings (a key with dots in it needs quotes)."
            )
        return dict(value)
    if not isinstance(value, str):
        raise ConfigurationError(f"{path}: {where}: no option takes a {type(value).__name__}.")
    return value


def _strings(path: str, where: str, value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ConfigurationError(f"{path}: {where}: it is not a list of strings.")
    return tuple(stripped for one in values if (stripped := one.strip()))


def _refuse_unknown(path: str, options: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for option in sorted(options.keys() - known):
        # In TOML `contracts` stands beside the session options; who misspells it means it.
        hint = suggest(option, sorted(known), unlisted=("contracts",))
        raise ConfigurationError(f"{path}: {where} has no option {option[:100]!r}{hint}")
