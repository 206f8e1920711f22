"""A child process: when it is started early, and which limits the system sets it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError
from archguard.graph.analysis import analyse
from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning import workers
from archguard.graph.scanning.cache import Cache
from archguard.graph.scanning.child import ChildProcess, start_children
from archguard.graph.scanning.workers import ScannerOptions
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    WriteTree = Callable[[Mapping[str, str]], Path]


def test_a_child_that_was_started_early_does_the_scanning(
    write_tree: WriteTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, cache = write_tree({"shop/__init__.py": "import shop.a\n", "shop/a.py": ""}), Cache(None)
    started = start_children(cache, 2)
    monkeypatch.setattr(workers, "ChildProcess", None)  # no other can be started

    reading = analyse(
        WorkingTree(str(root)), AnalysisOptions(("shop",)), cache=cache, jobs=2, started=started
    )

    assert [found.imported for found in reading.result().imports["shop"]] == ["shop.a"]


def test_it_is_ended_where_a_root_does_not_exist(write_tree: WriteTree) -> None:
    source, cache = WorkingTree(str(write_tree({"shop/__init__.py": ""}))), Cache(None)
    (child,) = start_children(cache, 2)

    with pytest.raises(SourceError):
        analyse(source, AnalysisOptions(("none",)), cache=cache, jobs=2, started=(child,))

    assert child._process.poll() is not None


def test_none_is_started_where_something_is_known(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "cache"))
    cache.store("something", {})

    assert start_children(cache, 2) == ()


@pytest.fixture
def core_files_allowed() -> Iterator[None]:
    """Allow this process, and so its children, to leave core files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def _soft_limit(pid: int | str, name: str) -> str:
    """A limit of a running process, as the kernel tells it."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith(name)]
    return line.removeprefix(name).split()[0]


@pytest.mark.usefixtures("core_files_allowed")
@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_CORE)[1] == 0, reason="this system allows no core files at all"
)
def test_a_child_that_crashes_leaves_no_core_file(tmp_path: Path) -> None:
    options = ScannerOptions(WorkingTree(str(tmp_path)).spec(), {"top_level_names": []}, ())
    child = ChildProcess(threads=1)
    try:
        assert child.send_request(json.dumps(options._asdict()).encode() + b"\n", {"fingerprints": []})
        assert _soft_limit(child._process.pid, "Max core file size") == "0"
    finally:
        child.kill()

    assert _soft_limit("self", "Max core file size") != "0"


HIGHER, LOWER = 8 << 30, 2 << 30


@pytest.mark.parametrize(
    ("name", "hard_limit", "soft_limit"),
    [
        ("RLIMIT_AS", HIGHER, 4 << 30),
        ("RLIMIT_AS", LOWER, LOWER),
        ("RLIMIT_CORE", LOWER, 0),
    ],
)
def test_a_child_s_limits_are_its_own_or_the_system_s_if_those_are_lower(
    name: str, hard_limit: int, soft_limit: int
) -> None:
    allowed = resource.getrlimit(getattr(resource, name))[1]
    if allowed != resource.RLIM_INFINITY and hard_limit > allowed:
        pytest.skip(f"this system sets a lower {name} to all processes")
    script = (
        "import resource\n"
        "from archguard.graph.scanning.child_server import _limit_resources\n"
        f"resource.setrlimit(resource.{name}, ({hard_limit}, {hard_limit}))\n"
        "_limit_resources()\n"
        f"print(*resource.getrlimit(resource.{name}))\n"
    )

    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout

    assert printed.split() == [str(soft_limit), str(hard_limit)]
