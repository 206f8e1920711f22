"""A run that is interrupted or killed and started again writes the same file as one that is not."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.cli.console_script import SCRIPT
from tests.history.histories import BASE, History, commit_text, fast_import
from tests.history.running import backfill, column, configure, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20251122
COMMITS, MODULES, MOMENTS = 150, 30, 10
MARKER = "ARCHGUARD_TEST_INTERRUPTION"
OPTIONS = ("--violations", "--jobs", "2")


class Project(NamedTuple):
    """A long history, and the file that an uninterrupted run writes."""

    root: Path
    output: bytes
    seconds: float


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One project for all tests."""
    folder = tmp_path_factory.mktemp("interruption")
    history = History(folder / "repository")
    fast_import(history.root, _long_history(random.Random(SEED)))
    start = time.monotonic()
    output = _completed(history.root, folder / "reference.jsonl", "--no-cache")
    seconds = time.monotonic() - start
    assert len(output.splitlines()) == COMMITS
    return Project(history.root, output, seconds)


def _long_history(rng: random.Random) -> bytes:
    """Modules that import one another, are deleted, come back, and at times do not parse."""
    commits = [commit_text(BASE, at=_date(0))]
    there: set[str] = set()
    for number in range(1, COMMITS):
        files: dict[str, str] = {}
        removed = []
        for name in rng.sample(range(MODULES), 3):
            path = f"p/m{name}.py"
            if path in there and rng.random() < 0.2:
                there.remove(path)
                removed.append(path)
            else:
                there.add(path)
                files[path] = _source(rng)
        commits.append(commit_text(files, removed=removed, at=_date(number)))
    return b"".join(commits)


def _source(rng: random.Random) -> str:
    if rng.random() < 0.05:
        return "import p.old\n<<<<<<< HEAD\n"
    targets = [f"p.m{rng.randrange(MODULES)}" for _ in range(rng.randrange(4))]
    targets += rng.choice(([], ["p.old"], ["p.older.x"], ["p.old", "p.gone"]))
    return "".join(f"import {target}\n" for target in targets) + f"x = {rng.randrange(10)}\n"


def _date(number: int) -> str:
    return f"2026-{number // 28 + 1:02}-{number % 28 + 1:02}T12:00:00Z"


def _started(root: Path, output: Path, *arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start a run in its own process group, as a terminal does."""
    command = [
        *(SCRIPT, "backfill", "--repo", root, "--rev", "main", "--output", output, *OPTIONS),
        *("--config", configure(root.parent), *arguments),
    ]
    with open(
        _stderr_file(output), "wb"
    ) as errors:  # no pipe: whoever outlives a run would hold its end
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            env=os.environ | {MARKER: str(output)},
        )


def _stderr_file(output: Path) -> Path:
    return output.with_suffix(".stderr")


def _completed(root: Path, output: Path, *arguments: str | Path) -> bytes:
    """Return the content of the file after an uninterrupted run."""
    with _started(root, output, *arguments) as process:
        assert process.wait(timeout=120) == 0, _stderr_file(output).read_text(encoding="utf-8")
    return output.read_bytes()


def _stopped(root: Path, output: Path, number: int, delay: float, *arguments: str | Path) -> int:
    """Return the exit code of a run that receives a signal after a delay."""
    with _started(root, output, *arguments) as process:
        moment = time.monotonic() + delay
        _wait_for_work(process, output)
        time.sleep(max(moment - time.monotonic(), 0))
        if process.poll() is None:
            if number == signal.SIGINT:  # a terminal sends it to all of the group
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
        return process.wait(timeout=30)


def _wait_for_work(process: subprocess.Popen[bytes], output: Path) -> None:
    """Wait until a run has started another process; before that, an import would be interrupted."""
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        if any(number != process.pid for number, _ in _marked_processes(output)):
            return
        time.sleep(0.02)


def _left_behind(output: Path) -> list[str]:
    """Return the processes of a run that do not end in time, after killing them."""
    deadline = time.monotonic() + 10
    while (left := dict(_marked_processes(output))) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return list(left.values())


def _marked_processes(output: Path) -> Iterator[tuple[int, str]]:
    """Yield the id and command of each process of the runs that write to a file."""
    variable = f"{MARKER}={output}"
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                yield int(folder.name), b" ".join(words).decode(errors="replace")
        except OSError:
            continue


def _moments() -> list[tuple[int, float, str]]:
    """Yield signals, when to send them (as a fraction of a run), and whether results are cached."""
    rng = random.Random(SEED)
    return [
        (
            (signal.SIGINT, signal.SIGKILL)[number % 2],
            (number + rng.random()) / MOMENTS,
            ("--no-cache", "--cache-dir")[number // 2 % 2],
        )
        for number in range(MOMENTS)
    ]


def _ids(value: object) -> str:
    return f"{value:.0%}" if isinstance(value, float) else str(getattr(value, "name", value))


@pytest.mark.slow
@pytest.mark.parametrize(("number", "moment", "cache"), _moments(), ids=_ids)
def test_a_run_that_is_stopped_and_started_again(
    project: Project, tmp_path: Path, number: int, moment: float, cache: str
) -> None:
    output = tmp_path / "trend.jsonl"
    options = [cache] if cache == "--no-cache" else [cache, str(tmp_path / "cache")]

    code = _stopped(project.root, output, number, moment * project.seconds, *options)

    assert "Traceback" not in _stderr_file(output).read_text(encoding="utf-8")
    left = output.read_bytes() if output.exists() else b""
    if left == project.output:  # it had finished; an interpreter that is about to end just dies
        assert code in (0, 130, -number)
    else:
        assert code == (130 if number == signal.SIGINT else -number)
    if number == signal.SIGINT:
        lines = left.splitlines()
        assert [json.loads(line) for line in lines] == [
            json.loads(line) for line in project.output.splitlines()[: len(lines)]
        ]
    assert _completed(project.root, output, *options) == project.output
    assert _left_behind(output) == []


@pytest.mark.slow
def test_a_run_that_is_stopped_again_and_again(project: Project, tmp_path: Path) -> None:
    output = tmp_path / "trend.jsonl"
    rng = random.Random(SEED)
    for _ in range(5):
        number = rng.choice((signal.SIGINT, signal.SIGKILL))
        _stopped(project.root, output, number, rng.uniform(0.2, 0.8) * project.seconds, "--no-cache")

    assert _completed(project.root, output, "--no-cache") == project.output
    assert _left_behind(output) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=_ids)
def test_a_run_that_is_stopped_while_it_writes_lines(
    project: Project, tmp_path: Path, number: int
) -> None:
    """The control: an interrupted run leaves some of the lines to continue from."""
    output = tmp_path / "trend.jsonl"
    with _started(project.root, output, "--no-cache") as process:
        while process.poll() is None and not (output.exists() and output.stat().st_size):
            time.sleep(0.01)
        process.send_signal(number)
        code = process.wait(timeout=30)

    assert code == (130 if number == signal.SIGINT else -signal.SIGKILL)
    assert 0 < len(output.read_bytes().splitlines()) < COMMITS
    assert project.output.startswith(output.read_bytes())
    assert _completed(project.root, output, "--no-cache") == project.output


# A short history, cut at every kind of place.


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A few commits, with a violation that is fixed and comes back, and a file that does not parse."""
    history = History(tmp_path / "repository")
    history.commit(BASE)
    history.commit({"p/user.py": "", "p/bad.py": "import p.old\nprint 'x'\n"})
    history.commit({"p/more.py": "import p.old\n"})
    history.commit({"p/user.py": "import p.old\n"})
    history.commit(removed=["p/old.py", "p/more.py"])
    history.commit({"p/more.py": "import p.old\n"})
    return history


@pytest.mark.parametrize("options", [(), ("--violations",)], ids=["lines", "lines and violations"])
@pytest.mark.parametrize("lines_written", [0.0, 1, 1.5, 3, 3.99, 4, 5.01, 6])
def test_a_file_that_was_cut_off_is_completed(
    history: History, tmp_path: Path, lines_written: float, options: tuple[str, ...]
) -> None:
    expected, output = tmp_path / "expected.jsonl", tmp_path / "trend.jsonl"
    lines_of(backfill(history.root, "--output", expected, *options))
    lines = expected.read_bytes().splitlines(keepends=True)
    complete = int(lines_written)
    part = b"".join(lines[complete : complete + 1])
    output.write_bytes(
        b"".join(lines[:complete]) + part[: max(1, int(len(part) * (lines_written - complete)))]
        if lines_written > complete
        else b"".join(lines[:complete])
    )

    done = backfill(history.root, "--output", output, *options)

    assert done.returncode == 0, done.stderr
    assert output.read_bytes() == expected.read_bytes()


def test_a_history_that_has_grown_is_completed(history: History, tmp_path: Path) -> None:
    output = tmp_path / "trend.jsonl"
    lines_of(backfill(history.root, "--output", output))
    before = output.read_bytes()
    history.commit({"p/user.py": ""})
    history.commit({"p/user.py": "import p.old\n"})

    lines_of(backfill(history.root, "--output", output))

    assert output.read_bytes().startswith(before)
    assert output.read_text(encoding="utf-8") == backfill(history.root).stdout
    lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert column(lines, "reintroduced")[-2:] == [0, 1]


def test_running_again_when_everything_is_there_changes_nothing(
    history: History, tmp_path: Path
) -> None:
    output = tmp_path / "trend.jsonl"
    lines_of(backfill(history.root, "--output", output))
    before = output.read_bytes()

    lines_of(backfill(history.root, "--output", output))

    assert output.read_bytes() == before


@pytest.mark.parametrize(
    "content", ["not ours\n", '{"some": "other JSON"}\n', "[]\n", "no end of line", "\0\n"]
)
def test_a_file_that_is_no_part_of_this_run_is_never_mixed_with_it(
    history: History, tmp_path: Path, content: str
) -> None:
    """The file is refused and unchanged, or replaced; never a mixture of both."""
    output = tmp_path / "trend.jsonl"
    output.write_text(content, encoding="utf-8")

    done = backfill(history.root, "--output", output)

    if done.returncode == 0:
        assert output.read_text(encoding="utf-8") == backfill(history.root).stdout
    else:
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert output.read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    "change", ["another configuration", "another sampling", "another branch", "violations asked for"]
)
def test_lines_of_another_run_are_never_mixed_with_this_one_s(
    history: History, tmp_path: Path, change: str
) -> None:
    output = tmp_path / "trend.jsonl"
    lines_of(backfill(history.root, "--output", output, rev="main~2"))
    before = output.read_bytes()
    options: tuple[str, ...] = ()
    rev, text = "main", (tmp_path / "contracts.toml").read_text(encoding="utf-8")
    if change == "another configuration":
        text = text.replace("p.old", "p.other")
    elif change == "another sampling":
        options = ("--every", "day")
    elif change == "violations asked for":
        options = ("--violations",)
    else:
        rev = "other"
        history.commit({"p/__init__.py": "import p.old\n"}, branch=rev)

    done = backfill(history.root, "--output", output, *options, rev=rev, text=text)

    if done.returncode == 0:
        fresh = backfill(history.root, *options, rev=rev, text=text).stdout
        assert output.read_text(encoding="utf-8") == fresh
    else:
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert output.read_bytes() == before
