"""A tree that wants to be run: nothing of it is, where plain tools do run it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import archguard

CONFIG = """\
[tool.importlinter]
root_packages = ["evil.sub", "shop"]
{more}
[[tool.importlinter.contracts]]
id = "gone"
name = "shop.gone is gone"
type = "deprecated"
deprecated_modules = ["shop.gone"]
"""
MODULES = (
    *("conftest", "setup", "sitecustomize", "usercustomize", "json", "click", "types", "re"),
    *("rich/__init__", "grimp/__init__", "importlinter/__init__", "archguard/__init__"),
    *("evil/__init__", "evil/sub/__init__", "shop/__init__", "shop/conftest", "shop/plugin"),
)


class Hostile:
    """The tree, and the folder in which every canary sings."""

    def __init__(self, root: Path, canaries: Path) -> None:
        self.root = root
        self.canaries = canaries

    def sung(self) -> list[str]:
        return sorted(os.listdir(self.canaries))

    def source(self, name: str) -> str:
        return f"open({str(self.canaries / name.replace('/', '-'))!r}, 'w').close()\nimport shop.gone\n"

    def program(self, name: str) -> Path:
        path = self.root.parent / f"{name}.sh"
        path.write_text(f"#!/bin/sh\ntouch {self.canaries / name}\nexit 1\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path


@pytest.fixture
def hostile(tmp_path: Path) -> Hostile:
    """A git repository full of canaries, its configuration naming programs."""
    tree = Hostile(tmp_path / "tree", tmp_path / "canaries")
    tree.canaries.mkdir()
    for module in MODULES:
        file = tree.root / f"{module}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(tree.source(module))
    (tree.root / "pyproject.toml").write_text(CONFIG.format(more=""))
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", "Hostile")
    for key, program in (
        ("core.fsmonitor", "fsmonitor"),
        ("gpg.program", "gpg"),
        ("core.sshCommand", "ssh"),
        ("core.pager", "pager"),
        ("diff.external", "diff"),
        ("remote.origin.uploadpack", "uploadpack"),
    ):
        git(tree, "config", key, str(tree.program(program)))
    git(tree, "config", "log.showSignature", "true")
    git(tree, "config", "remote.origin.url", str(tmp_path))
    git(tree, "config", "remote.origin.promisor", "true")
    git(tree, "config", "extensions.partialClone", "origin")
    assert tree.sung() == []
    return tree


def git(tree: Hostile, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=tree.root, check=True, capture_output=True)


@pytest.mark.parametrize("more", [(), ("--rev", "HEAD")], ids=["tree", "commit"])
def test_nothing_of_the_tree_is_run(more: tuple[str, ...], hostile: Hostile) -> None:
    done = archguard("check", "--no-cache", *more, cwd=hostile.root)

    assert done.returncode == 1, done.stderr
    assert "shop/plugin.py:2" in done.stdout
    assert hostile.sung() == []


@pytest.mark.parametrize("command", ["doctor", "init"])
def test_no_command_runs_anything(command: str, hostile: Hostile) -> None:
    archguard(command, cwd=hostile.root)

    assert hostile.sung() == []


def test_a_blob_that_is_missing_is_not_fetched(hostile: Hostile) -> None:
    blob = subprocess.run(
        ["git", "rev-parse", "HEAD:shop/plugin.py"],
        cwd=hostile.root, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    (hostile.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    done = archguard("check", "--no-cache", "--rev", "HEAD", "--format", "json", cwd=hostile.root)

    assert "its content is missing from the object store" in done.stdout
    assert hostile.sung() == []


def test_contract_types_are_refused_unless_trusted(hostile: Hostile) -> None:
    config = CONFIG.format(more='contract_types = ["mine: shop.plugin.Contract"]')
    (hostile.root / "pyproject.toml").write_text(config)

    refused = archguard("check", cwd=hostile.root)

    assert refused.returncode == 2
    assert "--trust-contract-types" in refused.stderr
    assert hostile.sung() == []


def test_the_control_import_linter_runs_it(hostile: Hostile) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    subprocess.run([lint, "--no-cache"], cwd=hostile.root, capture_output=True, check=False)

    assert "evil-__init__" in hostile.sung()


def test_the_control_git_runs_it(hostile: Hostile) -> None:
    subprocess.run(["git", "status"], cwd=hostile.root, capture_output=True, check=False)

    assert "fsmonitor" in hostile.sung()
