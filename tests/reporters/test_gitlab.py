"""The Code Quality report, by the types that are published for its readers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archguard.checking.report import Cause
from archguard.reporters import Style, render
from tests.reporters.npm_packages import fetch_package
from tests.reporters.reports import (
    BASE,
    HOSTILE,
    make_chain_violation,
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
)

if TYPE_CHECKING:
    from archguard.checking.report import Report

TSC = Path(__file__).parents[2] / "api" / "dashboard" / "node_modules" / ".bin" / "tsc"


def _entries(report: Report) -> list[dict[str, Any]]:
    entries = json.loads(render(report, "gitlab", Style()))
    assert isinstance(entries, list)
    return entries


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not TSC.exists():
        pytest.skip("the dashboard's packages are not installed")
    return fetch_package("codeclimate-types@0.3.1", tmp_path_factory.mktemp("npm"))


def _compile(entries: list[dict[str, Any]], types: Path, folder: Path) -> str:
    """Return what TypeScript says of the entries as a literal of the reader's types."""
    source = folder / "report.ts"
    source.write_text(
        f'import type {{ Issue }} from "{types / "index.d.ts"}";\n'
        f"type Entry = Issue & Required<Pick<Issue, 'fingerprint' | 'severity'>>;\n"
        f"export const report: Entry[] = {json.dumps(entries)};\n"
    )
    done = subprocess.run(
        [TSC, "--noEmit", "--strict", "--allowImportingTsExtensions", "--target", "es2022", source],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_each_violation_is_an_entry_at_its_line() -> None:
    violation = make_violation("app.views", "app.old", replacement="app.new")

    (entry,) = _entries(make_report(violation))

    assert entry.pop("fingerprint")
    assert entry == {
        "type": "issue",
        "check_name": "one-engine",
        "description": "app.views must not import app.old. Use app.new.",
        "categories": ["Clarity"],
        "severity": "major",
        "location": {"path": "app/views.py", "lines": {"begin": 3, "end": 3}},
    }


def test_an_entry_says_why_there_is_no_replacement() -> None:
    (entry,) = _entries(make_report(make_violation("app.views", "app.old")))

    assert entry["description"].startswith("app.views must not import app.old. The contract names no ")


def test_a_fingerprint_depends_on_the_violation_and_on_nothing_else() -> None:
    first = make_violation("app.a", "app.old", make_occurrence(line=3), status="existing")
    moved = make_violation("app.a", "app.old", make_occurrence("b/views.py", 90), status="new")
    others = [
        make_violation("app.b", "app.old"),
        make_violation("app.a", "app.older"),
        make_violation("app.a", "app.old", contract="other"),
    ]

    (known,) = _entries(make_report(first))
    (same,) = _entries(make_report(moved))
    contracts = [make_contract(2), make_contract(1, id_="other")]
    different = _entries(make_report(*others, contracts=contracts))

    assert known["fingerprint"] == same["fingerprint"]
    assert len({entry["fingerprint"] for entry in [known, *different]}) == 4


def test_existing_violations_are_less_severe_than_new_ones() -> None:
    violations = [make_violation("app.a", status="existing"), make_violation("app.b", status="new")]
    report = make_report(*violations, contracts=[make_contract(2, new=1)], base=BASE)

    assert [entry["severity"] for entry in _entries(report)] == ["minor", "major"]


def test_a_chain_stands_at_its_first_step_and_names_the_others() -> None:
    chain = make_chain_violation("app.low.a -> app.helper at 3", "app.helper -> app.high.x at 5")

    (entry,) = _entries(make_report(chain, contracts=[make_contract(1, id_="layers")]))

    assert entry["location"] == {"path": "app/low/a.py", "lines": {"begin": 3, "end": 3}}
    assert entry["other_locations"] == [{"path": "app/helper.py", "lines": {"begin": 5, "end": 5}}]


def test_a_violation_with_a_cause_stands_there() -> None:
    chain = make_chain_violation("app.low.a -> app.helper at 3", "app.helper -> app.high.x at 5")
    cause = Cause("app.helper", "app.high.x", "app/helper.py", 5, 46)
    contract = make_contract(1, id_="layers", new=1)
    report = make_report(chain._replace(status="new", causes=(cause,)), contracts=[contract], base=BASE)

    (entry,) = _entries(report)

    assert entry["location"] == {"path": "app/helper.py", "lines": {"begin": 5, "end": 5}}
    assert entry["other_locations"] == [{"path": "app/low/a.py", "lines": {"begin": 3, "end": 3}}]


def test_a_report_without_violations_is_an_empty_list() -> None:
    assert render(make_report(), "gitlab", Style()) == "[]\n"


def test_what_has_no_line_has_a_place_all_the_same() -> None:
    contracts = [
        make_contract(1),
        make_contract(id_="text", kept=False, text="Three modules."),
        make_contract(id_="odd")._replace(error="Odd.", passed=None),
    ]
    report = make_report(make_violation(nowhere=True), contracts=contracts, base=BASE)
    entries = _entries(report._replace(newly_unread=("app/bad.py",)))

    assert [entry["severity"] for entry in entries] == ["major", "major", "blocker", "major"]
    assert all(entry["location"]["lines"]["begin"] == 1 for entry in entries)


@pytest.mark.slow
def test_the_reader_s_types_accept_every_kind_of_entry(types: Path, tmp_path: Path) -> None:
    violations = [
        make_violation("app.a", status="existing"),
        make_violation("app.b", status="new"),
        make_violation("app.c", nowhere=True, status="new"),
        make_chain_violation("app.low.a -> app.helper at 3", "app.helper -> app.high.x at 5"),
        *(make_violation(name, name, make_occurrence(name)) for name in HOSTILE),
    ]
    contracts = [
        make_contract(9),
        make_contract(1, id_="layers"),
        make_contract(id_="odd")._replace(error="Odd.", passed=None),
    ]

    entries = _entries(make_report(*violations, contracts=contracts, base=BASE))

    assert _compile(entries, types, tmp_path) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "change", [{"severity": "high"}, {"location": {}}, {"fingerprint": None}, {"categories": ["Odd"]}]
)
def test_the_reader_s_types_refuse_a_wrong_entry(
    change: dict[str, Any], types: Path, tmp_path: Path
) -> None:
    (entry,) = _entries(make_report(make_violation()))

    assert "error TS" in _compile([{**entry, **change}], types, tmp_path)
