"""The commands of docs/guide/monorepos.md, on a repository of the kind that they are for."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.cli.console_script import archguard
from tests.ratchet.repository import Repository

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "monorepos.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CONFIGURATION = """\
[tool.importlinter]
root_packages = {roots}
[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["{module}"]
"""


def _commands(block: int) -> list[list[str]]:
    return [shlex.split(line)[1:] for line in _BLOCK.findall(GUIDE.read_text())[block].splitlines()]


def test_the_contracts_of_two_teams_are_judged_on_one_graph(tmp_path: Path) -> None:
    roots = '["shop", "billing"]'
    repository = Repository(
        tmp_path / "repository",
        {
            "teams/shop.toml": _CONFIGURATION.format(roots=roots, module="shop.old"),
            "teams/billing.toml": _CONFIGURATION.format(roots=roots, module="billing.old"),
            "services/shop/shop/__init__.py": "",
            "services/shop/shop/old.py": "import billing.old\n",
            "services/billing/billing/__init__.py": "",
            "services/billing/billing/old.py": "",
        },
    )

    (words,) = _commands(0)
    done = archguard(*words, cwd=repository.folder)

    assert done.returncode == 1, done.stderr
    assert "teams/billing.toml:one-cart" in done.stdout
    assert "1 kept, 1 broken" in done.stdout


def test_each_project_is_judged_against_the_base_by_itself(tmp_path: Path) -> None:
    projects = ("shop", "billing")
    files = {}
    for name in projects:
        folder = f"services/{name}"
        files[f"{folder}/pyproject.toml"] = _CONFIGURATION.format(
            roots=f'["{name}"]', module=f"{name}.old"
        )
        files |= {f"{folder}/{name}/{module}.py": "" for module in ("__init__", "old")}
        files[f"{folder}/{name}/cart.py"] = f"import {name}.old\n"
    repository = Repository(tmp_path / "repository", files)
    repository.git("update-ref", "refs/remotes/origin/main", "main")
    repository.git("remote", "add", "origin", "https://git.example.org/shop")
    repository.commit({"services/billing/billing/invoice.py": "from billing import old\n"})

    shop, billing = (archguard(*words, cwd=repository.folder) for words in _commands(1))

    assert (shop.returncode, billing.returncode) == (0, 1), shop.stderr + billing.stderr
