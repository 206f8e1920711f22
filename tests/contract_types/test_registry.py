"""The contract types that need no entry in the configuration."""

from __future__ import annotations

import subprocess
import sys

import pytest
from importlinter import Contract

from archguard.contract_types.registry import CONTRACT_TYPES, list_deprecated_modules
from tests.contract_types.graphs import contract_configuration, loaded


@pytest.mark.parametrize("name", CONTRACT_TYPES)
def test_each_type_has_a_class_and_lists_its_violations(name: str) -> None:
    contract_type = CONTRACT_TYPES[name]

    assert contract_type.name == name
    assert issubclass(contract_type.load_class(), Contract)
    assert callable(contract_type.load_find())


@pytest.mark.parametrize(
    "modules", [["a.old"], ["b.old", " a.old ", "a.old"], "a.*.legacy", ["a.old", "", "  "]]
)
def test_the_scan_looks_for_the_modules_that_the_contract_forbids(modules: list[str] | str) -> None:
    """Blank entries aside, which the contract refuses."""
    listed = list_deprecated_modules(contract_configuration("deprecated", deprecated_modules=modules))
    entries = [modules] if isinstance(modules, str) else [entry for entry in modules if entry.strip()]

    contract = loaded("deprecated", deprecated_modules=entries).contract

    assert listed == tuple(sorted(map(str, contract.deprecated_modules)))  # type: ignore[attr-defined]


def test_only_types_that_deprecate_modules_have_any() -> None:
    names = [name for name, known in CONTRACT_TYPES.items() if known.deprecates_modules]

    assert names == ["deprecated"]
    assert list_deprecated_modules(contract_configuration("zzz", deprecated_modules=["a.old"])) == ()
    assert list_deprecated_modules(contract_configuration("layers", deprecated_modules=["a"])) == ()


def test_the_registry_is_loaded_without_import_linter() -> None:
    script = "import archguard.contract_types.registry, sys; print('importlinter' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
