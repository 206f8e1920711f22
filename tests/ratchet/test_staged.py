"""`check --staged`: what would be committed is judged, in real repositories, by the command line."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT, archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Outcome, Repository, read_outcome
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAGE = ("shop.page", "shop.legacy")


def _write(repository: Repository, files: Mapping[str | bytes, str | bytes]) -> None:
    write_files(repository.folder, files)


def _check(repository: Repository, *arguments: str, folder: Path | None = None) -> Outcome:
    root = folder or repository.folder
    done = archguard("check", "--root", root, "--staged", "--format", "json", *arguments)
    return read_outcome(done)


def _list_repository(repository: Repository) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in (repository.folder / ".git").rglob("*")
        if path.is_file()
    }


def test_what_is_staged_counts_though_the_working_tree_lacks_it(repository: Repository) -> None:
    _write(repository, {"shop/page.py": IMPORT})
    repository.git("add", "--all")
    _write(repository, {"shop/page.py": ""})

    outcome = _check(repository)

    assert (outcome.code, outcome.new) == (1, [PAGE])


def test_what_is_not_staged_does_not_count(repository: Repository) -> None:
    _write(repository, {"shop/page.py": IMPORT, "shop/untracked.py": IMPORT})

    outcome = _check(repository)

    assert (outcome.code, outcome.new) == (0, [])
    assert len(outcome.list_edges("existing")) == 2
    assert repository.check(base="HEAD").code == 1  # the working tree's own verdict


def test_of_a_file_that_is_partly_staged_the_staged_part_counts(repository: Repository) -> None:
    """`git add -p` leaves two versions of a file: one staged, one in the working tree."""
    top, middle = "X = 1\n", "".join(f"A{number} = {number}\n" for number in range(20))
    repository.commit({"shop/page.py": top + middle, "shop/home.py": top + middle})
    _write(repository, {"shop/page.py": IMPORT + top + middle + IMPORT})
    _write(repository, {"shop/home.py": "import os\n" + top + middle + IMPORT})
    for name, answers in (("shop/page.py", "y\nn\n"), ("shop/home.py", "y\nn\n")):
        subprocess.run(
            ["git", "add", "--patch", name],
            cwd=repository.folder,
            input=answers,
            text=True,
            check=True,
            capture_output=True,
        )

    outcome = _check(repository)

    assert (outcome.code, outcome.new) == (1, [PAGE])
    (place,) = next(v for v in outcome.report["violations"] if v["status"] == "new")["occurrences"]
    assert place["line"] == 1


def test_a_staged_deletion_fixes_though_the_file_is_still_there(repository: Repository) -> None:
    repository.git("rm", "--cached", "--quiet", "shop/order.py")

    outcome = _check(repository)

    assert (outcome.code, outcome.fixed) == (0, [("shop.order", "shop.legacy")])


def test_a_file_that_is_only_intended_to_be_added_is_not_there(repository: Repository) -> None:
    _write(repository, {"shop/later.py": IMPORT})
    repository.git("add", "--intent-to-add", "shop/later.py")

    outcome = _check(repository)

    assert outcome.code == 0
    assert outcome.report["coverage"]["files"] == 5


def test_a_staged_rename_keeps_its_violations(repository: Repository) -> None:
    repository.commit({"shop/order.py": IMPORT + "X = 1\nY = 2\n"})
    repository.git("mv", "shop/order.py", "shop/orders.py")

    outcome = _check(repository)

    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])


def test_the_first_commit_is_judged_without_a_base(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", {"README": ""})
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    repository.folder = fresh
    repository.git("init", "--quiet")
    _write(repository, dict(SHOP.items()))
    repository.git("add", "--all")

    outcome = _check(repository)

    assert outcome.code == 1
    assert len(outcome.list_edges("open")) == 2
    assert "no commit" in outcome.error


def test_in_a_merge_only_what_no_parent_has_is_new(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit({"shop/home.py": IMPORT})
    repository.git("checkout", "--quiet", "change")
    repository.commit({"shop/page.py": "X = 1\n"})
    repository.git("merge", "--no-commit", "--no-ff", "--quiet", "main")
    clean = _check(repository)
    _write(repository, {"shop/page.py": IMPORT})
    repository.git("add", "--all")

    outcome = _check(repository)

    assert (clean.code, clean.new) == (0, [])
    assert (outcome.code, outcome.new) == (1, [PAGE])
    (contract,) = outcome.report["contracts"]
    assert (contract["new"], contract["existing"]) == (1, 3)


def test_a_merge_with_conflicts_is_no_tree(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit({"shop/page.py": "A = 1\n"})
    repository.git("checkout", "--quiet", "change")
    repository.commit({"shop/page.py": "B = 1\n"})
    _run_git(repository, "merge", "--quiet", "main")

    outcome = _check(repository)

    assert outcome.code == 2
    assert "shop/page.py has a merge conflict" in outcome.error


def test_the_staged_configuration_judges(repository: Repository) -> None:
    """A contract that is weakened in the working tree alone weakens nothing."""
    _write(repository, {"shop/page.py": IMPORT})
    repository.git("add", "--all")
    _write(repository, {"pyproject.toml": SESSION + CONTRACT.replace("shop.legacy", "shop.other")})

    outcome = _check(repository)

    assert (outcome.code, outcome.new) == (1, [PAGE])


def test_weakening_that_is_staged_is_listed(repository: Repository) -> None:
    weaker = CONTRACT + 'allowed_importers = ["shop.page -> shop.legacy"]\n'
    _write(repository, {"pyproject.toml": SESSION + weaker, "shop/page.py": IMPORT})
    repository.git("add", "--all")

    outcome = _check(repository)

    assert (outcome.code, outcome.new) == (1, [PAGE])
    assert outcome.weakened == [("shop.page", "exception-added")]


def test_a_root_in_a_folder_of_the_repository_is_judged_there(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "all", {"README": ""})
    repository.commit({f"services/{path}": text for path, text in SHOP.items()})
    _write(repository, {"services/shop/page.py": IMPORT})
    repository.git("add", "--all")
    _write(repository, {"services/shop/page.py": ""})

    outcome = _check(repository, folder=repository.folder / "services")

    assert (outcome.code, outcome.new) == (1, [PAGE])


def test_nothing_in_the_repository_is_written(repository: Repository) -> None:
    _write(repository, {"shop/page.py": IMPORT})
    repository.git("add", "--all")
    before = _list_repository(repository)

    assert _check(repository).code == 1

    assert _list_repository(repository) == before


def test_a_base_that_is_given_wins(repository: Repository) -> None:
    repository.commit({"shop/page.py": IMPORT})

    assert _check(repository).code == 0
    assert _check(repository, "--base", "main").new == [PAGE]


@pytest.mark.parametrize("option", [("--rev", "HEAD"), ("--upload",)])
def test_what_is_about_a_commit_is_refused(option: tuple[str, ...], repository: Repository) -> None:
    outcome = _check(repository, *option)

    assert outcome.code == 2
    assert option[0] in outcome.error


def test_outside_of_a_repository_there_is_nothing_staged(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": SESSION + CONTRACT, "shop/__init__.py": ""})

    done = archguard("check", "--root", tmp_path, "--staged")

    assert done.returncode == 2
    assert "no git repository" in done.stderr


def test_git_s_own_hook_judges_what_commit_all_and_commit_path_would_commit(
    repository: Repository,
) -> None:
    """They make an index of their own, of which only the hook's environment knows."""
    hook = repository.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {SCRIPT} check --staged --quiet\n")
    hook.chmod(0o755)
    _write(repository, {"shop/page.py": IMPORT, "shop/invoice.py": "X = 1\n"})

    commit = ("commit", "--message", "change")
    everything = _run_git(repository, *commit, "--all")
    path = _run_git(repository, *commit, "shop/page.py")
    innocent = _run_git(repository, *commit, "shop/invoice.py")

    assert (everything.returncode, path.returncode, innocent.returncode) == (1, 1, 0)
    assert "1 new violation" in everything.stdout + everything.stderr
    assert repository.git("status", "--porcelain") == "M shop/page.py"


def _run_git(repository: Repository, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git as a user does, who sees it fail."""
    identity = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    identity |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in identity.items()}
    return subprocess.run(
        ["git", *arguments],
        cwd=repository.folder,
        env=os.environ | identity,
        capture_output=True,
        text=True,
        check=False,
    )
