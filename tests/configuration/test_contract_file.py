"""A contract is added at the end of a file, and nothing else in the file changes its meaning."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from archguard.configuration import parse_configuration
from archguard.configuration.contract_file import add_contract
from archguard.configuration.template import NewDeprecation, Session
from archguard.errors import ConfigurationError

ENTRY = "deprecated: archguard.contract_types.deprecated.DeprecatedContract"
CONTRACT = NewDeprecation(("a.old", "a.older.**"), "a.new", id="new")
TOML = """\
[tool.importlinter]
root_packages = ["a"]

[[tool.importlinter.contracts]]
name = "One"
type = "independence"
modules = ["a.b", "a.c"]
"""


def _add(path: str, text: str, session: Session | None = None) -> tuple[str, bool]:
    extended = add_contract(path, text.encode(), CONTRACT, session=session, type_entry=ENTRY)
    return extended.content.decode(), extended.is_type_declared


def _session(text: str) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(text)["tool"]["importlinter"]
    return table


@pytest.mark.parametrize("path", ["pyproject.toml", ".importlinter"])
@pytest.mark.parametrize("source_roots", [(), ("", "libs/a b")])
def test_a_first_contract_brings_its_session(path: str, source_roots: tuple[str, ...]) -> None:
    text, _ = _add(path, "", Session(("a", "tests"), source_roots))

    configuration = parse_configuration(path, text.encode())

    assert configuration is not None
    assert configuration.root_packages == ("a", "tests")
    assert configuration.source_roots == tuple(folder or "." for folder in source_roots)
    (contract,) = configuration.contracts
    assert contract.strings("deprecated_modules") == CONTRACT.deprecated_modules
    assert contract.strings("replacement") == ("a.new",)


@pytest.mark.parametrize(
    ("declared", "entries"),
    [
        ("", {ENTRY}),
        ('contract_types = ["x: y.Z"]', {"x: y.Z", ENTRY}),
        ('contract_types = [\n  "x: y.Z", # why\n]', {"x: y.Z", ENTRY}),
        ("contract_types = []", {ENTRY}),
        (f"contract_types = ['{ENTRY}']", {ENTRY}),
    ],
)
def test_the_type_is_declared_for_lint_imports(declared: str, entries: set[str]) -> None:
    before = TOML.replace("\n\n", f"\n{declared}\n\n", 1)

    text, is_declared = _add("x.toml", before)

    assert is_declared
    assert sorted(_session(text)["contract_types"]) == sorted(entries)
    assert _session(text)["contracts"][:1] == _session(before)["contracts"]
    assert _session(text)["contracts"][1]["id"] == "new"


def test_a_type_on_one_line_of_an_ini_file_is_left_for_the_user() -> None:
    before = "[importlinter]\nroot_package = a\ncontract_types = x: y.Z\n"

    text, is_declared = _add("setup.cfg", before)

    assert not is_declared
    assert text.startswith(before)


@pytest.mark.parametrize(
    "before",
    [
        '[tool.other]\ntext = """\n[tool.importlinter]\n"""\n' + TOML,
        '[tool.other]\ntext = """\ncontract_types = [\n"""\n' + TOML,
        TOML.replace("[tool.importlinter]", '[tool."importlinter"]', 1),
        TOML.replace("[tool.importlinter]", "[tool]\nimportlinter.show_timings = true", 1).replace(
            'root_packages = ["a"]', 'importlinter.root_packages = ["a"]'
        ),
    ],
)
def test_where_no_line_can_be_inserted_the_contract_is_added_alone(before: str) -> None:
    text, is_declared = _add("x.toml", before)

    assert not is_declared
    assert text.startswith(before)
    assert len(_session(text)["contracts"]) == 2


@pytest.mark.parametrize(
    "before",
    [
        '[tool.importlinter]\nroot_packages = ["a"]\ncontracts = [{name = "x", type = "y"}]\n',
        '[tool]\nimportlinter = {root_packages = ["a"]}\n',
    ],
)
def test_a_file_without_a_place_for_a_contract_is_refused(before: str) -> None:
    with pytest.raises(ConfigurationError, match=r"x\.toml: no contract can be added"):
        _add("x.toml", before)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_stay(newline: str, mark: str) -> None:
    text, _ = _add("x.toml", mark + TOML.replace("\n", newline))

    assert text.startswith(mark)
    assert text.count("\n") == (text.count("\r\n") if newline == "\r\n" else text.count("\n"))
    assert ("\r\n" in text) == (newline == "\r\n")
    assert parse_configuration("x.toml", text.encode()) is not None


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        add_contract("x.toml", b"\xff", CONTRACT, session=None, type_entry=ENTRY)
