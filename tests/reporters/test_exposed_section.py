"""`--show-exposed`: the modules that can reach a forbidden one."""

from __future__ import annotations

from archguard.reporters import Style, render
from tests.reporters.reports import make_contract, make_report, make_violation


def test_exposed_modules_stand_one_a_line() -> None:
    contract = make_contract(1, exposure=2)._replace(exposed=("app.tasks", "app.views"))

    text = render(make_report(make_violation(), contracts=[contract]), "text", Style())

    assert "\n2 modules exposed by one-engine:\n  app.tasks\n  app.views\n\n" in text
