"""Deprecated symbols and users in a history: each line is what `archguard check` says of the commit."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.history.histories import History
from tests.history.running import column, edges, exact_lines

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = """\
[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
id = "symbols"
name = "No engine, by whatever path"
type = "deprecated"
deprecated_symbols = ["p.engine:Engine", "p:Facade"]

[[tool.importlinter.contracts]]
id = "both"
name = "No old module, no new name"
type = "deprecated"
deprecated_modules = ["p.old"]
deprecated_symbols = ["p.engine:make"]
"""
ENGINE = "class Engine: ...\ndef make(): ...\n"
FIRST = {
    "p/__init__.py": "from p.engine import Engine as Facade\n",
    "p/engine.py": ENGINE,
    "p/old.py": "class Old: ...\n",
    "p/api.py": "from p.engine import *\nfrom p.old import Old\n",
    "p/user.py": "from p.api import Engine, Old\n",
    "p/other.py": "",
}


def test_each_commit_is_judged_as_its_tree_is(tmp_path: Path) -> None:
    history = History(tmp_path / "repository")
    history.commit(FIRST)
    history.commit({"p/other.py": "from p.user import Engine\n"})  # nobody imported p.user before
    history.commit({"p/engine.py": "def make(): ...\n"})  # deleting the symbol alone
    history.commit({"p/api.py": "from p.engine import *\nfrom p.old import Old\ndef (:\n"})
    history.commit({"p/api.py": "Engine = Old = 1\n"})
    history.commit({"p/api.py": FIRST["p/api.py"]})
    history.commit({}, removed=["p/engine.py"])

    lines = exact_lines(history.root, text=CONFIGURATION)

    importers = [{importer for importer, _ in edges(line, "symbols")} for line in lines]
    api, user, other = "p.api", "p.user", "p.other"
    assert [sorted(names - {"p"}) for names in importers] == [
        [api, user],
        [api, other, user],
        [api, other, user],
        [],
        [],
        [api, other, user],
        [api, other, user],
    ]
    assert column(lines, "unknown", "symbols")[3] == 3
    assert column(lines, "fixed", "symbols") == [0, 0, 0, 0, 3, 0, 0]
    assert column(lines, "reintroduced", "symbols") == [0, 0, 0, 0, 0, 3, 0]
    assert column(lines, "users", "both") == [2, 2, 2, 0, 0, 2, 2]


def _draw_history(seed: int, root: Path) -> History:
    """Each commit writes some modules anew; some are broken, some are deleted."""
    rng = random.Random(seed)
    history = History(root)
    files = dict(FIRST)
    history.commit(files)
    modules = ["p.api", "p.user", "p.other", "p.engine", "p.old", "p"]
    statements = [
        "from {0} import Engine",
        "from {0} import Engine as Motor\nEngine = Motor",
        "from {0} import *",
        "import {0}\nEngine = {0}.Engine",
        "try:\n    from {0} import Engine\nexcept ImportError:\n    Engine = None",
        "from {0} import Old, make",
        "def use():\n    from {0} import Facade, Engine",
        "__all__ = ['Engine', 'Old']",
        "def compute():\n    return '{0}'",
        "# {0}",
    ]
    for _ in range(12):
        changed: dict[str, str] = {}
        for path in rng.sample(sorted(FIRST), 2):
            lines = [rng.choice(statements).format(rng.choice(modules)) for _ in range(rng.randrange(4))]
            lines += [ENGINE] if path == "p/engine.py" and rng.random() < 0.7 else []
            lines += ["def (:"] if rng.random() < 0.15 else []
            changed[path] = "".join(f"{line}\n" for line in lines)
        files |= changed
        removed = [path for path in sorted(files) if path != "p/__init__.py" and rng.random() < 0.05]
        removed = [path for path in removed if path not in changed]
        files = {path: text for path, text in files.items() if path not in removed}
        history.commit(changed, removed=removed)
    return history


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_random_history_is_exact_at_every_commit(seed: int, tmp_path: Path) -> None:
    history = _draw_history(seed, tmp_path / "repository")

    exact_lines(history.root, text=CONFIGURATION)
