"""Which reports are written, where, and how they look."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    WriteTree = Callable[[Mapping[str, str]], Path]

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN, KEPT = SAMPLES / "shop_broken", SAMPLES / "shop_kept"


def test_several_formats_go_to_several_files(tmp_path: Path) -> None:
    sarif, report = tmp_path / "a.sarif", tmp_path / "b.json"

    done = archguard(
        "check", "--root", BROKEN, "--format", f"sarif={sarif}", "--format", f"json={report}"
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    assert json.loads(report.read_text())["format_version"] == 1


def test_annotations_are_relative_to_where_the_job_runs() -> None:
    annotated = archguard("check", "--root", "shop_broken", "--format", "github", cwd=SAMPLES)
    listed = archguard("check", "--root", "shop_broken", "--format", "json", cwd=SAMPLES)

    assert "file=shop_broken/shop/order.py,line=2" in annotated.stdout
    assert '"path": "shop/order.py"' in listed.stdout


def test_output_names_the_file_of_a_format_without_one(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"

    done = archguard("check", "--root", KEPT, "--output", file)

    assert (done.returncode, done.stdout) == (0, "")
    assert "1 kept, 0 broken." in file.read_text()


def test_output_to_a_pipe_or_a_device_goes_into_it_and_leaves_it_there(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    done = archguard("check", "--root", KEPT, "--output", pipe)

    assert done.returncode == 0
    assert b"1 kept, 0 broken." in os.read(reader, 65_536)
    assert pipe.is_fifo()
    os.close(reader)


def test_output_through_a_link_goes_where_the_link_points(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "report.txt")

    done = archguard("check", "--root", KEPT, "--output", link)

    assert done.returncode == 0
    assert link.is_symlink()
    assert "1 kept, 0 broken." in (tmp_path / "report.txt").read_text()


def test_a_file_that_cannot_be_written_is_no_verdict(tmp_path: Path) -> None:
    done = archguard("check", "--root", KEPT, "--output", tmp_path / "no" / "such" / "folder.txt")

    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_a_dash_is_standard_output() -> None:
    for arguments in (["--format", "json", "--output", "-"], ["--format", "json=-"]):
        assert json.loads(archguard("check", "--root", BROKEN, *arguments).stdout)["violations"]


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["--format", "text", "--format", "json"], "standard output"),
        (["--format", "text", "--format", "json=-"], "standard output"),
        (["--format", "text", "--format", "text"], "standard output"),
        (["--format", "text", "--format", "json", "--output", "report"], "report"),
        (["--format", "text=report", "--format", "json=./report"], "./report"),
    ],
)
def test_two_formats_never_share_a_place(arguments: list[str], place: str, tmp_path: Path) -> None:
    done = archguard("check", "--root", BROKEN, *arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"both go to {place}: write one to a file" in done.stderr
    assert not (tmp_path / "report").exists()


def test_no_color_wins_and_a_log_has_none() -> None:
    assert "\x1b" not in archguard("check", "--root", BROKEN).stdout
    assert "\x1b[" in archguard("check", "--root", BROKEN, "--color").stdout


@pytest.mark.parametrize(
    ("variables", "is_colored"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({}, False)],
)
def test_force_color_colors_a_log_unless_no_color_is_set(
    variables: dict[str, str], is_colored: bool, tmp_path: Path
) -> None:
    file = tmp_path / "report.txt"
    environment = {**os.environ, **variables}

    assert ("\x1b[" in archguard("check", "--root", BROKEN, env=environment).stdout) == is_colored
    archguard("check", "--root", BROKEN, "--output", file, env=environment)
    assert "\x1b[" not in file.read_text()


def test_statistics_are_shown_on_demand_with_a_cached_report_too() -> None:
    usual = archguard("check", "--root", BROKEN).stdout

    shown = archguard("check", "--root", BROKEN, "--statistics").stdout

    assert "Violations by package:\n  1  shop.order\n" in shown
    assert "Violations by package:" not in usual
