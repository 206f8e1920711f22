"""What `check --format markdown` links to, by the variables of a CI job."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard
from tests.forge.test_project import GITHUB, GITLAB
from tests.ratchet.repository import IMPORT, Repository

if TYPE_CHECKING:
    from pathlib import Path


def _render(folder: Path, *arguments: str, **variables: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    done = archguard(
        "check", "--root", folder, "--format", "markdown", *arguments, env=inherited | variables
    )
    assert done.stdout, done.stderr
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "shop")
    repository.commit({"shop/page.py": f"import os\n\n{IMPORT}"})
    return repository


def test_new_violations_are_linked_at_the_commit_that_is_checked_out(repository: Repository) -> None:
    head = repository.git("rev-parse", "HEAD")

    text = _render(repository.folder, "--base", "main", **GITHUB)

    assert text.startswith("## archguard: 1 new, 1 on changed lines\n")
    assert f"[`shop/page.py:3`](https://github.com/shop/shop/blob/{head}/shop/page.py#L3)" in text


def test_gitlab_has_addresses_of_its_own(repository: Repository) -> None:
    head = repository.git("rev-parse", "HEAD")

    text = _render(repository.folder, "--base", "main", **GITLAB)

    assert f"(https://gitlab.com/group/shop/-/blob/{head}/shop/page.py#L3)" in text


def test_paths_begin_at_the_top_of_the_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "all", {"README": ""})
    files = {
        "pyproject.toml": '[tool.importlinter]\nroot_packages = ["shop"]\n'
        '[[tool.importlinter.contracts]]\nid = "one"\nname = "One"\ntype = "deprecated"\n'
        'deprecated_modules = ["shop.legacy"]\n',
        "shop/__init__.py": "",
        "shop/legacy.py": "",
        "shop/page.py": IMPORT,
    }
    repository.commit({f"services/{path}": text for path, text in files.items()})

    text = _render(repository.folder / "services", **GITHUB)

    assert "/services/shop/page.py#L1)" in text
    assert "[`services/shop/page.py:1`]" in text


def test_a_folder_without_git_is_linked_at_the_commit_of_the_job(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    for name, text in (("__init__", ""), ("legacy", ""), ("page", IMPORT)):
        (tmp_path / "shop" / f"{name}.py").write_text(text)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_packages = ["shop"]\n'
        '[[tool.importlinter.contracts]]\nid = "one"\nname = "One"\ntype = "deprecated"\n'
        'deprecated_modules = ["shop.legacy"]\n'
    )

    text = _render(tmp_path, **GITHUB)

    assert f"(https://github.com/shop/shop/blob/{GITHUB['GITHUB_SHA']}/shop/page.py#L1)" in text


def test_outside_of_ci_nothing_is_linked(repository: Repository) -> None:
    text = _render(repository.folder)

    assert "`shop/page.py:3`" in text
    assert "](" not in text


def test_the_dashboard_is_linked_where_the_service_is_named(repository: Repository) -> None:
    text = _render(
        repository.folder,
        ARCHGUARD_SERVER="https://archguard.example/x/",
        ARCHGUARD_PROJECT="the shop",
        ARCHGUARD_TOKEN="agp_secret",
    )

    assert "[Dashboard](https://archguard.example/x/p/the%20shop)" in text
    assert "agp_secret" not in text


def test_a_server_that_is_none_is_not_linked(repository: Repository) -> None:
    text = _render(repository.folder, ARCHGUARD_SERVER="archguard", ARCHGUARD_PROJECT="shop")

    assert "Dashboard" not in text
