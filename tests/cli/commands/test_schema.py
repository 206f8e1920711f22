"""`archguard schema`, as a user runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema

from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from pathlib import Path


def test_the_schema_of_the_report_is_a_valid_schema() -> None:
    done = archguard("schema", "report")

    assert done.returncode == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(done.stdout))


def test_the_schema_goes_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "report.schema.json"

    done = archguard("schema", "report", "--output", file)

    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(file.read_text())["title"] == "archguard check --format json"


def test_an_unknown_document_is_refused_with_the_known_ones() -> None:
    done = archguard("schema", "trend")

    assert done.returncode == 2
    assert "choose report" in done.stderr
