"""What a SARIF log says of a report."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard import __version__
from archguard.checking.coverage import Undecided
from archguard.checking.report import Cause
from archguard.graph.model import ImportKind, UnreadFile
from tests.reporters.reports import (
    BASE,
    make_chain_violation,
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
)
from tests.reporters.sarif_log import read_run


def test_a_violation_stands_at_the_import_that_makes_it() -> None:
    cause = Cause("app.helper", "app.mid", "app/helper.py", 5, 46, ("a", "b", "c"))
    chain = ("app.low -> app.helper at 1", "app.helper -> app.mid at 5", "app.mid -> app.high at 7")
    violation = make_chain_violation(*chain, status="new")._replace(causes=(cause,))

    (result,) = read_run(
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

    assert "automationDetails" not in read_run(whole)
    assert read_run(whole._replace(is_selection=True))["automationDetails"] == {
        "id": "archguard/a+b%2Fc/"
    }


def test_a_notice_is_a_notification() -> None:
    (notification,) = read_run(make_report()._replace(notices=("Careful.",)))["invocations"][0][
        "toolConfigurationNotifications"
    ]

    assert notification == {"level": "note", "message": {"text": "Careful."}}


def test_a_contract_is_a_rule_and_a_violation_a_result() -> None:
    violation = make_violation("app.views", "app.old", ghost=True, replacement="app.new")
    contract = make_contract(1, guidance="Ask.", owner="@team", deadline=datetime.date(2026, 12, 31))

    run = read_run(make_report(violation, contracts=[contract]))

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

    (rule,) = read_run(make_report(*violations))["tool"]["driver"]["rules"]

    assert rule["help"]["text"] == "Instead of old.x import new.x.\nInstead of old.y import new.y."


def test_a_violation_with_several_places_is_one_result() -> None:
    places = [
        make_occurrence(line=8),
        make_occurrence(line=3),
        make_occurrence(line=8, kind=ImportKind.REFERENCE),
    ]

    (result,) = read_run(make_report(make_violation("app.views", "app.old", *places)))["results"]

    assert [_where(one) for one in result["locations"]] == [("app/views.py", 3)]
    assert [_where(one) for one in result["relatedLocations"]] == [("app/views.py", 8)]


def test_a_chain_can_be_walked_from_the_source_that_the_contract_names() -> None:
    violation = make_chain_violation("app.low.a -> app.helper at 1", "app.helper -> app.high at 7")
    again = make_occurrence("app/helper.py", 9)
    violation = violation._replace(occurrences=(*violation.occurrences, again))

    (result,) = read_run(make_report(violation, contracts=[make_contract(1, id_="layers")]))["results"]

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
    (result,) = read_run(make_report(make_violation()))["results"]

    assert "codeFlows" not in result


def test_results_and_rules_are_sorted_and_agree() -> None:
    violations = [
        make_violation("b", contract="z"),
        make_violation("b", contract="a"),
        make_violation("a", contract="z"),
    ]
    contracts = [make_contract(2, id_="z"), make_contract(1, id_="a")]

    run = read_run(make_report(*violations, contracts=contracts))

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
    (result,) = read_run(make_report(make_violation(status=status), base=BASE))["results"]

    assert result["baselineState"] == state


@given(path=st.binary(min_size=1, max_size=12))
def test_every_byte_of_a_path_can_be_read_back_from_its_uri(path: bytes) -> None:
    violation = make_violation(
        "app.views", "app.old", make_occurrence(path.decode("utf-8", "surrogateescape"))
    )

    (result,) = read_run(make_report(violation))["results"]

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
    (result,) = read_run(make_report(make_violation("a", "b", make_occurrence(path))))["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_name_forges_no_link_and_no_placeholder_in_a_message() -> None:
    violation = make_violation("[a](https://example.com)", "b{0}")

    (result,) = read_run(make_report(violation))["results"]

    assert result["message"]["text"] == r"\[a\](https://example.com) must not import b{{0}}."


def test_a_violation_without_a_place_and_a_third_party_contract_stand_at_the_root() -> None:
    contracts = [
        make_contract(1),
        make_contract(id_="own", name="Own rule", kept=False, text="first\nsecond"),
    ]

    listed, own = read_run(
        make_report(make_violation("app.a", "app", nowhere=True), contracts=contracts)
    )["results"]

    assert _where(listed["locations"][0]) == _where(own["locations"][0]) == (".", 1)
    assert own["message"]["text"] == "Own rule is broken.\nfirst\nsecond"
    assert "baselineState" not in own


def test_unread_files_and_contract_warnings_are_notifications() -> None:
    unread = [
        UnreadFile("app/big.py", "too large", None, ()),
        UnreadFile("app/bad.py", "a syntax error", 2, ("app.old",)),
        UnreadFile("app/sub", "a submodule", None, (), unknown=True),
    ]

    (invocation,) = read_run(
        make_report(contracts=[make_contract(warnings=("No match.",))], unread=unread)
    )["invocations"]

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

    (invocation,) = read_run(report._replace(coverage=report.coverage._replace(undecided=undecided)))[
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

    assert read_run(given_report)["properties"] == {
        "commit": "c0ffee",
        "coverage": {"files": 10, "analysed": 10},
        "contracts": [
            {"id": "one-engine", "kept": False, "violations": 1, "lowerBound": True, "unknown": 0}
        ],
    }
    assert "commit" not in read_run(given_report._replace(commit=None))["properties"]


def _where(location: dict[str, Any]) -> tuple[str, int | None]:
    place = location["physicalLocation"]
    return place["artifactLocation"]["uri"], place.get("region", {}).get("startLine")
