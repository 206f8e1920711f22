"""What to do about a violation, or why nobody can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.report import Action
from archguard.graph.model import ImportKind
from archguard.reporters.sentences import format_step, is_undeclared
from archguard.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.checking.report import Violation

REPLACE, REFUSAL = "replace", "refusal"


def list_actions(violation: Violation) -> tuple[Action, ...]:
    """Return what to do about a violation, one action at least; the texts are escaped."""
    importer, imported = escape(violation.importer), escape(violation.imported)
    if violation.replacement:
        verb = "Name" if _is_named_only(violation) else "Import"
        verb = verb if violation.definition is None else "Use"
        text = describe_replacement(violation.imported, violation.replacement, verb)
        return (Action(REPLACE, text, violation.imported, violation.replacement),)
    return (Action(REFUSAL, _explain(violation, importer, imported)),)


def describe_replacement(old: str, new: str, verb: str = "Import") -> str:
    """Say what to use instead of a deprecated module or symbol, escaped."""
    return f"{verb} {escape(new)} instead of {escape(old)}."


def list_refusals(violations: Iterable[Violation]) -> list[str]:
    """Say why nobody can say what to do about some violations, each sentence once; escaped.

    For reports whose sentence of a violation names the replacement already.
    """
    actions = (action for violation in violations for action in list_actions(violation))
    return list(dict.fromkeys(action.text for action in actions if action.kind == REFUSAL))


def _explain(violation: Violation, importer: str, imported: str) -> str:
    """Say why there is no replacement."""
    if is_undeclared(violation):
        return (
            f"Where {importer} belongs only its authors know: list it in the contract, or in its "
            "exhaustive_ignores."
        )
    if violation.definition is not None:
        return f"The contract has several canonical classes; it does not say which replaces {imported}."
    if violation.causes:
        places = " and ".join(map(format_step, violation.causes))
        return f"No replacement is known for what makes a chain: do without the import in {places}."
    if len(violation.chain) > 1:
        return "No replacement is known for the imports of a chain: do without one of them."
    if violation.source is not None:
        return f"No replacement is known: {importer} has to do without {imported}."
    return (
        f"The contract names no replacement for {imported}: `replacement` says what to import instead, "
        "where the contract's type has it."
    )


def _is_named_only(violation: Violation) -> bool:
    return {place.kind for place in violation.occurrences} == {ImportKind.REFERENCE}
