"""One commit, one configuration: the same snapshot byte for byte, whichever command sends it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archguard.snapshot.codec import encode
from tests.sources.trees import commit_all, git, write_files
from tests.upload.environments import make_client_environment, make_environment
from tests.upload.in_process import run_command
from tests.upload.server import Server

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = """\
[tool.importlinter]
root_packages = ["shop", "tools"]
include_external_packages = {external}

[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.old", "shop.gone.**", "requests.compat"]
replacement = "shop.cart"

[[tool.importlinter.contracts]]
id = "no-cycles"
name = "No cycles"
type = "acyclic_siblings"
ancestors = ["shop"]
"""
FIRST: dict[str | bytes, str | bytes] = {
    "src/shop/__init__.py": "",
    "src/shop/old.py": "import shop.cart\n",
    "src/shop/cart.py": "import os.path\nimport requests\n",
    "src/shop/a.py": "from shop.old import x\nimport requests.compat\n",
    "tools.py": "from shop.cart import z\n",
}
SECOND: dict[str | bytes, str | bytes] = {
    "src/shop/cart/__init__.py": "import requests\nimport shop.a\n",
    "src/shop/a.py": "if True:\n    import shop.cart\n    import shop.gone.deep\n",
    "src/shop/folder/inner.py": "import shop.gone\n",
    "src/shop/broken.py": "import shop.old; def (:\n",
    "src/shop/linked.py": "-> a.py",
    "src/shop/nowhere.py": "-> /nowhere.py",
    b"src/shop/\xe9.py": "import shop.old\n",
    "src/shop/crlf.py": "import shop.old\r\n",
    "README.md": "unrelated\n",
}


class Repository:
    """A history of three commits below a folder, and its configuration outside of it."""

    def __init__(self, top: Path, *, folder: str, external: bool, sha256: bool) -> None:
        self.top = top / "repository"
        self.root = self.top / folder
        self.root.mkdir(parents=True)
        self.config = top / "contracts.toml"
        self.config.write_text(CONFIGURATION.format(external=str(external).lower()))
        write_files(self.root, FIRST)
        commit_all(self.top, *(["--object-format=sha256"] if sha256 else []))
        (self.root / "src/shop/cart.py").unlink()
        (self.root / "src/shop/a.py").unlink()
        write_files(self.root, SECOND)
        commit_all(self.top)
        (self.root / "src/shop/old.py").unlink()
        commit_all(self.top)
        self.commits = git(self.top, "rev-list", "--reverse", "HEAD").split()

    def upload(self, *words: str | Path, root: str = "--root") -> list[bytes]:
        """Return the snapshots that a command sends, in canonical form."""
        with Server().running() as server:
            done = run_command(
                *words,
                *(root, self.root, "--config", self.config, "--branch", "main", "--require-upload"),
                env=make_client_environment(server.url),
            )
            assert done.returncode in (0, 1), done.stderr
            return [encode(upload.snapshot) for upload in server.uploads]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "external", "sha256"),
    [("", False, True), ("back end/app", True, False)],
    ids=["top", "folder"],
)
def test_every_command_tells_the_same_facts_of_a_commit(
    tmp_path: Path, folder: str, external: bool, sha256: bool
) -> None:
    repository = Repository(tmp_path, folder=folder, external=external, sha256=sha256)

    snapshots = repository.upload("backfill", root="--repo")

    assert [json.loads(snapshot)["commit"] for snapshot in snapshots] == repository.commits
    assert json.loads(snapshots[-1])["folder"] == folder
    assert "g" in json.loads(snapshots[-1])["graph"]["kinds"]
    assert ("requests" in json.loads(snapshots[-1])["graph"]["modules"]) == external
    for commit, snapshot in zip(repository.commits[1:], snapshots[1:], strict=True):
        assert repository.upload("upload", "--rev", commit) == [snapshot]
        assert repository.upload("check", "--upload", "--rev", commit) == [snapshot]
        git(repository.top, "checkout", "--quiet", "--detach", commit)
        assert repository.upload("check", "--upload") == [snapshot]
    assert repository.upload("backfill", "--every", "month", root="--repo") == snapshots[2:]


def test_a_dry_run_prints_the_bytes_that_are_sent(tmp_path: Path) -> None:
    repository = Repository(tmp_path, folder="", external=True, sha256=False)

    words = ("upload", "--root", repository.root, "--config", repository.config)
    dry = run_command(*words, "--dry-run", env=make_environment())
    with Server().running() as server:
        run_command(*words, env=make_client_environment(server.url))
        (sent,) = server.uploads

    assert dry.returncode == 0
    assert dry.stdout.encode() == encode(sent)
    assert sent.branch == "main"
    assert list(sent.ancestors) == repository.commits[-2::-1]
