"""How a child process writes facts as JSON, and how they are read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.definitions.class_facts import AttributeFacts, ClassFacts, MethodFacts
from archguard.definitions.fact_reader import DefinitionFacts

if TYPE_CHECKING:
    from collections.abc import Sequence


def pack_facts(facts: DefinitionFacts) -> list[Any]:
    """Return what JSON can hold of the facts."""
    return list(facts._replace(shingles=sorted(facts.shingles)))  # type: ignore[arg-type]


def unpack_facts(fields: Sequence[Any]) -> DefinitionFacts:
    """Return the facts that a child process sent."""
    facts = DefinitionFacts._make(fields)
    methods, attributes = facts.facts
    return facts._replace(
        facts=ClassFacts(
            tuple(_unpack_method(method) for method in methods),
            tuple(AttributeFacts(name, tuple(types)) for name, types in attributes),
        ),
        returned=tuple(facts.returned),
        shingles=frozenset(facts.shingles),
    )


def _unpack_method(fields: Sequence[Any]) -> MethodFacts:
    name, is_stub, used, called, returns = fields
    return MethodFacts(name, is_stub, tuple(used), tuple(called), tuple(returns))
