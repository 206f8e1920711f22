"""A history on a real cluster: a scheduler and two workers, one of which is killed during the run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT, archguard
from tests.history.histories import BASE, History
from tests.history.running import configure

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES, COMMITS = 700, 6
DASK = SCRIPT.with_name("dask")
IMPATIENT = """
from archguard.cli import main
from archguard.cli.commands import backfill
backfill._CONNECT_SECONDS = 1
main()
"""
"""The command line, which waits for a scheduler for a second instead of ten."""


class Cluster:
    """The processes of a cluster, and the file with the address of its scheduler."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "scheduler.json"
        self._scheduler = self._run("scheduler", "--host", "127.0.0.1", "--port", "0")
        self.workers = [
            self._run("worker", "--nthreads", "1", "--no-nanny", "--local-directory", folder / str(n))
            for n in range(2)
        ]

    def address(self) -> str:
        """Wait for the scheduler, and return its address."""
        deadline = time.monotonic() + 60
        while not self.file.exists() or not self.file.stat().st_size:
            assert time.monotonic() < deadline, (self._folder / "scheduler.log").read_text()
            time.sleep(0.1)
        address: str = json.loads(self.file.read_text())["address"]
        return address

    def close(self) -> None:
        """End all processes."""
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()

    def _run(self, kind: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        with open(self._folder / f"{kind}.log", "ab") as log:
            return subprocess.Popen(
                [DASK, kind, "--scheduler-file", self.file, "--no-dashboard", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of two workers."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    started = Cluster(folder)
    yield started
    started.close()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A history of some thousand versions: several parts for each worker."""
    history = History(tmp_path / "repository")
    for number in range(COMMITS):
        source = "import p.old\n" if number % 2 else "from p import old, other\n"
        files = {f"p/m{n}.py": f"{source}x = {number}\n" * (1 + n % 3) for n in range(MODULES)}
        history.commit({**BASE, **files})
    return history.root


def _run(repository: Path, output: Path, *arguments: str) -> list[str | Path]:
    config = configure(repository.parent)
    options: list[str | Path] = ["--config", config, "--output", output, "--no-cache", "--violations"]
    return ["backfill", "--repo", repository, "--rev", "main", *options, *arguments]


def _has_children(pid: int) -> bool:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return any((task / "children").read_text().split() for task in tasks)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("sh") or not Path("/proc/self/task").exists(), reason="needs /proc")
def test_a_worker_that_is_killed_costs_nothing_but_time(
    cluster: Cluster, repository: Path, tmp_path: Path
) -> None:
    expected, output = tmp_path / "local.jsonl", tmp_path / "cluster.jsonl"
    assert archguard(*_run(repository, expected)).returncode == 0

    run = [str(word) for word in _run(repository, output, "--dask", cluster.address())]
    with subprocess.Popen([SCRIPT, *run], stderr=subprocess.PIPE, text=True) as process:
        victim = cluster.workers[0]
        deadline = time.monotonic() + 60
        while not _has_children(victim.pid):  # the control: it is working on a part
            assert time.monotonic() < deadline
            time.sleep(0.01)
        victim.kill()
        _, errors = process.communicate(timeout=120)

    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert victim.wait() != 0
    assert output.read_bytes() == expected.read_bytes()


def test_no_scheduler_is_one_sentence(history: History, tmp_path: Path) -> None:
    history.commit(BASE)
    run = _run(history.root, tmp_path / "out.jsonl", "--dask", "tcp://127.0.0.1:1")

    command = [sys.executable, "-c", IMPATIENT, *run]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 2
    assert done.stderr.startswith("archguard: --dask tcp://127.0.0.1:1: there is no dask scheduler")
    assert len(done.stderr.splitlines()) == 1
