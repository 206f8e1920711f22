"""The JSON Schema says what the reporter writes: all of it, and nothing else."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from archguard.checking.coverage import Coverage, Excluded, Outside, OutsideFile, Undecided
from archguard.checking.report import (
    Cause,
    Causes,
    ChainStep,
    ComingStage,
    ExceptionReport,
    FixedViolation,
    HiddenUser,
    ReferenceReport,
    Report,
    Weakening,
)
from archguard.checking.source_edit import RefusedEdit, SourceEdit
from archguard.graph.model import ImportKind, UnreadFile
from archguard.reporters import Style, render
from archguard.reporters.json_schema import make_schema
from tests.cli.console_script import archguard
from tests.reporters.reports import (
    BASE,
    hostile_reports,
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
)

SAMPLES = sorted((Path(__file__).parents[1] / "samples").iterdir())

_CAUSE = Cause("app.views", "app.old", "app/views.py", 3, 1, ("one-engine",))
_WAY = ("app.api:Engine", "app.old:Engine")
_EVERYTHING = make_report(
    make_violation(
        "app.views",
        "app.old",
        *(make_occurrence(kind=kind)._replace(column=5, ways=(_WAY,)) for kind in ImportKind),
        chain=[ChainStep("app.views", "app.old", "app/views.py", 3)],
        between=("app.views", "app.old"),
    )._replace(
        foreign=True,
        on_changed_lines=True,
        replacement="app.new",
        causes=(_CAUSE,),
        definition="app.old:Engine",
        role="fallback",
    ),
    make_violation()._replace(edits=(SourceEdit("app/a.py", 1, 2, "c0ffee", "new"),)),
    make_violation()._replace(edits=RefusedEdit("star-import", "app/a.py", 1)),
    contracts=[
        make_contract(1, owner="@team", deadline=datetime.date(2026, 12, 31))._replace(
            exposed=("app.views",),
            new=1,
            existing=0,
            fixed=1,
            weakened=1,
            stages=(ComingStage(datetime.date(2026, 12, 31), "strict", 1),),
            kinds=("top-level",),
            other_kinds=1,
            canonical_missing=False,
            users=2,
            hidden_users=(HiddenUser("app.y", "app/y.py", 1, _WAY),),
            exceptions=(
                ExceptionReport(
                    source="comment",
                    importer="app.x",
                    imported="app.old",
                    imports=1,
                    reason="why",
                    owner="@me",
                    until="2027-01-31",
                    expired=False,
                    path="app/x.py",
                    line=3,
                ),
            ),
        ),
        make_contract(id_="mistyped", warnings=("No match.",))._replace(error="app.odl does not exist."),
    ],
    references=[
        ReferenceReport("one-engine", "app.old", "app/a.py", 1, kind, "app.old")
        for kind in ("literal", "configuration", "attribute", "alias", "re-export")
    ],
    commit="c0ffee",
    base=BASE,
)._replace(
    fixed=(FixedViolation("one-engine", "app.a", "app.old"),),
    weakened=(Weakening("one-engine", "app.b", "app.old", "excluded"),),
    newly_unread=("app/b.py",),
    notices=("A notice.",),
    causes=Causes((_CAUSE,), unique=True, verified=True),
    today=datetime.date(2026, 11, 30),
    coverage=Coverage(
        10,
        (UnreadFile("app/b.py", "a syntax error", 2, ("app.old",), unknown=True),),
        Outside(2, (OutsideFile("manage.py", ("app.old",)),)),
        Excluded(1, ("vendor/**",), 1),
        (Undecided("one-engine", "app.old", "app.c", "app/c.py", 4),),
    ),
)
"""A report in which every key has a value."""


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
@pytest.mark.parametrize("options", [(), ("--show-exposed",)])
def test_the_report_of_each_sample_is_valid(sample: Path, options: tuple[str, ...]) -> None:
    done = archguard("check", "--root", sample, "--format", "json", *options)

    _strict_validator().validate(json.loads(done.stdout))


@settings(max_examples=60, deadline=None)
@given(any_report=hostile_reports())
def test_any_report_is_valid(any_report: Report) -> None:
    _strict_validator().validate(json.loads(render(any_report, "json", Style())))


def test_the_schema_names_exactly_the_keys_that_the_reporter_writes() -> None:
    document = json.loads(render(_EVERYTHING, "json", Style()))

    _strict_validator().validate(document)
    assert _list_keys(document) == _list_schema_keys(make_schema())


def test_every_key_that_is_not_optional_is_always_written() -> None:
    nearly_empty = json.loads(render(make_report(make_violation()), "json", Style()))

    schema = make_schema()
    violation = schema["properties"]["violations"]["items"]
    assert {*violation["required"]} == nearly_empty["violations"][0].keys()
    assert {*schema["required"]} == nearly_empty.keys()


@pytest.mark.parametrize("missing", ["violations", "coverage", "format_version"])
def test_a_report_without_a_key_is_refused(missing: str) -> None:
    document = json.loads(render(_EVERYTHING, "json", Style()))
    del document[missing]

    assert not _strict_validator().is_valid(document)


def test_a_reader_accepts_keys_that_a_later_report_has() -> None:
    document = json.loads(render(_EVERYTHING, "json", Style()))
    document["violations"][0]["later"] = 1

    jsonschema.Draft202012Validator(make_schema()).validate(document)


def _strict_validator() -> Any:
    """Return a validator that also refuses keys that the schema does not name."""
    return jsonschema.Draft202012Validator(_forbid_other_keys(make_schema()))


def _forbid_other_keys(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_forbid_other_keys(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _forbid_other_keys(value) for key, value in schema.items()}
    is_object = schema.get("type") == "object"
    return strict | {"additionalProperties": False} if is_object else strict


def _list_keys(value: Any, path: str = "") -> set[str]:
    """Return the path of every key in a document; items of a list share their list's path."""
    if isinstance(value, list):
        return {key for item in value for key in _list_keys(item, path)}
    if not isinstance(value, dict):
        return set()
    return {
        key
        for name, item in value.items()
        for key in {f"{path}.{name}", *_list_keys(item, f"{path}.{name}")}
    }


def _list_schema_keys(schema: Any, path: str = "") -> set[str]:
    if "items" in schema:
        return _list_schema_keys(schema["items"], path)
    if "anyOf" in schema:
        return {key for choice in schema["anyOf"] for key in _list_schema_keys(choice, path)}
    return {
        key
        for name, item in schema.get("properties", {}).items()
        for key in {f"{path}.{name}", *_list_schema_keys(item, f"{path}.{name}")}
    }
