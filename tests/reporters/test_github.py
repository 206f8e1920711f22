from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from archguard.checking.coverage import Undecided
from archguard.checking.report import Cause, Causes, FixedViolation
from archguard.graph.model import ImportKind, UnreadFile
from archguard.reporters import Style, render
from archguard.text import escape
from tests.reporters.reports import (
    BASE,
    hostile_texts,
    make_chain_violation,
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
)

if TYPE_CHECKING:
    from archguard.checking.report import Report


@dataclass(frozen=True)
class Command:
    """A workflow command, parsed as GitHub's runner does."""

    name: str
    properties: dict[str, str]
    message: str


def test_a_violation_is_an_error_at_its_line() -> None:
    violation = make_violation("app.views", "app.old", replacement="a.b")

    assert _lines(make_report(violation)) == [
        "::error file=app/views.py,line=3,title=One engine::app.views must not import app.old. Use a.b.",
        "archguard: 0 kept, 1 broken; 1 violation; read 10 of 10 files.",
    ]


def test_each_occurrence_is_an_error() -> None:
    violation = make_violation("app.views", "app.old", make_occurrence(line=3), make_occurrence(line=8))

    assert [one.properties["line"] for one in _commands(make_report(violation))] == ["3", "8"]


def test_with_a_base_only_new_violations_are_annotated() -> None:
    old = make_violation("app.a", "app.old", status="existing")
    new = make_violation("app.b", "app.old", status="new")

    (only,) = _commands(make_report(old, new, base=BASE))

    assert only.message.startswith("app.b")


def test_a_second_place_waits_until_each_violation_has_its_first() -> None:
    often = make_violation("app.a", "app.old", *(make_occurrence(line=line) for line in range(1, 20)))
    once = make_violation("app.b", "app.old")

    assert [one.message[:5] for one in _commands(make_report(often, once))][:3] == [
        "app.a",
        "app.b",
        "app.a",
    ]


@pytest.mark.parametrize(
    ("number", "notice"),
    [
        (10, None),
        (11, "and 1 more violation (1 place) not annotated: "),
        (2_000, "and 1,990 more violations (1,990 places) not annotated: "),
    ],
)
def test_beyond_the_ten_that_github_shows_they_are_counted(number: int, notice: str | None) -> None:
    commands = _commands(make_report(*(make_violation(f"app.m{n}") for n in range(number))))

    assert [one.name for one in commands].count("error") == 10
    assert len(commands) == 10 + (notice is not None)
    assert notice is None or commands[-1].message.startswith(notice)


def test_a_kept_contract_says_nothing_even_of_the_violations_it_tolerates() -> None:
    known = make_violation(status="existing")

    assert _lines(make_report(known, contracts=[make_contract(1, new=0, kept=True)])) == [
        "archguard: 1 kept, 0 broken; 1 violation; read 10 of 10 files."
    ]


def test_a_violation_without_a_place_has_no_file() -> None:
    (found,) = _commands(make_report(make_violation("app.a", "app.b", nowhere=True)))

    assert found.properties == {"title": "One engine"}


def test_a_ghost_is_said_not_to_exist() -> None:
    (found,) = _commands(make_report(make_violation(ghost=True)))

    assert found.message == "app.views must not import app.old, which does not exist."


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (ImportKind.UNDECLARED, "app.views is not listed in app."),
        (ImportKind.REFERENCE, "app.views must not name app."),
    ],
)
def test_what_is_no_import_is_not_called_one(kind: ImportKind, message: str) -> None:
    (found,) = _commands(make_report(make_violation("app.views", "app", make_occurrence(kind=kind))))

    assert found.message == message


def test_a_chain_is_annotated_where_it_begins_then_at_the_import_that_ends_it() -> None:
    violation = make_chain_violation("app.low.a -> app.helper at 1", "app.helper -> app.high at 7")
    contracts = [make_contract(1, id_="layers")]

    first, last = _commands(make_report(violation, contracts=contracts))

    assert (first.properties["file"], first.properties["line"]) == ("app/low/a.py", "1")
    assert (last.properties["file"], last.properties["line"]) == ("app/helper.py", "7")
    assert first.message == last.message == "app.low reaches app.high: app/low/a.py:1 -> app/helper.py:7"


def test_a_cycle_is_called_one() -> None:
    violation = make_chain_violation("app.a -> app.b at 1", "app.b -> app.a at 2")
    cycle = violation._replace(source="app.a", target="app.a")

    first, _ = _commands(make_report(cycle, contracts=[make_contract(1, id_="layers")]))

    assert first.message == "app.a reaches itself: app/a.py:1 -> app/b.py:2"


def test_one_import_that_causes_many_violations_is_annotated_once_and_first() -> None:
    older = [make_chain_violation(f"app.low.a{n} -> app.high.a at 1") for n in range(20)]
    caused = [
        make_chain_violation("app.low.z -> app.mid at 3", f"app.mid -> app.high.m{n} at {n + 1}")
        for n in range(46)
    ]

    first, *others, notice = _commands(
        make_report(*older, *caused, contracts=[make_contract(66, id_="layers")])
    )

    assert (first.properties["file"], first.properties["line"]) == ("app/low/z.py", "3")
    assert first.message == (
        "app.low reaches app.high: app/low/z.py:3 -> app/mid.py:1\n"
        "45 more violations by way of this import."
    )
    assert {one.properties["file"] for one in others} == {
        f"app/low/a{n}.py" for n in (0, 1, 10, 11, 12, 13, 14, 15, 16)
    }
    assert notice.message.startswith("and 11 more violations (12 places) not annotated: ")


def test_the_import_that_makes_violations_of_several_contracts_is_annotated_once() -> None:
    cause = Cause("app.low.z", "app.mid", "app/low/z.py", 5, 46, ("layers", "other"))
    made = [
        make_chain_violation(
            "app.low.z -> app.mid at 5",
            f"app.mid -> app.high.m{number:02} at {number + 1}",
            status="new",
            contract=contract,
        )._replace(causes=(cause,))
        for number in range(23)
        for contract in ("layers", "other")
    ]
    contracts = [make_contract(23, id_=name, new=23) for name in ("layers", "other")]
    report = make_report(*made, contracts=contracts, base=BASE)._replace(causes=Causes((cause,)))

    (only,) = _commands(report)

    assert only == Command(
        "error",
        {"file": "app/low/z.py", "line": "5", "title": "2 contracts"},
        "This import makes 46 violations in 2 contracts.\n"
        "app.low reaches app.high: app/low/z.py:5 -> app/mid.py:1",
    )


def test_what_stands_on_changed_lines_comes_before_what_does_not() -> None:
    elsewhere = make_violation("app.a", status="new")._replace(on_changed_lines=False)
    here = make_violation("app.b", status="new")._replace(on_changed_lines=True)

    assert [one.message[:5] for one in _commands(make_report(elsewhere, here, base=BASE))] == [
        "app.b",
        "app.a",
    ]


def test_where_nothing_is_new_but_the_contract_fails_the_known_violations_are_annotated() -> None:
    known = make_violation("app.a", "app.old", status="existing")

    (only,) = _commands(make_report(known, base=BASE))

    assert only.name == "error"


def test_a_file_with_many_violations_hides_no_other_file() -> None:
    many = [
        make_violation("app.a", f"app.old{n:02}", make_occurrence("app/a.py", n + 1)) for n in range(15)
    ]
    other = make_violation("app.z", "app.old", make_occurrence("app/z.py", 1))

    commands = _commands(make_report(*many, other))

    assert [one.properties.get("file") for one in commands[:3]] == ["app/a.py", "app/z.py", "app/a.py"]


def test_where_many_chains_part_is_annotated_once_too() -> None:
    caused = [
        make_chain_violation("app.low.a -> app.mid at 1", f"app.mid -> app.high.m{n} at {n + 1}")
        for n in range(3)
    ]

    shared, parting = _commands(make_report(*caused, contracts=[make_contract(3, id_="layers")]))

    assert (shared.properties["file"], shared.properties["line"]) == ("app/low/a.py", "1")
    assert (parting.properties["file"], parting.properties["line"]) == ("app/mid.py", "1")
    assert "more violations" not in parting.message


def test_a_namespace_that_is_not_listed_has_no_place() -> None:
    (found,) = _commands(make_report(make_violation("app.views", "app", nowhere=True)))

    assert found.message == "app.views is not listed in app."


def test_a_broken_third_party_contract_is_one_error_in_its_own_words() -> None:
    contract = make_contract(id_="own", name="Own rule", kept=False, text="first\nsecond")

    assert _lines(make_report(contracts=[contract]))[0] == (
        "::error title=Own rule::Own rule is broken.%0Afirst%0Asecond"
    )


def test_more_broken_third_party_contracts_than_github_shows_are_counted() -> None:
    every = [make_contract(id_=f"own-{n}", kept=False) for n in range(12)]

    *errors, notice = _commands(make_report(contracts=every))

    assert len(errors) == 10
    assert notice.message.startswith("and 2 more violations (2 places)")


def test_an_unread_file_is_a_warning_if_it_names_a_deprecated_module_or_may_do_so() -> None:
    unread = [
        UnreadFile("app/bad.py", "a syntax error", 2, ("app.old",)),
        UnreadFile("app/big.py", "too large", None, ("app.old", "app.older")),
        UnreadFile("app/else.py", "a syntax error", 5, ()),
        UnreadFile("app/sub", "a submodule", None, (), unknown=True),
    ]

    bad, big, submodule = _commands(make_report(unread=unread))

    assert (bad.name, bad.properties["file"], bad.properties["line"]) == ("warning", "app/bad.py", "2")
    assert "line" not in big.properties
    assert big.message == "This file could not be read: too large. It names app.old, app.older."
    assert submodule.message == "This file could not be read: a submodule. It may import anything."


def test_an_undecided_import_is_a_warning_at_its_place() -> None:
    report = make_report()
    undecided = (Undecided("one-engine", "app.old", "app.a", "app/a.py", 4),)

    (warning,) = _commands(report._replace(coverage=report.coverage._replace(undecided=undecided)))

    assert warning == Command(
        "warning",
        {"file": "app/a.py", "line": "4", "title": "Undecided import"},
        "app.a may ask for app.old, which nobody can know without running the code.",
    )


def test_a_contract_s_warnings_are_warnings() -> None:
    (warning,) = _commands(make_report(contracts=[make_contract(warnings=("No match.",))]))

    assert warning == Command("warning", {"title": "One engine"}, "No match.")


def test_beyond_ten_warnings_they_are_counted() -> None:
    *warnings, notice = _commands(make_report(contracts=[make_contract(warnings=("No match.",) * 12)]))

    assert [one.name for one in warnings] == ["warning"] * 10
    assert notice.message.startswith("and 2 more warnings: ")


def test_the_summary_counts_what_is_new_and_what_was_fixed() -> None:
    report = make_report(base=BASE)._replace(fixed=(FixedViolation("one-engine", "app.a", "app.old"),))

    assert "0 new and 1 fixed since main (0123456789);" in _lines(report)[-1]


def test_the_summary_counts_what_is_unknown() -> None:
    contract = make_contract(1)._replace(unknown=2)

    assert "; 1 violation, 2 unknown;" in render(
        make_report(make_violation(), contracts=[contract]), "github", Style()
    )


def test_the_summary_says_that_a_count_is_a_lower_bound() -> None:
    assert (
        "; at least 1 violation;"
        in _lines(make_report(make_violation(), contracts=[make_contract(1, lower_bound=True)]))[-1]
    )


@given(path=hostile_texts(), name=hostile_texts())
def test_github_reads_back_the_path_and_the_title_that_were_written(path: str, name: str) -> None:
    violation = make_violation("app.views", "app.old", make_occurrence(path))

    (command,) = _commands(make_report(violation, contracts=[make_contract(1, name=name)]))

    assert command.properties.get("file", "") == escape(path)
    assert command.properties.get("title", "") == escape(name)
    assert command.properties["line"] == "3"


def test_without_escapes_a_path_changes_the_properties() -> None:
    naive = "::error file=a,line=1.py,line=3::message"

    assert _parsed(naive).properties == {"file": "a", "line": "3"}


def _lines(given_report: Report) -> list[str]:
    output = render(given_report, "github", Style())

    assert output.endswith("\n")
    return output[:-1].split("\n")


def _commands(given_report: Report) -> list[Command]:
    return [_parsed(line) for line in _lines(given_report)[:-1]]


def _parsed(line: str) -> Command:
    match = re.fullmatch(r"::(?P<name>\w+)(?: (?P<properties>.*?))?::(?P<message>.*)", line)
    assert match is not None
    pairs = [pair.split("=", 1) for pair in (match["properties"] or "").split(",") if pair]
    properties = {key: _unescaped(value) for key, value in pairs}
    return Command(match["name"], properties, _unescaped(match["message"]))


def _unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text
