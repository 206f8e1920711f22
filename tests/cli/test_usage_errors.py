"""What is wrong with a command line is said in one line, in one style, by every command."""

from __future__ import annotations

import os
import re

import pytest

from tests.cli.console_script import archguard

_NARROW = {**os.environ, "COLUMNS": "80"}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("chekc", "unknown command 'chekc'; did you mean 'check'?"),
        ("--root .", "unknown option '--root': a command comes first. See `archguard --help`."),
        ("help chekc", "unknown command 'chekc'; did you mean 'check'?"),
        (
            "check --formt x",
            "unknown option '--formt'; did you mean '--format'? See `archguard check --help`.",
        ),
        ("check -x", "unknown option '-x'. See `archguard check --help`."),
        ("check --root", "option '--root' requires an argument."),
        ("check --jobs 0", "--jobs: 0 is not in the range x>=1. See `archguard check --help`."),
        ("check --jobs x", "--jobs: 'x' is not a valid integer range. See `archguard check --help`."),
        ("check --today 20260131", "--today 20260131: not a date; write it like 2026-01-31."),
        ("check --no-cache=1", "option '--no-cache' does not take a value."),
        ("doctor x y", "got unexpected extra arguments (x y). See `archguard doctor --help`."),
        ("token lst", "unknown command 'lst'; did you mean 'list'? See `archguard token --help`."),
        (
            "token create --project x",
            "--scope is missing; choose upload, read or admin. See `archguard token create --help`.",
        ),
        (
            "token create --scope x",
            "--scope: 'x' is not one of 'upload', 'read', 'admin'. See `archguard token create --help`.",
        ),
        (
            "token create --scope read",
            "give either --project or --all-projects. See `archguard token create --help`.",
        ),
        ("token revoke", "ID is missing. See `archguard token revoke --help`."),
        ("db backup", "--output is missing. See `archguard db backup --help`."),
        (
            "check --format jsn",
            (
                "--format: unknown value 'jsn'; "
                "choose text, json, github, sarif, junit, gitlab or markdown."
            ),
        ),
    ],
)
def test_a_mistake_is_one_line_and_2(line: str, sentence: str) -> None:
    done = archguard(*line.split())

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"archguard: {sentence}\n"


@pytest.mark.parametrize("line", ["help", "--help", "-h", "help help", "help --help", ""])
def test_help_is_a_command_too(line: str) -> None:
    assert archguard(*line.split()).stdout == archguard("--help").stdout


@pytest.mark.parametrize("line", ["check", "token create", "backfill"])
def test_help_of_a_command_is_its_help(line: str) -> None:
    done = archguard("help", *line.split())

    assert done.returncode == 0
    assert done.stdout == archguard(*line.split(), "--help").stdout
    assert f"Usage: archguard {line}" in done.stdout


@pytest.mark.parametrize(
    "line", ["", "check", "backfill", "init", "upload", "doctor", "demo", "serve", "token create", "db"]
)
def test_help_fits_into_80_columns(line: str) -> None:
    done = archguard(*line.split(), "--help", env=_NARROW)

    too_long = [text for text in done.stdout.splitlines() if len(text) > 80]
    assert not [
        text for text in too_long if not text.lstrip().startswith("archguard")
    ]  # commands are never cut


def test_options_of_the_upload_stand_apart() -> None:
    headings = re.findall(r"^(\w.*):$", archguard("check", "--help").stdout, re.MULTILINE)

    assert headings == ["Options", "Comparison options", "Upload options", "Scanning options"]
