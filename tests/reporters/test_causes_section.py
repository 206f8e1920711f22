from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.report import Cause, Causes
from tests.reporters.reports import BASE, make_chain_violation, make_contract, make_report, render_lines

if TYPE_CHECKING:
    from archguard.checking.report import Report

SURE = Causes((Cause("app.low.z", "app.mid", "app/low/z.py", 5, 46, ("a", "b", "c")),), True, True, True)


def make_caused_report(causes: Causes = SURE) -> Report:
    violations = [
        make_chain_violation(
            "app.low.z -> app.mid at 5", f"app.mid -> app.high.m{number} at {number + 1}", status="new"
        )._replace(causes=causes.imports)
        for number in range(46)
    ]
    contracts = [make_contract(46, id_="layers", new=46)]
    return make_report(*violations, contracts=contracts, base=BASE)._replace(causes=causes)


def test_the_import_stands_below_the_verdict_and_above_its_violations_and_in_the_next_step() -> None:
    verdict, _, cause, names, *others = render_lines(make_caused_report())

    assert verdict.startswith("Failed: 46 new violations")
    assert cause == "This import makes 46 violations in 3 contracts: app/low/z.py:5"
    assert names == "  app.low.z imports app.mid"
    assert "  app/low/z.py:5  makes 46 violations" in others
    assert "Next: look at app/low/z.py:5: this import makes 46 violations in 3 contracts." in others


def test_imports_that_make_violations_together_stand_above_them() -> None:
    other = Cause("app.low.y", "app.mid", "app/low/y.py", 2, 46, ("a",))

    lines = render_lines(make_caused_report(SURE._replace(imports=(*SURE.imports, other))))

    heading = lines.index("  46 violations, made by 2 imports:")
    assert lines[heading + 1] == "  app/low/z.py:5"
    assert lines[heading + 3] == "  app/low/y.py:2"


def test_without_causes_nothing_is_said_of_them() -> None:
    report = make_report(base=BASE)

    assert not any("makes" in line for line in render_lines(report))
