"""Put together what is known of the definitions of a family: what they inherit, hold and return."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archguard.consolidation.family_member import FamilyMember
from archguard.consolidation.family_names import split_words
from archguard.definitions.interfaces import is_interface, is_protocol, list_bases
from archguard.definitions.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from archguard.consolidation.audited_definition import AuditedDefinition
    from archguard.definitions.class_facts import AttributeFacts, MethodFacts
    from archguard.definitions.fact_reader import DefinitionFacts
    from archguard.definitions.model import Definition
    from archguard.definitions.resolver import Resolver
    from archguard.definitions.symbol_scan import SymbolScan

_MAX_ANCESTORS = 200


class MemberBuilder:
    """Makes family members of definitions and their facts."""

    def __init__(
        self,
        definitions: Collection[AuditedDefinition],
        facts: Mapping[str, DefinitionFacts],
        resolver: Resolver,
        scan: SymbolScan,
        nouns: Collection[str],
    ) -> None:
        """Resolve nothing yet.

        Args:
            definitions: the family, its tests included.
            facts: those of the definitions in production code, by the id of their statement.
            resolver: follows names.
            scan: has the symbols of the modules.
            nouns: the last words of the family's names: an attribute without a type that ends in one
                is taken to hold a member.
        """
        self._definitions = {one.id: one for one in definitions}
        self._facts = facts
        self._resolver = resolver
        self._scan = scan
        self._nouns = frozenset(nouns)
        self._list_definitions = lru_cache(maxsize=None)(self._read_definitions)

    def build(self, audited: AuditedDefinition) -> FamilyMember:
        """Return the member that a definition is."""
        definition = audited.definition
        facts = self._facts.get(audited.id)
        if facts is None:  # a test, or a file that cannot be read any more
            return FamilyMember(audited.id, definition.name, audited.is_test, definition.is_fallback)
        bases = tuple(self._iterate_ancestors(definition))
        return FamilyMember(
            id=audited.id,
            name=definition.name,
            is_test=audited.is_test,
            is_fallback=definition.is_fallback,
            bases=bases,
            is_interface=is_interface(definition, self._resolver),
            is_protocol=is_protocol(list_bases(definition, self._resolver)),
            facts=facts.facts if definition.is_class else None,
            inherited=self._list_inherited(bases),
            held=dict(self._iterate_held(definition.module, bases, facts)),
            returned=self.find_members(definition.module, facts.returned) - {audited.id},
            shape=facts.shape,
            shingles=facts.shingles,
            tokens=facts.tokens,
        )

    def find_members(self, module: str, names: Iterable[str]) -> frozenset[str]:
        """Return the ids of the members that names in a module lead to."""
        targets = (self._resolve_name(module, name) for name in names)
        return frozenset(target for target in targets if target in self._definitions)

    def _iterate_ancestors(self, definition: Definition) -> Iterator[str]:
        """Yield what a class inherits from, nearest first."""
        seen, queue = {definition.statement}, [definition]
        while queue and len(seen) < _MAX_ANCESTORS:
            current = queue.pop(0)
            for name in list_bases(current, self._resolver):
                if name in seen:
                    continue
                seen.add(name)
                yield name
                if ":" in name and (base := self._find_definition(name)) is not None:
                    queue.append(base)

    def _find_definition(self, statement: str) -> Definition | None:
        return self._list_definitions(statement.partition(":")[0]).get(statement)

    def _read_definitions(self, module: str) -> dict[str, Definition]:
        symbols = self._scan.get(module)
        return {one.statement: one for one in symbols.definitions} if symbols else {}

    def _list_inherited(self, bases: Iterable[str]) -> dict[str, MethodFacts]:
        inherited: dict[str, MethodFacts] = {}
        for base in bases:
            if (facts := self._facts.get(base)) is not None:
                for method in facts.facts.methods:
                    inherited.setdefault(method.name, method)
        return inherited

    def _iterate_held(
        self, module: str, bases: Iterable[str], facts: DefinitionFacts
    ) -> Iterator[tuple[str, str]]:
        """Yield each attribute that holds a member, inherited ones first, and the member."""
        for base in bases:
            if (inherited := self._facts.get(base)) is not None:
                yield from self._iterate_attributes(base.partition(":")[0], inherited.facts.attributes)
        yield from self._iterate_attributes(module, facts.facts.attributes)

    def _iterate_attributes(
        self, module: str, attributes: Iterable[AttributeFacts]
    ) -> Iterator[tuple[str, str]]:
        for attribute in attributes:
            members = self.find_members(module, attribute.types)
            if members:
                yield attribute.name, min(members)
            elif not attribute.types and self._nouns.intersection(split_words(attribute.name)[-1:]):
                yield attribute.name, ""

    def _resolve_name(self, module: str, name: str) -> str:
        """Return the id of what a name as `Scope.name` writes it leads to; empty if it is no definition.

        Of `Engine.create` what `Engine` leads to is the answer.
        """
        base, colon, written = name.rpartition(":")
        place = base if colon else module
        while written:
            resolution = self._resolver.resolve_written(place, written)
            if resolution.outcome is Outcome.DEFINITION:
                return resolution.target
            written = written.rpartition(".")[0]
        return ""
