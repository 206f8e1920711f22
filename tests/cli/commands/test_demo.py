"""`archguard demo`: the whole way, on a real repository, a real service and a real database."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from archguard.demo import PROJECT
from archguard.demo.commits import (
    COMMITS,
    DRAFT_FROM,
    DRAFT_TO,
    LOGINS,
    PRICES,
    REVERTED_AT,
    count_importers,
)
from archguard_api.store import Store
from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from pathlib import Path

DEMO = [sys.executable, "-c", "from archguard.cli import main; main()", "demo"]


@pytest.mark.slow
def test_the_trend_tells_the_story(tmp_path: Path) -> None:
    folder = tmp_path / "demo"

    done = archguard("demo", "--no-serve", "--folder", folder, timeout=300)  # seconds on a quiet machine

    assert done.returncode == 0, done.stderr
    assert "Failed: 1 new violation since main" in done.stdout
    assert "(exit code 1: pull request 128 is blocked)" in done.stdout
    store = Store(f"sqlite:///{folder / 'archguard.db'}")
    prices, logins = (store.get_trend(PROJECT, one, "main") for one in ("one-price-engine", "one-login"))
    store.close()
    for points, curve in ((prices, PRICES), (logins, LOGINS)):
        assert [one.violations for one in points] == [count_importers(curve, n) for n in range(COMMITS)]
    assert [n for n, one in enumerate(prices) if one.reintroduced] == [REVERTED_AT]
    assert [n for n, one in enumerate(prices) if one.lower_bound] == [*range(DRAFT_FROM, DRAFT_TO)]
    assert (prices[-1].violations, prices[-1].kept, logins[-1].kept) == (0, True, False)


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_shows_the_project_until_it_is_told_to_end(end: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*DEMO, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout is not None
    output = ""
    while "Press Ctrl-C to stop" not in output:
        line = process.stdout.readline()
        assert line, process.communicate()
        output += line
    address = next(word for word in output.split() if word.startswith("http")).rpartition("/p/")[0]

    with urllib.request.urlopen(f"{address}/api/v1/projects/{PROJECT}") as answer:
        project = json.load(answer)
    with urllib.request.urlopen(f"{address}/api/v1/projects/{PROJECT}/pulls/128") as answer:
        pull_request = json.load(answer)
    process.send_signal(end)
    _, stderr = process.communicate(timeout=60)

    assert [len(pull_request[list_]) for list_ in ("added", "fixed")] == [1, 1]
    assert project["snapshots"] == COMMITS + 1  # the pull request's, too
    assert (process.returncode, "Traceback" in stderr) == (0, False)
    repository = next(
        word for word in output.split() if word.endswith(f"/{PROJECT}") and "://" not in word
    )
    assert not (tmp_path / repository).exists()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("dear")

    done = archguard("demo", "--no-serve", "--folder", tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith(f"archguard: --folder {tmp_path}: not an empty folder")
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]
