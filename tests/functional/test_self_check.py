"""archguard obeys its own contracts, and each of them would notice if it did not."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.console_script import archguard

REPOSITORY = Path(__file__).parents[2]
CONTRACTS = REPOSITORY / "contracts" / "archguard.toml"
IDS = [
    contract["id"]
    for contract in tomllib.loads(CONTRACTS.read_text())["tool"]["importlinter"]["contracts"]
]


class Plant(NamedTuple):
    """An import that a contract forbids, in a module where nothing imports anything like it."""

    contract: str
    importer: str
    imported: str

    @property
    def path(self) -> Path:
        """The importer's file, below the repository."""
        folder = "api/" if self.importer.startswith("archguard_api") else ""
        return Path(f"{folder}{self.importer.replace('.', '/')}.py")


# In files that do not exist: a contract covers them only if nobody has to list them.
NEW_FILES = (
    Plant("data-flows-down", "archguard.sources.planted_0", "archguard.checking.pipeline"),
    Plant("service-flows-down", "archguard_api.services.planted_1", "archguard_api.routes.router"),
    Plant("no-cycles", "archguard.graph.parsing.planted_2", "archguard.graph.scanning.scan"),
    Plant("service-behind-commands", "archguard.demo.planted_3", "archguard_api.store"),
    Plant("service-knows-the-wire-format", "archguard_api.store.planted_4", "archguard.checking.report"),
    Plant("snapshots-are-built-in-two-modules", "archguard.snapshot.planted_5", "archguard.graph.model"),
    Plant("forecast-is-arithmetic", "archguard_api.forecast.planted_6", "archguard_api.models"),
    Plant("grimp-in-graph", "archguard.graph.scanning.planted_7", "grimp"),
    Plant("import-linter-in-contract-types", "archguard.history.planted_8", "importlinter"),
    Plant("networkx-in-consolidation", "archguard.ratchet.planted_15", "networkx"),
    Plant("libcst-in-older-syntax-and-rewrite", "archguard.definitions.planted_17", "libcst"),
    Plant("printing-in-cli", "archguard.reporters.planted_9", "rich"),
    Plant("http-client-in-upload", "archguard.upload.planted_10", "httpx2"),
    Plant("notifications-through-the-guard", "archguard_api.services.planted_23", "smtplib"),
    Plant("id-tokens-in-one-module", "archguard_api.services.oidc.planted_24", "joserfc"),
    Plant("codeowners-in-sources", "archguard.cli.planted_21", "codeowners"),
    Plant("processes-in-five-modules", "archguard.sources.planted_11", "subprocess"),
    Plant("pydantic-in-snapshot", "archguard.cli.commands.planted_12", "pydantic"),
    Plant("web-in-routes-and-http", "archguard_api.models.planted_13", "fastapi"),
    Plant("sql-in-store", "archguard_api.services.planted_14", "sqlite3"),
    Plant("mcp-in-its-folder", "archguard.cli.planted_22", "mcp_types"),
    Plant("pytest-in-its-plugin", "archguard.cli.planted_16", "pytest"),
)
# In files that exist: each of these once went unnoticed.
ONCE_UNNOTICED = (
    Plant("sql-in-store", "archguard_api.http.error_handlers", "sqlalchemy"),
    Plant("sql-in-store", "archguard_api.models.base", "sqlalchemy"),
    Plant("grimp-in-graph", "archguard.demo.shop", "grimp"),
    Plant("printing-in-cli", "archguard.demo.shop", "click"),
    Plant("pydantic-in-snapshot", "archguard.demo.shop", "pydantic"),
    Plant("service-behind-commands", "archguard.demo.shop", "archguard_api.store"),
    Plant("pydantic-in-snapshot", "archguard.cli.commands.init", "pydantic"),
    Plant("web-in-routes-and-http", "archguard_api.models.base", "fastapi"),
    Plant("web-in-routes-and-http", "archguard_api.services.module_roles", "fastapi"),
    Plant(
        "snapshots-are-built-in-two-modules", "archguard.snapshot.stream_parser", "archguard.graph.model"
    ),
)


def _copy_tree(folder: Path) -> None:
    for root in ("archguard", "api/archguard_api"):
        shutil.copytree(REPOSITORY / root, folder / root, ignore=shutil.ignore_patterns("web"))


def _check(root: Path) -> dict[str, Any]:
    done = archguard("check", "--root", root, "--config", CONTRACTS, "--format", "json")
    assert done.returncode in {0, 1}, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture(scope="module")
def planted_report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report on a copy of this repository that has every plant."""
    folder = tmp_path_factory.mktemp("planted")
    _copy_tree(folder)
    for plant in NEW_FILES + ONCE_UNNOTICED:
        with (folder / plant.path).open("a") as file:
            file.write(f"\nimport {plant.imported}\n")
    return _check(folder)


def test_our_own_architecture_is_kept() -> None:
    report = _check(REPOSITORY)

    assert [contract["id"] for contract in report["contracts"] if not contract["kept"]] == []


def test_every_contract_has_a_plant_in_a_new_file() -> None:
    assert sorted(plant.contract for plant in NEW_FILES) == sorted(IDS)
    assert not any((REPOSITORY / plant.path).exists() for plant in NEW_FILES)
    assert all((REPOSITORY / plant.path).exists() for plant in ONCE_UNNOTICED)


@pytest.mark.parametrize(
    "plant", NEW_FILES + ONCE_UNNOTICED, ids=lambda plant: f"{plant.imported} in {plant.importer}"
)
def test_a_planted_import_turns_its_contract_red(plant: Plant, planted_report: dict[str, Any]) -> None:
    kept = {contract["id"]: contract["kept"] for contract in planted_report["contracts"]}
    edges = {
        (violation["importer"], violation["imported"])
        for violation in planted_report["violations"]
        if violation["contract"] == plant.contract
    }

    assert not kept[plant.contract]
    assert (plant.importer, plant.imported) in edges


def test_a_new_room_that_the_contract_does_not_list_turns_it_red(tmp_path: Path) -> None:
    _copy_tree(tmp_path)
    (tmp_path / "archguard" / "attic").mkdir()
    (tmp_path / "archguard" / "attic" / "__init__.py").write_text("")

    report = _check(tmp_path)

    assert [contract["id"] for contract in report["contracts"] if not contract["kept"]] == [
        "data-flows-down"
    ]
