"""How a text report shows the chains of transitive contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters import Style, render
from tests.reporters.reports import make_chain_violation, make_contract, make_report

if TYPE_CHECKING:
    from archguard.checking.report import Violation


def test_a_chain_is_one_line_in_a_log() -> None:
    violation = make_chain_violation("app.low.a -> app.helper at 1", "app.helper -> app.high at 7")

    assert _section(violation) == [
        "  app.low reaches app.high: app/low/a.py:1 -> app/helper.py:7",
    ]


def test_in_a_terminal_it_is_wrapped_between_its_places() -> None:
    violation = make_chain_violation("app.low.a -> app.helper at 1", "app.helper -> app.high at 7")

    assert _section(violation, style=Style(width=40, terminal=True)) == [
        "  app.low reaches app.high:",
        "    app/low/a.py:1 -> app/helper.py:7",
    ]


def test_a_chain_of_one_import_has_its_statement() -> None:
    violation = make_chain_violation("app.low.a -> app.high.x at 1")

    assert _section(violation) == [
        "  app.low reaches app.high: app/low/a.py:1  import app.high.x",
    ]
    assert _section(violation, style=Style(width=60, terminal=True)) == [
        "  app.low reaches app.high: app/low/a.py:1",
        "    import app.high.x",
    ]


def test_violations_that_begin_with_one_import_stand_below_it() -> None:
    first = "app.low.a -> app.mid at 3"
    violations = [make_chain_violation(first, f"app.mid -> app.high.m{n} at {n}") for n in range(1, 6)]
    violations.append(make_chain_violation(first, "app.mid -> app.top at 9"))
    alone = make_chain_violation("app.low.b -> app.high.x at 4")

    assert _section(alone, *violations) == [
        "  app/low/a.py:3  6 violations begin here",
        "    app.low.a imports app.mid",
        "    app.low reaches app.high: app/low/a.py:3 -> app/mid.py:1",
        "    app.low reaches app.high: app/low/a.py:3 -> app/mid.py:2",
        "    app.low reaches app.high: app/low/a.py:3 -> app/mid.py:3",
        "      ... and 2 more violations (all of them in --format json)",
        "    app.low reaches app.top: app/low/a.py:3 -> app/mid.py:9",
        "",
        "  app.low reaches app.high: app/low/b.py:4  import app.high.x",
    ]


def test_violations_that_stand_alone_stand_one_below_the_other() -> None:
    one = make_chain_violation("app.low.a -> app.high.x at 1")
    other = make_chain_violation("app.low.b -> app.high.x at 2")

    assert _section(one, other) == [
        "  app.low reaches app.high: app/low/a.py:1  import app.high.x",
        "  app.low reaches app.high: app/low/b.py:2  import app.high.x",
    ]


def test_a_cycle_is_one_group() -> None:
    arrows = ("app.a -> app.b at 1", "app.b -> app.a at 2")
    cycle = [
        make_chain_violation(*order)._replace(source=name, target=name)
        for order, name in ((arrows, "app.a"), (arrows[::-1], "app.b"))
    ]

    assert _section(*cycle) == [
        "  app/b.py:2  2 violations are on this cycle",
        "    app.b imports app.a",
        "    app.b reaches itself: app/b.py:2 -> app/a.py:1",
        "    app.a reaches itself: app/a.py:1 -> app/b.py:2",
    ]


def test_what_is_left_out_is_counted_for_each_pair_that_the_contract_names() -> None:
    shown = [make_chain_violation(f"app.low.m{n:02} -> app.high.x at 1") for n in range(20)]
    left = [make_chain_violation(f"app.zero.m{n} -> app.high.x at 1") for n in range(3)]
    also = make_chain_violation("app.zero.m9 -> app.top.x at 1")

    lines = _section(*shown, *left, also)

    assert lines[-4:] == [
        "",
        "  ... and 4 more violations (all of them in --format json):",
        "    app.zero reaches app.high  3 violations",
        "    app.zero reaches app.top  1 violation",
    ]
    assert sum("app.low reaches" in line for line in lines) == 20


def test_verbose_lists_every_chain() -> None:
    first = "app.low.a -> app.mid at 3"
    violations = [make_chain_violation(first, f"app.mid -> app.high.m{n} at {n}") for n in range(1, 9)]
    violations += [make_chain_violation(f"app.zero.m{n} -> app.high.x at 1") for n in range(30)]

    lines = _section(*violations, style=Style(verbose=True))

    assert sum(" reaches " in line for line in lines) == 38
    assert not [line for line in lines if "more" in line]


def _section(*violations: Violation, style: Style | None = None) -> list[str]:
    """Return the lines about the violations, without heading and summary."""
    contracts = [make_contract(len(violations), id_="layers", name="Layers")]
    lines = render(make_report(*violations, contracts=contracts), "text", style or Style()).split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("BROKEN Layers ["))
    end = next(number for number, line in enumerate(lines) if line.startswith("Read"))
    return lines[start + 3 : end - 1]
