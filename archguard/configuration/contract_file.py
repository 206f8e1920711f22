"""The text of a configuration file with one more contract."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from archguard.configuration import ini, toml
from archguard.configuration.template import format_ini, format_toml
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from archguard.configuration.model import Sections
    from archguard.configuration.template import NewContract, Session

_HEADERS = {
    "toml": re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*importlinter[ \t]*\][^\n]*\n", re.MULTILINE),
    "ini": re.compile(r"^\[importlinter\][^\n]*\n", re.MULTILINE),
}
_OPTIONS = {
    "toml": re.compile(r"^[ \t]*contract_types[ \t]*=[ \t]*\[", re.MULTILINE),
    "ini": re.compile(r"^contract_types[ \t]*[=:][ \t]*\n", re.MULTILINE),
}


class ExtendedFile(NamedTuple):
    """A configuration file with a further contract."""

    content: bytes
    is_type_declared: bool
    """Whether `contract_types` names the contract's class, so that `lint-imports` knows it."""


def add_contract(
    path: str, content: bytes, contract: NewContract, *, session: Session | None, type_entry: str
) -> ExtendedFile:
    """Return a file's content with a contract at its end; all that is in it stays as it is.

    Args:
        path: the file, which decides whether it is TOML or INI.
        content: its bytes; empty for a new file.
        contract: the contract to add.
        session: what to write around a first contract; None if the file has an importlinter section.
        type_entry: the line `name: module.Class` of `contract_types`, added to a section that exists.

    Raises:
        ConfigurationError: the file is written in a way that leaves no place for a further contract.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: the file is not UTF-8.") from error
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    syntax = "toml" if path.endswith(".toml") else "ini"
    addition = (format_toml if syntax == "toml" else format_ini)(session, contract)
    extended = f"{text.rstrip()}\n\n{addition}" if text.strip("\ufeff\n ") else addition
    declared = _declare_type(path, extended, syntax, type_entry) if session is None else None
    for candidate, is_type_declared in ((declared, True), (extended, False)):
        entry = type_entry if is_type_declared else None
        if candidate is not None and _has_gained(path, text, candidate, contract, entry):
            return ExtendedFile(candidate.replace("\n", newline).encode(), is_type_declared)
    raise ConfigurationError(
        f"{path}: no contract can be added to it as it is written; add one of type {contract.type} "
        "by hand."
    )


def _declare_type(path: str, text: str, syntax: str, type_entry: str) -> str | None:
    """Add a line to `contract_types`; return None where that takes more than inserting one."""
    with suppress(ConfigurationError):
        sections = _parse(path, text)
        if sections is not None and type_entry in _pop_contract_types(sections):
            return text
    line = f'"{type_entry}"' if syntax == "toml" else f"    {type_entry}\n"
    if option := _OPTIONS[syntax].search(text):
        place = option.end()
        return (
            f"{text[:place]}{line}, {text[place:]}"
            if syntax == "toml"
            else text[:place] + line + text[place:]
        )
    if header := _HEADERS[syntax].search(text):
        option_text = f"contract_types = [{line}]\n" if syntax == "toml" else f"contract_types =\n{line}"
        return text[: header.end()] + option_text + text[header.end() :]
    return None


def _has_gained(
    path: str, before: str, after: str, contract: NewContract, type_entry: str | None
) -> bool:
    """Return whether the only changes are a further contract and, unless it is None, its type."""
    try:
        old, new = _parse(path, before), _parse(path, after)
    except ConfigurationError:
        return False
    if new is None or [table.get("id") for table in new.contracts[-1:]] != [contract.id]:
        return False
    if old is None:
        return len(new.contracts) == 1
    entries = _pop_contract_types(new)
    old_entries = _pop_contract_types(old) | ({type_entry} if type_entry else set())
    return (
        new.contracts[:-1] == old.contracts
        and (new.session, new.own) == (old.session, old.own)
        and entries == old_entries
    )


def _parse(path: str, text: str) -> Sections | None:
    text = text.removeprefix("\ufeff")
    return toml.parse(path, text) if path.endswith(".toml") else ini.parse(path, text)


def _pop_contract_types(sections: Sections) -> set[str]:
    value = sections.session.pop("contract_types", [])
    entries = [value] if isinstance(value, str) else value
    return {" ".join(str(entry).split()) for entry in entries} if isinstance(entries, list) else set()
