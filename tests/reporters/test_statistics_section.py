"""`--statistics`: which packages and owners have most violations."""

from __future__ import annotations

from archguard.reporters import Style, render
from tests.reporters.reports import make_contract, make_report, make_violation


def test_packages_and_owners_are_counted_the_largest_first() -> None:
    violations = [
        *(make_violation(f"nova.virt.m{n}") for n in range(12)),
        *(make_violation(f"nova.compute.m{n}") for n in range(3)),
        make_violation("nova.api.x", contract="other"),
    ]
    contracts = [make_contract(15, owner="@team"), make_contract(1, id_="other", name="Other")]

    text = render(make_report(*violations, contracts=contracts), "text", Style(statistics=True))

    assert (
        """
Violations by package:
  12  nova.virt
   3  nova.compute
   1  nova.api
Violations by owner:
  15  @team
   1  (no owner)

"""
        in text
    )


def test_packages_are_told_apart_below_what_they_share() -> None:
    violations = [make_violation(f"app.core.parts.{name}.x") for name in ("a", "a", "b")]

    text = render(make_report(*violations), "text", Style(statistics=True))

    assert "  2  app.core.parts.a\n  1  app.core.parts.b\n" in text


def test_after_ten_the_others_are_counted() -> None:
    violations = [make_violation(f"app.p{n:02}.x") for n in range(14)]

    text = render(make_report(*violations), "text", Style(statistics=True))

    assert "  1  app.p09\n  4  in 4 more packages\nViolations by owner:\n" in text


def test_nobody_gets_them_unasked() -> None:
    assert "Violations by" not in render(make_report(make_violation()), "text", Style())
