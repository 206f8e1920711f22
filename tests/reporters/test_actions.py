from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.checking.report import Action, Cause
from archguard.graph.model import ImportKind
from archguard.reporters.actions import list_actions
from tests.reporters.reports import make_chain_violation, make_occurrence, make_violation

if TYPE_CHECKING:
    from archguard.checking.report import Violation


def test_the_replacement_is_what_to_do() -> None:
    violation = make_violation("app.views", "app.old", replacement="app.new")

    assert list_actions(violation) == (
        Action("replace", "Import app.new instead of app.old.", "app.old", "app.new"),
    )


def test_what_only_names_a_module_names_another_one() -> None:
    reference = make_occurrence(kind=ImportKind.REFERENCE)

    (action,) = list_actions(make_violation("app.a", "app.old", reference, replacement="app.new"))

    assert action.text == "Name app.new instead of app.old."


@pytest.mark.parametrize(
    ("violation", "reason"),
    [
        (make_violation("app.views", "app.old"), "The contract names no replacement for app.old: "),
        (
            make_violation("app.new", "app", nowhere=True),
            "Where app.new belongs only its authors know: ",
        ),
        (
            make_chain_violation("app.low -> app.high at 2"),
            "No replacement is known: app.low has to do without app.high.",
        ),
        (
            make_chain_violation("app.low -> app.mid at 1", "app.mid -> app.high at 2"),
            "No replacement is known for the imports of a chain: do without one of them.",
        ),
        (
            make_chain_violation("app.low -> app.mid at 1", "app.mid -> app.high at 2")._replace(
                causes=(Cause("app.low", "app.mid", "app/low.py", 1, 1),)
            ),
            "No replacement is known for what makes a chain: do without the import in app/low.py:1.",
        ),
    ],
)
def test_else_it_says_why_nobody_can_say(violation: Violation, reason: str) -> None:
    (action,) = list_actions(violation)

    assert action.kind == "refusal"
    assert action.text.startswith(reason)
