"""`archguard tests --format text`, `paths`: one path a line, for `pytest $(archguard tests MODULE)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.text import escape

if TYPE_CHECKING:
    from archguard.protection.protecting_test import Selection
    from archguard.reporters.layout import Style


def render(selection: Selection, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render the paths of the tests, each on its line."""
    return "".join(f"{escape(test.path)}\n" for test in selection.tests)
