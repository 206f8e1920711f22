"""Contract types that are somebody else's code."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING

import pytest

from archguard.errors import ConfigurationError, ContractError
from tests.contract_types.graphs import Session, graph_of, loaded, verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    # The code of a class `Mine` -> the module that has it, importable.
    Write = Callable[[str], str]

_TEMPLATE = """
import sys
from importlinter import Contract, ContractCheck, fields, output

class Mine(Contract):
    limit = fields.IntegerField(default=1)
    owner = fields.StringField(required=False)

    def check(self, graph, verbose):
        print("not for the report")
        kept = graph.count_imports() <= self.limit
        return ContractCheck(kept=kept, warnings=["It is young."], ignored_import_count=2)

    def render_broken_contract(self, check):
        output.print_error("Too many imports; " + "it says so at length, " * 5 + "and in red.")
        print("Printed too.")
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.syspath_prepend(tmp_path)

    def write_module(code: str) -> str:
        name = f"third_party_{uuid.uuid4().hex}"
        (tmp_path / f"{name}.py").write_text(code)
        return name

    return write_module


def _session(module: str, *, trusted: bool = True, name: str = "mine") -> Session:
    return Session(contract_types=(f"{name}: {module}.Mine",), trusted=trusted)


def test_it_is_refused_unless_trusted_and_nothing_of_it_runs(write: Write) -> None:
    module = write("raise SystemExit('it ran')")

    with pytest.raises(
        ConfigurationError,
        match=rf"^archguard\.toml: contract_types names code to run \(mine: {module}\.Mine\): "
        r"give --trust-contract-types if you trust this repository\.$",
    ):
        loaded("mine", _session(module, trusted=False))
    assert module not in sys.modules


def test_it_is_refused_even_if_no_contract_uses_it(write: Write) -> None:
    session = _session(write(_TEMPLATE), trusted=False)

    with pytest.raises(ConfigurationError, match="--trust-contract-types"):
        loaded("protected", session, protected_modules=["a"], allowed_importers=[])


def test_trusted_it_runs_and_the_verdict_has_its_own_text(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    found = verdict(graph_of("a -> b", "b -> c"), "mine", _session(write(_TEMPLATE)), owner="@team")

    assert not found.kept
    assert found.text == (
        "Too many imports; " + "it says so at length, " * 5 + "and in red.\nPrinted too."
    )
    assert found.warnings == ("It is young.",)
    assert found.ignored == 2
    assert found.finding.edges == frozenset()
    assert capsys.readouterr().out == ""


def test_kept_it_has_no_text(write: Write) -> None:
    found = verdict(graph_of("a -> b", "b -> c"), "mine", _session(write(_TEMPLATE)), limit="2")

    assert found.kept
    assert found.text == ""


def test_its_options_are_checked_by_its_own_fields(write: Write) -> None:
    session = _session(write(_TEMPLATE))

    with pytest.raises(ConfigurationError, match="limit: 'many' is not an integer"):
        loaded("mine", session, limit="many")


def test_what_it_calls_owner_is_not_ours(write: Write) -> None:
    assert loaded("mine", _session(write(_TEMPLATE)), owner="x").option("owner") is None


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("raise KeyError('lost')", "KeyError: 'lost'"),
        ("raise RuntimeError('one\\ntwo')", "RuntimeError: one two"),
        ("sys.exit(0)", "SystemExit: 0"),
        ("return None", "AttributeError: "),
        ("self._populate_fields = self.contract_options['x']", "KeyError: 'x'"),
    ],
)
def test_one_that_fails_while_it_checks_is_no_verdict(
    write: Write, statement: str, message: str
) -> None:
    module = write(_TEMPLATE.replace('print("not for the report")', statement))

    with pytest.raises(ContractError) as raised:
        verdict(graph_of("a -> b"), "mine", _session(module))

    assert str(raised.value).startswith(f'contract "The contract" failed: {message}')
    assert "\n" not in str(raised.value)


def test_one_that_fails_while_it_speaks_is_no_verdict(write: Write) -> None:
    module = write(_TEMPLATE.replace('print("Printed too.")', "1 / 0"))

    with pytest.raises(ContractError, match=r"failed: ZeroDivisionError"):
        verdict(graph_of("a -> b", "b -> c"), "mine", _session(module))


def test_one_that_fails_while_it_is_made_is_no_verdict(write: Write) -> None:
    module = write(_TEMPLATE + "\n    def validate(self):\n        sys.exit(0)\n")

    with pytest.raises(ContractError, match=r"failed: SystemExit"):
        loaded("mine", _session(module))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise ValueError('no')", "cannot be imported: ValueError: no"),
        ("import sys; sys.exit(0)", "cannot be imported: SystemExit: 0"),
        ("def broken(:", "cannot be imported: SyntaxError"),
        ("Other = 1", "cannot be imported: AttributeError"),
        ("class Mine: pass", "is no import-linter contract type"),
        ("Mine = 1", "is no import-linter contract type"),
    ],
)
def test_one_that_cannot_be_had_is_a_configuration_error(write: Write, code: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        loaded("mine", _session(write(code)))


def test_one_whose_module_does_not_exist_is_a_configuration_error() -> None:
    with pytest.raises(
        ConfigurationError, match=r"nowhere_at_all\.Mine cannot be imported: ModuleNotFound"
    ):
        loaded("mine", _session("nowhere_at_all"))


@pytest.mark.parametrize("entry", ["mine", "mine: Mine", ": a.Mine", "mine: .Mine", "mine: a.", ""])
def test_a_malformed_line_is_a_configuration_error(entry: str) -> None:
    with pytest.raises(ConfigurationError, match=r"is not of the form 'name: module\.Class'"):
        loaded("mine", Session(contract_types=(entry,), trusted=True))


def test_it_cannot_take_the_name_of_a_type_of_ours(write: Write) -> None:
    module = write(_TEMPLATE)

    with pytest.raises(ConfigurationError, match="'forbidden' is a type of archguard's own"):
        loaded("forbidden", _session(module, name="forbidden"))


def test_a_class_of_ours_takes_no_other_name() -> None:
    entry = "old: archguard.contract_types.deprecated.DeprecatedContract"

    with pytest.raises(ConfigurationError, match="is the type 'deprecated' already"):
        loaded("old", Session(contract_types=(entry,)), deprecated_modules=["a.old"])


def test_a_misspelt_type_may_be_one_of_theirs(write: Write) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'mine'"):
        loaded("mien", _session(write(_TEMPLATE)))
