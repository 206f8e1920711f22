"""Random changes of random trees: every line is what `archguard check` says of its commit."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from tests.functional.random_trees import RandomTree
from tests.history.histories import History
from tests.history.running import coverage, exact_lines

if TYPE_CHECKING:
    from pathlib import Path

COMMITS = 8
CYCLES = """
[[tool.importlinter.contracts]]
id = "cycles"
name = "No cycles"
type = "acyclic_siblings"
ancestors = ["p", "q"]
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_random_history_is_exact_at_every_commit(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    tree = RandomTree(seed)
    history = _history(rng, tmp_path / "repository", tree, RandomTree(seed + 1000))

    lines = exact_lines(history.root, text=_configuration(tree))

    assert len(lines) == COMMITS
    assert any(unread for _, _, unread in coverage(lines))
    assert sum(contract["added"] for line in lines for contract in line["contracts"].values())
    assert sum(contract["reintroduced"] for line in lines for contract in line["contracts"].values())


def _configuration(tree: RandomTree) -> str:
    parts = [f"[tool.importlinter]\nroot_packages = {json.dumps(list(tree.roots))}\n"]
    parts += [
        f'[[tool.importlinter.contracts]]\nid = "c{number}"\nname = "x"\ntype = "deprecated"\n'
        f"deprecated_modules = {json.dumps(names)}\n"
        for number, names in enumerate(tree.contracts())
    ]
    return "".join(parts) + CYCLES


def _history(rng: random.Random, root: Path, one: RandomTree, other: RandomTree) -> History:
    """Each commit changes a fifth of the files: to what a tree has, to nothing, to something broken."""
    history = History(root)
    tops = [folder for folder in one.roots.values() if not folder.endswith(".py")]
    files = {str(path): _text(content) for path, content in one.files.items()}
    history.commit(files | {f"{folder}/anchor.py": "" for folder in tops})
    there = set(files)
    paths = sorted({*files, *map(str, other.files)} - {*one.roots.values()})
    for _ in range(COMMITS - 1):
        changed = {path: _changed(rng, path, one, other) for path in rng.sample(paths, len(paths) // 5)}
        written = {path: content for path, content in changed.items() if content is not None}
        removed = sorted({path for path, content in changed.items() if content is None} & there)
        there = there | {*written} - {*removed}
        history.commit(written, removed=removed)
    return history


def _changed(rng: random.Random, path: str, one: RandomTree, other: RandomTree) -> str | None:
    kind = rng.random()
    content = None if kind < 0.3 else (one if kind < 0.7 else other).files.get(path)
    if content is None:
        return None
    return _text(content) + ("\nprint 'x'\n" if rng.random() < 0.1 else "")


def _text(content: str | bytes) -> str:
    return content if isinstance(content, str) else content.decode()
