"""Reading a configuration file into validated values."""

from __future__ import annotations

import datetime
import os
import re
import stat
from collections import Counter
from typing import TYPE_CHECKING, Any

from archguard.configuration import toml
from archguard.configuration.exception_tables import add_exceptions, refuse_unknown_kinds
from archguard.configuration.model import PREVIOUS_IDS, STAGES, Configuration, ContractConfiguration
from archguard.errors import ConfigurationError
from archguard.previous_ids import find_previous_id_problem
from archguard.text import format_choices, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archguard.configuration.model import Sections

# In import-linter's order.
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
_OWN_OPTIONS = frozenset({"base", "exclude", "exceptions", "source_roots"})
_MAX_PATTERN = 300
_MAX_ANY_FOLDERS = 3
_NOT_IN_IDS = re.compile(r"[^\w.-]+")


def find_configuration(folder: str) -> Configuration:
    """Read the configuration of a folder: its own, or that of the nearest folder above it.

    Raises:
        ConfigurationError: there is none, or it is invalid.
    """
    for candidate in _list_upwards(folder):
        if located := _find_sections(candidate):
            return _make_configuration(*located)
    raise ConfigurationError(
        f"no configuration in {folder} or above it: no {format_choices(FILE_NAMES)} has an importlinter "
        "section. Write one with `archguard init`, or name a file with --config."
    )


def find_configuration_file(folder: str) -> str | None:
    """Return the path of a folder's own configuration file, whose content may be invalid; None if none.

    Raises:
        ConfigurationError: a file cannot be read or parsed.
    """
    located = _find_sections(folder)
    return located[0] if located else None


def read_configuration(path: str) -> Configuration:
    """Read a configuration file.

    Raises:
        ConfigurationError: the file cannot be read, or is invalid.
    """
    configuration = parse_configuration(path, _read(path))
    if configuration is None:
        raise ConfigurationError(f"{path}: the file has no importlinter section.")
    return configuration


def parse_configuration(path: str, content: bytes) -> Configuration | None:
    """Parse the content of a configuration file; return None if it has no importlinter section.

    Raises:
        ConfigurationError: the content is invalid.
    """
    sections = _parse_sections(path, content)
    return None if sections is None else _make_configuration(path, sections)


def _list_upwards(folder: str) -> Iterator[str]:
    """Yield a folder and those above it; relative paths as long as the given one is relative."""
    yield folder
    path = os.path.abspath(folder)
    while (parent := os.path.dirname(path)) != path:
        path = parent
        yield path if os.path.isabs(folder) else os.path.relpath(path)


def _find_sections(folder: str) -> tuple[str, Sections] | None:
    for name in FILE_NAMES:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            sections = _parse_sections(path, _read(path))
            if sections is not None:
                return path, sections
    return None


def _make_configuration(path: str, sections: Sections) -> Configuration:
    _refuse_unknown(path, sections.session, _SESSION_OPTIONS, "the importlinter section")
    _refuse_unknown(path, sections.own, _OWN_OPTIONS, sections.own_name)
    return Configuration(
        path=path,
        root_packages=_root_packages(path, sections.session),
        contracts=add_exceptions(
            path, sections.own.get("exceptions", []), _make_contracts(path, sections.contracts)
        ),
        session_options=_session_options(path, sections.session),
        source_roots=_source_roots(path, sections.own),
        exclude=_exclude(path, sections.own),
        base=_base(path, sections.own),
    )


def _parse_sections(path: str, content: bytes) -> Sections | None:
    if len(content) > MAX_BYTES:
        raise ConfigurationError(f"{path}: the file is larger than {MAX_BYTES // 1024} KiB.")
    try:
        # Editors on Windows write a byte order mark and other line ends.
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: the file is not UTF-8.") from error
    if path.endswith(".toml"):
        return toml.parse(path, text)
    from archguard.configuration import ini  # noqa: PLC0415 (importing configparser takes two milliseconds)

    return ini.parse(path, text)


def _read(path: str) -> bytes:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ConfigurationError(f"{path}: not a regular file.")
        # Some regular files, those below /proc for example, are larger than their size says.
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path}: there is no such file.") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: the file cannot be read: {error.strerror}.") from error


def _root_packages(path: str, session: Mapping[str, Any]) -> tuple[str, ...]:
    key = "root_packages" if "root_packages" in session else "root_package"
    if key not in session:
        raise ConfigurationError(
            f"{path}: root_packages is missing: list the top-level packages to check."
        )
    roots = _strings(path, key, session[key])
    if not roots:
        raise ConfigurationError(f"{path}: {key} is empty: list the top-level packages to check.")
    return tuple(dict.fromkeys(roots))


def _source_roots(path: str, own: Mapping[str, Any]) -> tuple[str, ...]:
    value = own.get("source_roots", [])
    if isinstance(value, list):
        value = ["." if folder == "" else folder for folder in value]
    folders = _strings(path, "source_roots", value)
    for folder in folders:
        if folder.startswith("/") or ".." in folder.split("/") or not folder.isprintable():
            raise ConfigurationError(
                f"{path}: source_roots: {folder!r} is not a path below the root folder."
            )
    return folders


def _exclude(path: str, own: Mapping[str, Any]) -> tuple[str, ...]:
    patterns = _strings(path, "exclude", own.get("exclude", []))
    for pattern in patterns:
        folders = pattern.split("/")
        if pattern.startswith(("/", "!")) or ".." in folders or not pattern.isprintable():
            raise ConfigurationError(
                f"{path}: exclude: {pattern!r} is not a pattern of paths below the root folder, such as "
                '"shop/templates" or "*_pb2.py".'
            )
        if len(pattern) > _MAX_PATTERN or folders.count("**") > _MAX_ANY_FOLDERS:
            raise ConfigurationError(
                f"{path}: exclude: a pattern may have {_MAX_PATTERN} characters and "
                f"{_MAX_ANY_FOLDERS} `**`: {pattern[:50]!r} has more."
            )
        if not set(folders) - {"", ".", "*", "**"}:
            raise ConfigurationError(f"{path}: exclude: {pattern!r} would leave out every file.")
    return tuple(dict.fromkeys(patterns))


def _base(path: str, own: Mapping[str, Any]) -> str:
    if "base" not in own:
        return ""
    value = own["base"]
    base = value.strip() if isinstance(value, str) else ""
    if not base or not base.isprintable():
        raise ConfigurationError(
            f'{path}: base must be one revision, such as "origin/main", or "auto" or "none".'
        )
    return base


def _session_options(path: str, session: Mapping[str, Any]) -> dict[str, Any]:
    options = {key: _value(path, key, value) for key, value in session.items()}
    options.pop("root_package", None)
    options["root_packages"] = list(_root_packages(path, session))
    if "contract_types" in options:
        options["contract_types"] = list(_strings(path, "contract_types", options["contract_types"]))
    for flag in sorted(_FLAGS & options.keys()):
        if options[flag] not in ("True", "true", "False", "false"):
            raise ConfigurationError(f"{path}: {flag} must be true or false.")
    return options


def _make_contracts(path: str, contracts: list[dict[str, Any]]) -> tuple[ContractConfiguration, ...]:
    if not contracts:
        raise ConfigurationError(
            f"{path}: there are no contracts. Add one as a [[tool.importlinter.contracts]] table "
            "(TOML) or an [importlinter:contract:<id>] section (INI)."
        )
    configured = tuple(
        _make_contract(path, number, raw) for number, raw in enumerate(contracts, start=1)
    )
    for contract_id, count in Counter(contract.id for contract in configured).items():
        if count > 1:
            raise ConfigurationError(
                f"{path}: {count} contracts have the id {contract_id!r}: give each an id of its own."
            )
    refuse_unknown_kinds(path, configured)
    problem = find_previous_id_problem({one.id: one.previous_ids for one in configured})
    if problem is not None:
        raise ConfigurationError(f"{path}: {problem}.")
    return configured


def _make_contract(path: str, number: int, raw: dict[str, Any]) -> ContractConfiguration:
    name = raw.get("name")
    label = f'contract {number} ("{name}")' if isinstance(name, str) else f"contract {number}"
    for key in ("name", "type"):
        if key not in raw:
            raise ConfigurationError(f"{path}: {label} has no {key}.")
    options = {
        key: _value(path, f"{label}: {key}", value) for key, value in raw.items() if key != STAGES
    }
    for key in ("name", "type", "id"):
        if not isinstance(options.get(key, ""), str):
            raise ConfigurationError(f"{path}: {label}: {key} must be a single value.")
    if PREVIOUS_IDS in options:
        options[PREVIOUS_IDS] = list(_strings(path, f"{label}: {PREVIOUS_IDS}", options[PREVIOUS_IDS]))
    if STAGES in raw:
        options[STAGES] = _stages(path, f"{label}: {STAGES}", raw[STAGES])
    slug = _NOT_IN_IDS.sub("-", options["name"].lower()).strip("-")
    contract_id = options.get("id") or slug or f"contract-{number}"
    return ContractConfiguration(
        id=contract_id,
        name=options["name"],
        type=options["type"],
        options={**options, "id": contract_id},
    )


def _stages(path: str, where: str, value: object) -> list[str]:
    """Return one line for each stage: `2027-01-01 ratchet`, as it is written in INI."""
    if isinstance(value, str):
        return [value]
    lines = []
    for item in value if isinstance(value, list) else [None]:
        if isinstance(item, dict) and item.keys() == {"from", "enforce"}:
            lines.append(f"{item['from']} {item['enforce']}")
        elif isinstance(item, str):
            lines.append(item)
        else:
            raise ConfigurationError(
                f'{path}: {where}: write a list such as [{{from = 2027-01-01, enforce = "ratchet"}}].'
            )
    return lines


def _value(path: str, where: str, value: object) -> Any:
    """Convert a value to what contract types accept: strings, lists and tables of strings."""
    if isinstance(value, (bool, int, float, datetime.date)):
        try:
            return str(value)
        except ValueError as error:  # an integer with thousands of digits
            raise ConfigurationError(f"{path}: {where}: the number is too large.") from error
    if isinstance(value, list):
        if not all(isinstance(item, str) for item in value):
            raise ConfigurationError(f"{path}: {where}: the items of a list must be strings.")
        return list(value)
    if isinstance(value, dict):
        if not all(isinstance(item, str) for item in value.values()):
            raise ConfigurationError(
                f"{path}: {where}: the values of a table must be strings (quote keys that contain dots)."
            )
        return dict(value)
    if not isinstance(value, str):
        raise ConfigurationError(f"{path}: {where}: a {type(value).__name__} is not a valid value.")
    return value


def _strings(path: str, where: str, value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise ConfigurationError(f"{path}: {where} must be a list of strings.")
    return tuple(stripped for item in values if (stripped := item.strip()))


def _refuse_unknown(path: str, options: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for option in sorted(options.keys() - known):
        # In TOML, `contracts` stands beside the session options: it may be what was misspelt.
        hint = suggest(option, sorted(known), unlisted=("contracts",))
        raise ConfigurationError(f"{path}: {where} has no option {option[:100]!r}{hint}")
