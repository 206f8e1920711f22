"""`base` of `[tool.archguard]`: what a tree is compared with where the command line does not say it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Outcome, Repository, read_outcome
from tests.upload.environments import make_environment

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ("shop.page", "shop.legacy")
TOML = SESSION + CONTRACT + "[tool.archguard]\nbase = {}\n"
INI = """\
[importlinter]
root_package = shop
[importlinter:contract:one-cart]
name = One cart
type = deprecated
deprecated_modules = shop.legacy
[archguard]
base = main
"""


def _make_repository(folder: Path, base: str = '"main"') -> Repository:
    """Return a shop whose configuration names a base, with a new violation on the branch."""
    repository = Repository(folder, SHOP | {"pyproject.toml": TOML.format(base)})
    repository.commit({"shop/page.py": IMPORT})
    return repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return _make_repository(tmp_path / "shop")


def _check(repository: Repository, *arguments: str) -> Outcome:
    return read_outcome(
        archguard(
            "check",
            "--format",
            "json",
            *arguments,
            cwd=repository.folder,
            env=make_environment(),
        )
    )


def _count_open(outcome: Outcome) -> int:
    return len(outcome.list_edges("open"))


def test_only_what_is_new_since_the_configured_base_fails(repository: Repository) -> None:
    outcome = _check(repository)
    assert (outcome.code, outcome.new) == (1, [PAGE])

    repository.commit({"shop/page.py": ""})
    outcome = _check(repository)
    assert (outcome.code, outcome.new) == (0, [])
    assert outcome.report["base"]["commit"] == repository.git("rev-parse", "main")
    assert _check(repository, "--base", "none").code == 1  # the two that were there before


def test_it_may_stand_in_an_ini_file(tmp_path: Path) -> None:
    files = {path: text for path, text in SHOP.items() if path != "pyproject.toml"}
    repository = Repository(tmp_path / "shop", files | {".importlinter": INI})
    assert _check(repository).code == 0
    repository.commit({".importlinter": INI.replace("base = main", "")})
    assert _check(repository).code == 1


def test_a_base_on_the_command_line_wins(repository: Repository) -> None:
    assert _check(repository, "--base", "HEAD").new == []
    assert _check(repository).new == [PAGE]


def test_base_none_compares_with_nothing(repository: Repository) -> None:
    outcome = _check(repository, "--base", "none")
    assert (outcome.code, _count_open(outcome)) == (1, 3)
    assert "base" not in outcome.report or outcome.report["base"] is None


def test_a_configured_none_is_no_base(tmp_path: Path) -> None:
    assert _count_open(_check(_make_repository(tmp_path / "shop", '"none"'))) == 3


def test_auto_is_the_branch_that_ci_names(tmp_path: Path) -> None:
    repository = _make_repository(tmp_path / "shop", '"auto"')
    assert _check(repository).code == 2  # nobody names a branch, and there is no remote
    repository.git("remote", "add", "origin", repository.folder.as_uri())
    repository.git("fetch", "--quiet", "origin")
    job = make_environment(GITHUB_ACTIONS="true", GITHUB_SHA="0" * 40, GITHUB_BASE_REF="main")
    done = archguard("check", "--format", "json", cwd=repository.folder, env=job)
    assert read_outcome(done).new == [PAGE], done.stderr


def test_what_is_staged_is_compared_with_head(repository: Repository) -> None:
    (repository.folder / "shop/home.py").write_text(IMPORT)
    repository.git("add", "--all")
    assert _check(repository, "--staged").new == [("shop.home", "shop.legacy")]
    assert _check(repository).new == [("shop.home", "shop.legacy"), PAGE]


def test_with_a_folder_the_configured_base_decides_where_git_can_read_it(repository: Repository) -> None:
    assert archguard("freeze", cwd=repository.folder).returncode == 0
    assert _check(repository, "--baseline").new == [PAGE]
    shutil.rmtree(repository.folder / ".git")
    assert _check(repository, "--baseline").new == []


def test_options_of_a_comparison_need_no_base_on_the_command_line(repository: Repository) -> None:
    repository.commit({"pyproject.toml": TOML.format('"main"').replace("shop.legacy", "shop.page")})
    assert _check(repository).code == 0
    assert _check(repository, "--forbid-weakening").code == 1


@pytest.mark.parametrize("base", ["nope", "--upload-pack=x", "origin/main"])
def test_a_configured_base_that_git_cannot_read_leaves_no_verdict(tmp_path: Path, base: str) -> None:
    repository = _make_repository(tmp_path / "shop", f'"{base}"')
    outcome = _check(repository)
    assert (outcome.code, outcome.report) == (2, {})
    assert base in outcome.error
    assert outcome.error.endswith("the base of ./pyproject.toml; --base none turns it off.\n")
    assert len(outcome.error.splitlines()) == 1
    assert _check(repository, "--base", "main").code == 1


def test_where_there_is_no_repository_every_violation_counts(repository: Repository) -> None:
    shutil.rmtree(repository.folder / ".git")
    outcome = _check(repository)
    assert (outcome.code, _count_open(outcome)) == (1, 3)
    assert "base main of the configuration is not used" in outcome.error
    assert _check(repository, "--forbid-weakening").code == 2
    assert _check(repository, "--base", "main").code == 2  # asked for, and not there


@pytest.mark.parametrize(
    "arguments",
    [
        ("--base", "none", "--baseline"),
        ("--base", "none", "--forbid-weakening"),
        ("--base", "none", "--accept-exceptions"),
    ],
)
def test_none_beside_an_option_of_a_comparison_is_refused(
    repository: Repository, arguments: tuple[str, ...]
) -> None:
    outcome = _check(repository, *arguments)
    assert (outcome.code, outcome.report) == (2, {})
    assert len(outcome.error.splitlines()) == 1


def test_files_that_are_judged_together_agree_on_the_base(repository: Repository) -> None:
    files = ("--config", "pyproject.toml", "--config", "other.toml")
    other = repository.folder / "other.toml"
    other.write_text(TOML.format('"HEAD"'))
    outcome = _check(repository, *files)
    assert outcome.code == 2
    assert "have different base" in outcome.error
    other.write_text(TOML.format('"main"'))
    assert _check(repository, *files).code == 1


def test_the_comment_is_about_the_configured_base(repository: Repository) -> None:
    def comment(*arguments: str) -> str:
        return archguard(
            "comment", "--dry-run", *arguments, cwd=repository.folder, env=make_environment()
        ).stdout

    assert "1 new" in comment()
    assert "1 new" not in comment("--base", "none")
