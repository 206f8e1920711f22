"""Any report has the structure that SARIF and GitHub require."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given, settings
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema

from tests.reporters.reports import hostile_reports, make_report, make_violation
from tests.reporters.sarif_log import read_log

if TYPE_CHECKING:
    from archguard.checking.report import Report

_TEXT = {"type": "string"}
_INDEX = {"type": "integer", "minimum": 0}
_MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": _TEXT}}
_LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri", "uriBaseId"],
                    "properties": {
                        # RFC 3986, a relative reference whose first segment cannot be a scheme.
                        "uri": {"pattern": r"\A(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*\Z"},
                        "uriBaseId": {"const": "SRCROOT"},
                    },
                },
                "region": {
                    "type": "object",
                    "required": ["startLine"],
                    "properties": {"startLine": {"type": "integer", "minimum": 1}},
                },
            },
        }
    },
}
_RULE = {
    "type": "object",
    "required": ["id", "name", "shortDescription", "fullDescription", "help"],
    "properties": {"shortDescription": _MESSAGE, "fullDescription": _MESSAGE, "help": _MESSAGE},
}
_RESULT = {
    "type": "object",
    "required": [
        "ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"
    ],
    "properties": {
        "ruleIndex": _INDEX,
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": _MESSAGE,
        # GitHub refuses a log with a result that has no location, and reads the first only.
        "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": _LOCATION},
        "relatedLocations": {
            "type": "array", "minItems": 1, "uniqueItems": True, "items": _LOCATION
        },
        "codeFlows": {
            "type": "array", "minItems": 1, "maxItems": 1, "items": {
                "type": "object",
                "required": ["threadFlows"],
                "properties": {"threadFlows": {
                    "type": "array", "minItems": 1, "items": {
                        "type": "object",
                        "required": ["locations"],
                        "properties": {"locations": {
                            "type": "array", "minItems": 1, "items": {
                                "type": "object",
                                "required": ["location"],
                                "properties": {"location": _LOCATION},
                            },
                        }},
                    },
                }},
            },
        },
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
    },
}  # fmt: skip
_NOTIFICATION = {
    "type": "object",
    "required": ["message", "level"],
    "properties": {"message": _MESSAGE, "locations": {"type": "array", "items": _LOCATION}},
}
_INVOCATION = {
    "type": "object",
    "required": ["executionSuccessful"],
    "properties": {
        "executionSuccessful": {"type": "boolean"},
        "toolExecutionNotifications": {"type": "array", "items": _NOTIFICATION},
        "toolConfigurationNotifications": {"type": "array", "items": _NOTIFICATION},
    },
}
_RUN = {
    "type": "object",
    "required": ["tool", "results", "invocations", "columnKind"],
    "properties": {
        "tool": {
            "type": "object",
            "required": ["driver"],
            "properties": {
                "driver": {
                    "type": "object",
                    "required": ["name", "version", "rules"],
                    "properties": {"rules": {"type": "array", "uniqueItems": True, "items": _RULE}},
                }
            },
        },
        "results": {"type": "array", "items": _RESULT},
        "invocations": {"type": "array", "items": _INVOCATION},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    },
}
_LOG = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "maxItems": 1, "items": _RUN},
    },
}
"""What SARIF 2.1.0 and GitHub require of the part of the format that we write."""


@settings(max_examples=60, deadline=None)
@given(any_report=hostile_reports())
def test_any_report_has_the_structure_that_sarif_requires(any_report: Report) -> None:
    jsonschema.Draft202012Validator(_LOG).validate(read_log(any_report))


@settings(max_examples=30, deadline=None)
@given(any_report=hostile_reports())
def test_any_report_is_what_the_schema_of_the_standard_allows(any_report: Report) -> None:
    StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(read_log(any_report))


def test_the_schema_of_the_standard_refuses_a_key_that_it_does_not_know() -> None:
    log = read_log(make_report())
    log["runs"][0]["baseline"] = "new"

    with pytest.raises(ValidationError):
        StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(log)


@pytest.mark.parametrize("missing", ["message", "locations", "ruleId"])
def test_the_structure_is_refused_without_a_required_property(missing: str) -> None:
    log = read_log(make_report(make_violation()))
    del log["runs"][0]["results"][0][missing]

    assert not jsonschema.Draft202012Validator(_LOG).is_valid(log)
