"""archguard's edges against those of a reader that shares no code with it or with grimp."""

from __future__ import annotations

import importlib.util
import json
import random
import sysconfig
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard
from tests.functional.random_trees import RandomTree
from tests.functional.reader import Edges, Reading, read
from tests.sources.trees import COMMIT_DAY, commit_all, git, write_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Report = dict[str, Any]


def write_configuration(file: Path, roots: Iterable[str], contracts: Sequence[Sequence[str]]) -> None:
    lines = ["[tool.importlinter]", f"root_packages = {json.dumps(list(roots))}"]
    for number, names in enumerate(contracts):
        lines += [
            "[[tool.importlinter.contracts]]",
            f'id = "c{number}"',
            'name = "x"',
            'type = "deprecated"',
        ]
        lines += [f"deprecated_modules = {json.dumps(list(names))}"]
    file.write_text("\n".join(lines), encoding="utf-8")


def _report(root: Path, configuration: Path, *arguments: str) -> Report:
    done = archguard(
        "check", "--root", root, "--config", configuration, "--format", "json", "--no-cache", *arguments
    )
    assert done.returncode in (0, 1), done.stderr
    report: Report = json.loads(done.stdout)
    return report


def _edges(report: Report, contract: str) -> Edges:
    return {
        (one["importer"], one["imported"]): {(o["path"], o["line"]) for o in one["occurrences"]}
        for one in report["violations"]
        if one["contract"] == contract
    }


def _compare(report: Report, reading: Reading, contracts: Sequence[Sequence[str]]) -> int:
    """Assert that both saw the same; the number of edges."""
    coverage = report["coverage"]
    listed = {one["path"] for one in coverage["unread"]}
    unread = {path for path in listed if path.endswith(".py")}
    # Stubs and the like are listed, and the reader knows nothing of them.
    assert coverage["files"] == coverage["analysed"] + len(listed)
    assert coverage["analysed"] + len(unread) == len(reading.files)
    # CPython refuses what it is too old for; a scanner that refuses more than it does is wrong.
    assert unread <= reading.unread.keys()
    count = 0
    for number, names in enumerate(contracts):
        found = {
            edge: where
            for edge, where in _edges(report, f"c{number}").items()
            if not {path for path, _ in where} & reading.unread.keys()
        }
        assert found == reading.edges(names), names
        count += len(found)
    return count


def _assert_ghosts_are_missing(report: Report, reading: Reading, roots: Iterable[str]) -> None:
    for one in report["violations"]:
        name = one["imported"]
        ours = any(name == root or name.startswith(f"{root}.") for root in roots)
        exists = any(module == name or module.startswith(f"{name}.") for module in reading.modules)
        assert one["ghost"] is (ours and not exists), name


@pytest.mark.parametrize(
    "seed", [*range(6), *(pytest.param(n, marks=pytest.mark.slow) for n in range(6, 40))]
)
def test_every_way_to_write_an_import_is_read_alike_from_both_sources(seed: int, tmp_path: Path) -> None:
    tree = RandomTree(seed)
    root = tmp_path / "tree"
    root.mkdir()
    write_files(root, tree.files)
    contracts = tree.contracts()
    configuration = tmp_path / "archguard.toml"
    write_configuration(configuration, tree.roots, contracts)
    commit = commit_all(root)
    git(tmp_path, "clone", "--quiet", "--bare", str(root), "bare.git")

    reading = read(str(root), tree.roots)
    report = _report(root, configuration)
    committed = _report(tmp_path / "bare.git", configuration, "--rev", commit)

    assert reading.unread == {}
    assert _compare(report, reading, contracts) > 0
    _assert_ghosts_are_missing(report, reading, tree.roots)
    assert committed == report | {"commit": commit, "today": COMMIT_DAY}


@pytest.mark.slow
@pytest.mark.parametrize(
    "package", ["rich", "click", "hypothesis", "networkx", "mypy", "_pytest", "pip"]
)
def test_installed_packages_are_read_alike(package: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(package) is None:
        pytest.skip("not installed")
    folder = Path(sysconfig.get_path("purelib"))
    roots = {package: package}
    reading = read(str(folder), roots)
    contracts = _some_contracts(reading, package)
    configuration = tmp_path / "archguard.toml"
    write_configuration(configuration, roots, contracts)

    together = _report(folder, configuration)
    write_configuration(configuration, roots, contracts[:1])
    alone = _report(folder, configuration)

    assert _compare(together, reading, contracts) > len(contracts)
    assert _edges(alone, "c0") == _edges(together, "c0")


def _some_contracts(reading: Reading, package: str) -> list[list[str]]:
    used: Counter[str] = Counter()
    for one in reading.statements:
        used[one.base] += 1
        used[f"{one.base}.{one.item}"] += one.item is not None
    inside = [name for name, _ in used.most_common() if name in reading.modules and name != package]
    chosen = random.Random(package).sample(sorted(reading.modules), 8)
    return [[name] for name in dict.fromkeys(inside[:10] + chosen) if name != package]
