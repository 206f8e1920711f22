"""What the installed import-linter offers, and whether archguard knows all of it.

A test that fails here after an upgrade names what is new: teach archguard, then write it down here.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import importlinter
import pytest
from importlinter import Contract
from importlinter.domain.fields import Field

from archguard.configuration import read_configuration
from archguard.contract_types.registry import CONTRACT_TYPES
from archguard.errors import ConfigurationError

_EVERYWHERE = {"ignore_imports", "unmatched_ignore_imports_alerting", "broken_contract_guidance"}
_OPTIONS = {
    "acyclic_siblings": {"ancestors", "depth", "skip_descendants"},
    "forbidden": {
        "source_modules",
        "forbidden_modules",
        "allow_indirect_imports",
        "as_packages",
    },
    "independence": {"modules"},
    "layers": {"layers", "containers", "exhaustive", "exhaustive_ignores"},
    "private_modules": {"packages_with_private_modules"},
    "protected": {"protected_modules", "allowed_importers", "as_packages"},
}
_FOLDER = Path(importlinter.__file__).parent


def _classes() -> dict[str, type[Contract]]:
    """The contract classes of import-linter, by the name of their file."""
    return {
        file.stem: CONTRACT_TYPES[file.stem].load_class()
        for file in (_FOLDER / "contracts").glob("[a-z]*.py")
        if file.stem in CONTRACT_TYPES
    }


def test_every_contract_type_of_import_linter_is_known() -> None:
    files = {file.stem for file in (_FOLDER / "contracts").glob("[a-z]*.py")}

    assert files - CONTRACT_TYPES.keys() == set()
    assert files <= _OPTIONS.keys()


@pytest.mark.parametrize("name", sorted(_OPTIONS))
def test_every_option_of_a_contract_type_is_known(name: str) -> None:
    if name not in _classes():
        pytest.skip(f"import-linter {version('import-linter')} has no such type")
    contract_class = _classes()[name]
    options = {key for key in dir(contract_class) if isinstance(getattr(contract_class, key), Field)}

    assert options - _EVERYWHERE == _OPTIONS[name]


def test_every_session_option_of_import_linter_is_known(tmp_path: Path) -> None:
    pattern = re.compile(r"""session_options(?:\.get\(|\[)\s*["'](\w+)["']""")
    options = {name for file in _FOLDER.rglob("*.py") for name in pattern.findall(file.read_text())}
    file = tmp_path / "pyproject.toml"

    assert {"root_packages", "contract_types", "include_external_packages"} <= options
    for option in sorted(options):
        file.write_text(f"[tool.importlinter]\n{option} = []\n")
        with pytest.raises(ConfigurationError) as raised:
            read_configuration(str(file))
        assert "has no option" not in str(raised.value), option
