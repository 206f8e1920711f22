from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema

from archguard import __version__
from archguard.checking.report import Cause, Undecided
from archguard.graph.model import UnreadFile
from archguard.graph.parsing.import_kinds import ImportKind
from archguard.reporters import Style, render
from tests.reporters.reports import (
    BASE,
    hostile_reports,
    make_chain_violation,
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
)

if TYPE_CHECKING:
    from archguard.checking.report import Report

Edge = tuple[str, str]

_NAMES = st.text(st.characters(exclude_characters="\0"), max_size=3) | st.sampled_from(["a", "ab", "b"])
EDGES = st.tuples(_NAMES, _NAMES)

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
    jsonschema.Draft202012Validator(_LOG).validate(_log(any_report))


@settings(max_examples=30, deadline=None)
@given(any_report=hostile_reports())
def test_any_report_is_what_the_schema_of_the_standard_allows(any_report: Report) -> None:
    StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(_log(any_report))


def test_the_schema_of_the_standard_refuses_a_key_that_it_does_not_know() -> None:
    log = _log(make_report())
    log["runs"][0]["baseline"] = "new"

    with pytest.raises(ValidationError):
        StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(log)


def test_a_violation_stands_at_the_import_that_makes_it() -> None:
    cause = Cause("app.helper", "app.mid", "app/helper.py", 5, 46, ("a", "b", "c"))
    chain = ("app.low -> app.helper at 1", "app.helper -> app.mid at 5", "app.mid -> app.high at 7")
    violation = make_chain_violation(*chain, status="new")._replace(causes=(cause,))

    (result,) = _run(
        make_report(violation, contracts=[make_contract(1, id_="layers", new=1)], base=BASE)
    )["results"]

    assert [_where(location) for location in result["locations"]] == [("app/helper.py", 5)]
    assert [_where(location) for location in result["relatedLocations"]] == [
        ("app/low.py", 1),
        ("app/mid.py", 7),
    ]
    assert result["message"]["text"].endswith(
        "app/helper.py:5: this import makes 46 violations in 3 contracts."
    )


def test_a_run_of_selected_contracts_has_a_category_of_its_own() -> None:
    contracts = [make_contract(id_="b/c"), make_contract(id_="a")]
    whole = make_report(contracts=contracts)

    assert "automationDetails" not in _run(whole)
    assert _run(whole._replace(is_selection=True))["automationDetails"] == {"id": "archguard/a+b%2Fc/"}


def test_a_notice_is_a_notification() -> None:
    (notification,) = _run(make_report()._replace(notices=("Careful.",)))["invocations"][0][
        "toolConfigurationNotifications"
    ]

    assert notification == {"level": "note", "message": {"text": "Careful."}}


@pytest.mark.parametrize("missing", ["message", "locations", "ruleId"])
def test_the_structure_is_refused_without_a_required_property(missing: str) -> None:
    log = _log(make_report(make_violation()))
    del log["runs"][0]["results"][0][missing]

    assert not jsonschema.Draft202012Validator(_LOG).is_valid(log)


def test_a_contract_is_a_rule_and_a_violation_a_result() -> None:
    violation = make_violation("app.views", "app.old", ghost=True, replacement="app.new")
    contract = make_contract(1, guidance="Ask.", owner="@team", deadline=datetime.date(2026, 12, 31))

    run = _run(make_report(violation, contracts=[contract]))

    assert run["tool"]["driver"]["name"] == "archguard"
    assert run["tool"]["driver"]["version"] == __version__
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": "one-engine",
            "name": "One engine",
            "shortDescription": {"text": "One engine"},
            "fullDescription": {"text": "One engine (deprecated)"},
            "help": {"text": "Import app.new instead.\nAsk.\nOwner: @team.\nDeadline: 2026-12-31."},
            "defaultConfiguration": {"level": "error"},
        }
    ]
    (result,) = run["results"]
    assert result["ruleId"] == "one-engine"
    assert result["level"] == "error"
    assert result["message"] == {
        "text": "app.views must not import app.old, which does not exist. Use app.new."
    }
    assert [_where(location) for location in result["locations"]] == [("app/views.py", 3)]
    assert "relatedLocations" not in result


def test_a_table_of_replacements_is_written_out_in_the_help() -> None:
    violations = [
        make_violation("a", "old.x", replacement="new.x"),
        make_violation("a", "old.y", replacement="new.y"),
    ]

    (rule,) = _run(make_report(*violations))["tool"]["driver"]["rules"]

    assert rule["help"]["text"] == "Instead of old.x import new.x.\nInstead of old.y import new.y."


def test_a_violation_with_several_places_is_one_result() -> None:
    places = [
        make_occurrence(line=8),
        make_occurrence(line=3),
        make_occurrence(line=8, kind=ImportKind.REFERENCE),
    ]

    (result,) = _run(make_report(make_violation("app.views", "app.old", *places)))["results"]

    assert [_where(one) for one in result["locations"]] == [("app/views.py", 3)]
    assert [_where(one) for one in result["relatedLocations"]] == [("app/views.py", 8)]


def test_a_chain_can_be_walked_from_the_source_that_the_contract_names() -> None:
    violation = make_chain_violation("app.low.a -> app.helper at 1", "app.helper -> app.high at 7")
    again = make_occurrence("app/helper.py", 9)
    violation = violation._replace(occurrences=(*violation.occurrences, again))

    (result,) = _run(make_report(violation, contracts=[make_contract(1, id_="layers")]))["results"]

    assert result["message"]["text"] == "app.low reaches app.high: app/low/a.py:1 -> app/helper.py:7"
    assert [_where(one) for one in result["locations"]] == [("app/low/a.py", 1)]
    assert [_where(one) for one in result["relatedLocations"]] == [
        ("app/helper.py", 7),
        ("app/helper.py", 9),
    ]
    ((thread,),) = [flow["threadFlows"] for flow in result["codeFlows"]]
    steps = [step["location"] for step in thread["locations"]]
    assert [(_where(step), step["message"]["text"]) for step in steps] == [
        (("app/low/a.py", 1), "app.low.a imports app.helper"),
        (("app/helper.py", 7), "app.helper imports app.high"),
    ]


def test_a_direct_import_needs_no_code_flow() -> None:
    (result,) = _run(make_report(make_violation()))["results"]

    assert "codeFlows" not in result


def test_results_and_rules_are_sorted_and_agree() -> None:
    violations = [
        make_violation("b", contract="z"),
        make_violation("b", contract="a"),
        make_violation("a", contract="z"),
    ]
    contracts = [make_contract(2, id_="z"), make_contract(1, id_="a")]

    run = _run(make_report(*violations, contracts=contracts))

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["a", "z"]
    assert [(one["ruleId"], one["properties"]["importer"]) for one in run["results"]] == [
        ("a", "b"),
        ("z", "a"),
        ("z", "b"),
    ]
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in run["results"])


@pytest.mark.parametrize(("status", "state"), [("new", "new"), ("existing", "unchanged")])
def test_what_the_baseline_knows_is_unchanged(status: str, state: str) -> None:
    (result,) = _run(make_report(make_violation(status=status), base=BASE))["results"]

    assert result["baselineState"] == state


@given(lines=st.lists(st.integers(1, 10_000), min_size=1, max_size=5, unique=True))
def test_the_fingerprint_outlives_a_move_of_lines(lines: list[int]) -> None:
    there = make_violation("app.views", "app.old", *(make_occurrence(line=line) for line in lines))

    assert _fingerprint(make_report(there)) == _fingerprint(
        make_report(make_violation("app.views", "app.old"))
    )


@settings(max_examples=50)
@given(one=EDGES, other=EDGES)
def test_the_fingerprint_differs_where_the_edge_does(one: Edge, other: Edge) -> None:
    prints = [_fingerprint(make_report(make_violation(*edge))) for edge in (one, other)]

    assert (prints[0] == prints[1]) == (one == other)


def test_the_fingerprint_differs_between_contracts() -> None:
    here = make_report(make_violation())
    there = make_report(make_violation(contract="other"), contracts=[make_contract(1, id_="other")])

    assert _fingerprint(here) != _fingerprint(there)


def test_the_fingerprint_is_this_one_for_ever() -> None:
    assert _fingerprint(make_report(make_violation("app.views", "app.old"))) == (
        "06de80daf30324389d702fa4763245382f24750beb15f2128692f1296543088d"
    )


@given(path=st.binary(min_size=1, max_size=12))
def test_every_byte_of_a_path_can_be_read_back_from_its_uri(path: bytes) -> None:
    violation = make_violation(
        "app.views", "app.old", make_occurrence(path.decode("utf-8", "surrogateescape"))
    )

    (result,) = _run(make_report(violation))["results"]

    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote_to_bytes(uri) == path


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b.py", "a%20b.py"),
        ("100%.py", "100%25.py"),
        ("a\nb.py", "a%0Ab.py"),
        ("c:/a?b#c.py", "c%3A/a%3Fb%23c.py"),
        ("ü.py", "%C3%BC.py"),
        ("\udce9.py", "%E9.py"),
        ("\ud800.py", "%ED%A0%80.py"),
    ],
)
def test_a_path_is_a_relative_reference(path: str, uri: str) -> None:
    (result,) = _run(make_report(make_violation("a", "b", make_occurrence(path))))["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_name_forges_no_link_and_no_placeholder_in_a_message() -> None:
    violation = make_violation("[a](https://example.com)", "b{0}")

    (result,) = _run(make_report(violation))["results"]

    assert result["message"]["text"] == r"\[a\](https://example.com) must not import b{{0}}."


def test_a_violation_without_a_place_and_a_third_party_contract_stand_at_the_root() -> None:
    contracts = [
        make_contract(1),
        make_contract(id_="own", name="Own rule", kept=False, text="first\nsecond"),
    ]

    listed, own = _run(make_report(make_violation("app.a", "app", nowhere=True), contracts=contracts))[
        "results"
    ]

    assert _where(listed["locations"][0]) == _where(own["locations"][0]) == (".", 1)
    assert own["message"]["text"] == "Own rule is broken.\nfirst\nsecond"
    assert "baselineState" not in own


def test_unread_files_and_contract_warnings_are_notifications() -> None:
    unread = [
        UnreadFile("app/big.py", "too large", None, ()),
        UnreadFile("app/bad.py", "a syntax error", 2, ("app.old",)),
        UnreadFile("app/sub", "a submodule", None, (), unknown=True),
    ]

    (invocation,) = _run(make_report(contracts=[make_contract(warnings=("No match.",))], unread=unread))[
        "invocations"
    ]

    assert invocation["executionSuccessful"] is True
    bad, big, submodule = invocation["toolExecutionNotifications"]
    assert (bad["level"], big["level"], submodule["level"]) == ("warning", "note", "warning")
    assert submodule["message"]["text"] == (
        "Not in the import graph: a submodule. Its text is not known, so it may import anything."
    )
    assert bad["message"]["text"] == ("Not in the import graph: a syntax error. Its text names app.old.")
    assert _where(bad["locations"][0]) == ("app/bad.py", 2)
    assert _where(big["locations"][0]) == ("app/big.py", None)
    (warning,) = invocation["toolConfigurationNotifications"]
    assert warning["message"]["text"] == "No match."
    assert warning["associatedRule"] == {"id": "one-engine", "index": 0}


def test_undecided_imports_are_notifications_of_their_contract() -> None:
    report = make_report()
    undecided = (Undecided("one-engine", "app.old", "app.a", "app/a.py", 4),)

    (invocation,) = _run(report._replace(coverage=report.coverage._replace(undecided=undecided)))[
        "invocations"
    ]

    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["level"] == "warning"
    assert notification["associatedRule"] == {"id": "one-engine", "index": 0}
    assert _where(notification["locations"][0]) == ("app/a.py", 4)
    assert notification["message"]["text"] == (
        "app.a may ask for app.old, which nobody can know without running the code."
    )


def test_the_run_tells_commit_coverage_and_lower_bounds() -> None:
    given_report = make_report(
        make_violation(), contracts=[make_contract(1, lower_bound=True)], commit="c0ffee"
    )

    assert _run(given_report)["properties"] == {
        "commit": "c0ffee",
        "coverage": {"files": 10, "analysed": 10},
        "contracts": [
            {"id": "one-engine", "kept": False, "violations": 1, "lowerBound": True, "unknown": 0}
        ],
    }
    assert "commit" not in _run(given_report._replace(commit=None))["properties"]


def _log(given_report: Report) -> Any:
    return json.loads(render(given_report, "sarif", Style()))


def _run(given_report: Report) -> Any:
    (run,) = _log(given_report)["runs"]
    return run


def _fingerprint(given_report: Report) -> str:
    (result,) = _run(given_report)["results"]
    return str(result["partialFingerprints"]["archguardViolation/v1"])


def _where(location: dict[str, Any]) -> tuple[str, int | None]:
    place = location["physicalLocation"]
    return place["artifactLocation"]["uri"], place.get("region", {}).get("startLine")
