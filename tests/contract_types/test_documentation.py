"""The reference says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from importlinter.domain.fields import Field

from archguard.configuration import read_configuration
from archguard.contract_types.canonical import CanonicalContract
from archguard.contract_types.deprecated import DeprecatedContract
from archguard.contract_types.loaded_contract import load_contracts
from archguard.contract_types.registry import needs_newer_import_linter
from archguard.errors import ConfigurationError
from tests.contract_types.graphs import Session, contract_configuration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlinter import Contract

_REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_every_contract_type_has_a_section() -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_contracts(Session().configuration(contract_configuration("?")), trust_contract_types=False)
    types = _offered(raised.value)

    text = (_REFERENCE / "contracts.md").read_text()

    assert len({*types, "private_modules"}) == 8
    for name in {*types, "private_modules"}:
        assert f"\n## {name}\n" in text
        assert f"\n| [`{name}`](#{name}) |" in text


@pytest.mark.parametrize("contract_class", [CanonicalContract, DeprecatedContract])
def test_every_option_of_our_own_types_is_explained(contract_class: type[Contract]) -> None:
    text = (_REFERENCE / "contracts.md").read_text()
    options = {name for name, value in vars(contract_class).items() if isinstance(value, Field)}

    assert {name for name in options if f"`{name}`" not in text} == set()


def test_every_session_option_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.importlinter]\nzzz = 1\n")
    with pytest.raises(ConfigurationError) as raised:
        read_configuration(str(path))
    options = _offered(raised.value)

    text = (_REFERENCE / "configuration.md").read_text()

    assert len(options) == 6
    assert {name for name in options if f"\n| `{name}` |" not in text} == set()


@pytest.mark.parametrize("page", ["configuration.md", "contracts.md"])
def test_every_example_is_a_configuration_that_can_be_read(page: str, tmp_path: Path) -> None:
    read = 0
    for language, example in _examples((_REFERENCE / page).read_text()):
        path = tmp_path / ("pyproject.toml" if language == "toml" else ".importlinter")
        path.write_text(example)
        configuration = read_configuration(str(path))
        if any(needs_newer_import_linter(contract.type) for contract in configuration.contracts):
            read += 1
            continue
        read += len(load_contracts(configuration, trust_contract_types=False))

    assert read == {"configuration.md": 2, "contracts.md": 12}[page]


def _offered(error: Exception) -> list[str]:
    """The names that the message of an unknown name offers."""
    return re.split(", | or ", str(error).partition("choose ")[2].rstrip("."))


def _examples(text: str) -> Iterator[tuple[str, str]]:
    root = '[tool.importlinter]\nroot_package = "shop"\n'
    contract = '[[tool.importlinter.contracts]]\nname = "An example"\n'
    for language, example in re.findall(r"```(toml|ini)\n(.*?)```", text, flags=re.DOTALL):
        if example.startswith("type"):
            yield language, root + contract + example
        elif example.startswith("[["):
            yield language, root + example
        elif "root_package" not in example:
            whole = f'{example}root_package = "shop"\n{contract}type = "deprecated"\n'
            yield language, whole + 'deprecated_modules = ["shop.x"]\n'
        else:
            yield language, example
