"""archguard obeys its own contracts, and would notice if it did not."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.console_script import archguard

REPOSITORY = Path(__file__).parents[2]
CONTRACTS = REPOSITORY / "contracts" / "archguard.toml"


def test_our_own_architecture_is_kept() -> None:
    done = archguard("check", "--root", REPOSITORY, "--config", CONTRACTS)

    assert done.returncode == 0, done.stdout


def _copy(folder: Path) -> None:
    for root in ("archguard", "api/archguard_api"):
        shutil.copytree(REPOSITORY / root, folder / root)


def test_a_planted_import_from_a_lower_room_to_a_higher_one_turns_it_red(tmp_path: Path) -> None:
    _copy(tmp_path)
    planted = tmp_path / "archguard" / "sources" / "git.py"
    planted.write_text(planted.read_text() + "\nfrom archguard.checking.pipeline import check_all\n")

    done = archguard("check", "--root", tmp_path, "--config", CONTRACTS)

    assert done.returncode == 1
    assert f"archguard/sources/git/commands.py:{len(planted.read_text().splitlines())}" in done.stdout


def test_a_new_room_that_the_contract_does_not_list_turns_it_red(tmp_path: Path) -> None:
    _copy(tmp_path)
    (tmp_path / "archguard" / "attic").mkdir()
    (tmp_path / "archguard" / "attic" / "__init__.py").write_text("")

    done = archguard("check", "--root", tmp_path, "--config", CONTRACTS)

    assert done.returncode == 1
    assert "archguard/attic/__init__.py:1" in done.stdout
