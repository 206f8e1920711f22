"""Every notice that the text report prints is in the JSON report, too."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.cli.console_script import archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LAYERS = """
[[tool.importlinter.contracts]]
id = "layers"
name = "Layers"
type = "layers"
layers = ["shop.legacy", "shop.order"]
"""


class Scenario(NamedTuple):
    """A change that makes a notice."""

    change: Mapping[str, str | None]
    notice: str
    """What the notice says, or a part of it."""
    base: Mapping[str, str] = {}
    """What differs from the shop at the base."""


SCENARIOS = {
    "base-invalid": Scenario(
        {"pyproject.toml": SHOP["pyproject.toml"]},
        "nothing can be weakened",
        {"pyproject.toml": "[tool.importlinter]\nroot_packages = 3\n"},
    ),
    "ignored": Scenario(
        {"shop/made.py": IMPORT}, "in files that git ignores", {".gitignore": "shop/made.py\n"}
    ),
    "base-not-judged": Scenario(
        {
            "pyproject.toml": SESSION + CONTRACT + LAYERS.replace("shop.order", "shop.late"),
            "shop/late.py": "",
        },
        "Contract layers cannot be judged at the base",
    ),
    "weakening-unknown": Scenario(
        {"shop/order.py": None, "pyproject.toml": SESSION + CONTRACT},
        "it is not known what was weakened",
        {"pyproject.toml": SESSION + CONTRACT + LAYERS},
    ),
    "doubtful-cause": Scenario(
        {"shop/order.py": "import shop.way\n", "shop/way.py": "import shop.legacy\n"},
        "another set of 1 import would do, too",
        {"pyproject.toml": SESSION + LAYERS, "shop/order.py": ""},
    ),
    "warning": Scenario(
        {"pyproject.toml": SESSION + CONTRACT + 'replacement = "shop.nowhere"\n'}, "shop.nowhere"
    ),
    "reference": Scenario({"shop/page.py": 'A = "shop.legacy"\n'}, "names a deprecated module"),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_the_text_notes_is_in_the_json(name: str, tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    repository = Repository(tmp_path / "shop", {**SHOP, **scenario.base})
    repository.commit(scenario.change)
    arguments = ("check", "--root", repository.folder, "--base", "main")

    text = archguard(*arguments).stdout
    report = json.loads(archguard(*arguments, "--format", "json").stdout)

    words = " ".join(text.split())
    notices = [*report["notices"], *list_other_remarks(report)]
    assert any(scenario.notice in notice for notice in notices)
    assert [notice for notice in notices if notice not in words] == []
    assert len(re.findall("^(?:note|warning): ", text, re.MULTILINE)) == len(notices)


def list_other_remarks(report: Mapping[str, Any]) -> list[str]:
    """Return what else begins as a notice does: warnings of contracts, and references by contract."""
    warnings = [
        f"{contract['id']}: {warning}"
        for contract in report["contracts"]
        for warning in contract["warnings"]
    ]
    referring = sorted({reference["contract"] for reference in report["references"]})
    return [*warnings, *(f"{contract}: 1 string names a deprecated module" for contract in referring)]
