"""`pytest --archguard`, run as a user runs it, in a process of its own."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from archguard.demo import generate_commits, write_repository
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, Repository
from tests.sources.trees import git, write_files

if TYPE_CHECKING:
    from pathlib import Path

TWO = SESSION + CONTRACT + CONTRACT.replace("one-cart", "no-fax").replace("shop.legacy", "shop.fax")
PLUGIN = ("-p", "archguard.pytest_plugin")
"""As the entry point loads it; the installation may be older than the entry point."""
QUIET = (
    "-p",
    "no:cacheprovider",
    "-p",
    "no:schemathesis",
    "-p",
    "no:hypothesispytest",
    "-p",
    "no:anyio",
)
"""Without the cache, and without plugins that take seconds to load."""


def _pytest(folder: Path, *arguments: str, plugin: bool = True) -> subprocess.CompletedProcess[str]:
    loaded = () if not plugin or _is_installed() else PLUGIN
    return subprocess.run(
        [sys.executable, "-m", "pytest", *QUIET, *loaded, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def _is_installed() -> bool:
    points = importlib.metadata.entry_points(group="pytest11")
    return any(point.value == "archguard.pytest_plugin" for point in points)


def _count(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """Return how many tests passed and failed, by pytest's last line."""
    line = done.stdout.strip().splitlines()[-1]
    return {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", line)}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "shop")
    repository.git("checkout", "--quiet", "main")
    files = {"pyproject.toml": TWO, "shop/fax.py": "", "test_shop.py": "def test_shop(): pass\n"}
    repository.commit(files)
    repository.git("checkout", "--quiet", "-B", "change")
    return repository


def test_each_contract_is_a_test_beside_the_others(repository: Repository) -> None:
    done = _pytest(repository.folder, "--archguard", "-v")

    assert _count(done) == {"passed": 3}, done.stdout
    assert "archguard::one-cart PASSED" in done.stdout
    assert "archguard::no-fax PASSED" in done.stdout


def test_the_demo_is_green_until_something_is_new(tmp_path: Path) -> None:
    write_repository(str(tmp_path), generate_commits(datetime.date(2026, 11, 30)))
    contracts = tomllib.loads((tmp_path / "pyproject.toml").read_text())["tool"]["importlinter"]
    ids = [contract["id"] for contract in contracts["contracts"]]
    deprecated = contracts["contracts"][-1]["deprecated_modules"][0]
    package = contracts["root_packages"][0]

    green = _pytest(tmp_path, "--archguard", "-v")
    write_files(tmp_path, {f"{package}/planted.py": f"import {deprecated}\n"})
    red = _pytest(tmp_path, "--archguard")

    assert _count(green) == {"passed": len(ids)}, green.stdout
    assert all(f"archguard::{id_} PASSED" in green.stdout for id_ in ids)
    assert red.returncode == 1
    assert f"planted.py:1: {package}.planted must not import {deprecated}." in red.stdout


def test_a_failure_says_what_is_new_and_nothing_of_python(repository: Repository) -> None:
    repository.commit({"shop/page.py": IMPORT})

    done = _pytest(repository.folder, "--archguard", "--archguard-base", "main")

    assert _count(done) == {"passed": 2, "failed": 1}
    assert "One cart [one-cart]: 1 new violation since main (" in done.stdout
    assert "shop/page.py:1: shop.page must not import shop.legacy." in done.stdout
    assert "shop/order.py" not in done.stdout
    assert "Traceback" not in done.stdout
    assert "pytest_plugin.py" not in done.stdout


def test_without_a_base_that_is_known_head_is_one(repository: Repository) -> None:
    repository.commit({"shop/page.py": IMPORT})
    write_files(repository.folder, {"shop/home.py": IMPORT})

    done = _pytest(repository.folder, "--archguard")

    assert _count(done) == {"passed": 2, "failed": 1}
    assert "shop/home.py:1" in done.stdout
    assert "shop/page.py:1" not in done.stdout


def test_the_options_may_stand_in_the_ini_file(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "all", {"README": ""})
    ini = "[pytest]\narchguard_config = services/contracts.toml\narchguard_base = none\n"
    files = {
        "pytest.ini": ini,
        "services/contracts.toml": SESSION + CONTRACT,
        "services/shop/__init__.py": "",
        "services/shop/legacy.py": "",
        "services/shop/page.py": IMPORT,
    }
    repository.commit(files)

    done = _pytest(repository.folder, "--archguard")

    assert _count(done) == {"failed": 1}
    assert "services/shop/page.py:1: shop.page must not import shop.legacy." in done.stdout


def test_without_git_every_violation_fails(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": SESSION + CONTRACT, "shop/__init__.py": ""})
    write_files(tmp_path, {"shop/legacy.py": "", "shop/page.py": IMPORT})

    assert _count(_pytest(tmp_path, "--archguard")) == {"failed": 1}


def test_a_file_that_became_unreadable_is_not_green(repository: Repository) -> None:
    repository.commit({"shop/page.py": "def (:\n"})

    done = _pytest(repository.folder, "--archguard", "--archguard-base", "main")

    assert _count(done) == {"passed": 1, "failed": 2}
    assert "shop/page.py: could be read at the base, and cannot now" in done.stdout


def test_a_base_that_is_not_there_fails_all(repository: Repository) -> None:
    done = _pytest(repository.folder, "--archguard", "--archguard-base", "mian")

    assert _count(done) == {"passed": 1, "failed": 2}
    assert "--base mian: no such commit" in done.stdout


def test_a_missing_configuration_is_a_usage_error(tmp_path: Path) -> None:
    write_files(tmp_path, {"test_it.py": "def test_it(): pass\n"})

    done = _pytest(tmp_path, "--archguard")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "archguard init" in done.stderr


def test_contracts_can_be_selected(repository: Repository) -> None:
    only = _pytest(repository.folder, "--archguard", "-m", "archguard", "--strict-markers")
    one = _pytest(repository.folder, "--archguard", "-k", "no-fax")

    assert _count(only) == {"passed": 2}
    assert _count(one) == {"passed": 1}


def test_workers_of_xdist_share_one_verdict(repository: Repository) -> None:
    repository.commit({"shop/page.py": IMPORT})

    done = _pytest(repository.folder, "--archguard", "--archguard-base", "main", "-n", "2")

    assert _count(done) == {"passed": 2, "failed": 1}, done.stdout
    assert "shop/page.py:1: shop.page must not import shop.legacy." in done.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_all_contracts_take_one_run_of_the_pipeline(
    workers: tuple[str, ...], repository: Repository
) -> None:
    """A counter stands in the place of the pipeline, in every process."""
    counter = repository.folder / "runs.txt"
    (repository.folder / "conftest.py").write_text(
        "import archguard.checking.report_cache as cache\n"
        "check = cache.load_or_check\n"
        "def count(request):\n"
        f"    with open({str(counter)!r}, 'a') as file: file.write('x')\n"
        "    return check(request)\n"
        "cache.load_or_check = count\n"
    )

    done = _pytest(repository.folder, "--archguard", "--archguard-base", "none", *workers)

    assert _count(done) == {"passed": 2, "failed": 1}
    assert counter.read_text() == "x"


def test_without_the_flag_nothing_is_imported(repository: Repository) -> None:
    (repository.folder / "test_shop.py").write_text(
        "import json, sys\n"
        "def test_shop():\n"
        "    names = sorted(name for name in sys.modules if name.partition('.')[0] in"
        " ('archguard', 'grimp', 'importlinter', 'click'))\n"
        "    open('modules.json', 'w').write(json.dumps(names))\n"
    )

    plain = _pytest(repository.folder)
    names = json.loads((repository.folder / "modules.json").read_text())
    _pytest(repository.folder, "--archguard")
    with_flag = json.loads((repository.folder / "modules.json").read_text())

    assert _count(plain) == {"passed": 1}
    assert names == ["archguard", "archguard.pytest_plugin"]
    assert "click" in with_flag


def test_pytest_is_no_dependency() -> None:
    requirements = importlib.metadata.requires("archguard") or []

    assert not any(re.match(r"pytest\b", requirement) for requirement in requirements)


def test_git_is_left_as_it_was(repository: Repository) -> None:
    _pytest(repository.folder, "--archguard")

    changed = git(repository.folder, "status", "--porcelain").splitlines()
    assert all("__pycache__" in line for line in changed)


def test_the_configured_base_is_the_default(repository: Repository) -> None:
    configured = f'{TWO}[tool.archguard]\nbase = "main"\n'
    repository.commit({"shop/page.py": IMPORT, "pyproject.toml": configured})
    assert _count(_pytest(repository.folder, "--archguard")) == {"failed": 1, "passed": 2}
    repository.commit({"pyproject.toml": TWO})  # without one, HEAD has the import, too
    assert _count(_pytest(repository.folder, "--archguard")) == {"passed": 3}
    repository.commit({"pyproject.toml": configured})
    one = _pytest(repository.folder, "--archguard", "--archguard-base=HEAD")
    assert _count(one) == {"passed": 3}
    every = _pytest(repository.folder, "--archguard", "--archguard-base=none")
    assert _count(every) == {"failed": 1, "passed": 2}
    assert "shop/order.py" in every.stdout
