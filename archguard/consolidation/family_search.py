"""Find the families of a tree: their members, roles, importers and factories."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.audited_definition import (
    AuditedDefinition,
    find_candidates,
    find_matching,
    list_definitions,
    split_modules,
)
from archguard.consolidation.families import MemberGroup, group_by_name, group_related, make_group
from archguard.consolidation.family_names import find_stem
from archguard.consolidation.member_builder import MemberBuilder
from archguard.consolidation.role import Role
from archguard.consolidation.roles import RoleDecision, decide_roles
from archguard.definitions.fact_scan import scan_facts
from archguard.definitions.importers import FromImports, Paths, find_paths
from archguard.definitions.model import Outcome
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.consolidation.audit_request import AuditRequest
    from archguard.consolidation.family_member import FamilyMember
    from archguard.definitions.fact_reader import DefinitionFacts

_NEVER_CANONICAL = frozenset({Role.FALLBACK, Role.EXCEPTION, Role.INTERFACE, Role.FACTORY})
_SAME_JOB = frozenset({Role.ADAPTER, Role.WRAPPER})
"""Roles that say, as copies do, that two definitions do one job, not only that they have one name."""


class Families(NamedTuple):
    """What was found."""

    groups: tuple[MemberGroup, ...]
    """Of two members at least."""
    roles: Mapping[str, RoleDecision]
    """Those of all members in production code, by id."""
    returned: tuple[tuple[AuditedDefinition, frozenset[str]], ...]
    """Definitions of production code, and the members that each of them returns."""

    @property
    def canonical(self) -> frozenset[str]:
        """The ids of the canonical members of all families."""
        return frozenset().union(*(group.canonical for group in self.groups))


class FamilySearch:
    """Looks for the families that a request is about."""

    def __init__(self, request: AuditRequest) -> None:
        """Find the definitions.

        Raises:
            ConfigurationError: a canonical definition does not exist.
            WorkerError: no child process can be started.
        """
        self._request = request
        self._named = frozenset(_resolve_canonical(request, symbol) for symbol in request.tree.canonical)
        self.audited = find_matching(request) if request.tree.matches else find_candidates(request)
        """The definitions that may be in a family."""
        known = {one.id for one in self.audited}
        self.audited += _find_definitions(request, self._named - known)
        self.production = [one for one in self.audited if not one.is_test]
        self.paths: dict[str, Paths] = {}
        """How definitions of production code are imported, by id; known after the search."""

    @property
    def importers(self) -> dict[str, int]:
        """The number of modules that import each definition, by id; known after the search."""
        return {
            one: len({importer.module for importer in paths.importers})
            for one, paths in self.paths.items()
        }

    def find_path(self, module: str) -> str:
        """Return the path of a module's file."""
        return self._request.analysis.modules[module].path

    def search(self) -> Families:
        """Return the families.

        Raises:
            WorkerError: no child process can be started.
        """
        return self._search_matching() if self._request.tree.matches else self._search_all()

    def _search_matching(self) -> Families:
        """Divide the definitions that were asked for into families."""
        self.paths = self._find_paths(self.production)
        makers = self._find_makers()
        builder, facts = self._read_facts([*self.production, *makers])
        members = [builder.build(one) for one in self.production]
        importers = self.importers
        groups = [
            self._make_group(related, decide_roles(related, self._named), importers)
            for related in group_related(members)
            if self._is_group(related)
        ]
        roles = dict(decide_roles(members, self._named))
        for group in groups:
            roles.update(decide_roles(group.members, group.canonical, is_proposed=group.is_proposed))
        returned = (
            (one, builder.find_members(one.definition.module, facts[one.id].returned) & roles.keys())
            for one in (*self.production, *makers)
            if one.id in facts
        )
        return _make_families(groups, roles, returned)

    def _search_all(self) -> Families:
        """Find the families among definitions of one name; only importers of these are looked for."""
        builder, facts = self._read_facts(self.production)
        named_alike = group_by_name([builder.build(one) for one in self.production])
        decided = [(one, decide_roles(one, self._named)) for one in named_alike if self._is_group(one)]
        # The choice of a canonical member takes a role away, and adds none.
        possible = [(one, decisions) for one, decisions in decided if _does_one_job(one, decisions)]
        inside = {member.id for group, _ in possible for member in group}
        self.paths = self._find_paths([one for one in self.production if one.id in inside])
        importers = self.importers
        groups = []
        roles: dict[str, RoleDecision] = {}
        for members, decisions in possible:
            group = self._make_group(members, decisions, importers)
            final = decide_roles(group.members, group.canonical, is_proposed=group.is_proposed)
            if _does_one_job(group.members, final):
                groups.append(group)
                roles.update(final)
        returned = (
            (one, builder.find_members(one.definition.module, facts[one.id].returned) & roles.keys())
            for one in self.production
            if one.id in facts
        )
        return _make_families(groups, roles, returned)

    def _read_facts(
        self, definitions: Sequence[AuditedDefinition]
    ) -> tuple[MemberBuilder, Mapping[str, DefinitionFacts]]:
        """Return what makes members of definitions, and the facts of each."""
        facts = scan_facts(
            [one.definition for one in definitions],
            self._request.tree.source,
            self._request.analysis.modules,
            jobs=self._request.jobs,
        )
        builder = MemberBuilder(
            self.production, facts, self._request.resolver, self._request.scan, self._list_nouns()
        )
        return builder, facts

    def _list_nouns(self) -> set[str]:
        """Return the last words of the names that were asked for; none if none were."""
        if not self._request.tree.matches:
            return set()
        return {find_stem(one.definition.name)[-1] for one in self.production}

    def _find_paths(self, definitions: Sequence[AuditedDefinition]) -> dict[str, Paths]:
        production, _ = split_modules(self._request.analysis.modules.values())
        ids = {one.definition.id for one in definitions if one.definition.is_top_level}
        paths = find_paths(
            ids,
            FromImports(self._request.analysis.raw_imports),
            self._request.resolver,
            self._request.scan,
            [module.name for module in production],
        )
        return {one.id: paths[one.definition.id] for one in definitions if self._is_reached(one)}

    def _is_reached(self, audited: AuditedDefinition) -> bool:
        """Return whether the name of a definition leads to it, and not to a later one or past it."""
        definition = audited.definition
        if not definition.is_top_level:
            return False
        return self._request.resolver.resolve(definition.module, definition.name).target == audited.id

    def _find_makers(self) -> list[AuditedDefinition]:
        """Return the other definitions of production code in modules that import or define a member."""
        modules = {one.definition.module for one in self.production}
        for paths in self.paths.values():
            modules |= {importer.module for importer in paths.importers}
        production, _ = split_modules(self._request.analysis.modules[module] for module in modules)
        known = {one.id for one in self.audited}
        return [
            one
            for one in list_definitions(self._request, production)
            if one.definition.is_top_level and one.id not in known
        ]

    def _is_group(self, members: Sequence[FamilyMember]) -> bool:
        """Return whether there are two members at least, or one that was named as canonical."""
        return len(members) > 1 or members[0].id in self._named

    def _make_group(
        self,
        members: Sequence[FamilyMember],
        decisions: Mapping[str, RoleDecision],
        importers: Mapping[str, int],
    ) -> MemberGroup:
        candidates = {one for one, decided in decisions.items() if decided.role not in _NEVER_CANONICAL}
        return make_group(members, importers, self._named, candidates)


def _make_families(
    groups: Iterable[MemberGroup],
    roles: Mapping[str, RoleDecision],
    returned: Iterable[tuple[AuditedDefinition, frozenset[str]]],
) -> Families:
    """Return families, the largest first."""
    return Families(
        tuple(sorted(groups, key=lambda one: (-len(one.members), one.members[0].id))),
        roles,
        tuple((one, members) for one, members in returned if members),
    )


def _does_one_job(members: Sequence[FamilyMember], roles: Mapping[str, RoleDecision]) -> bool:
    """Return whether members copy each other, or one adapts or wraps another."""
    decisions = [roles[member.id] for member in members]
    return any(decision.is_copy or decision.role in _SAME_JOB for decision in decisions)


def _resolve_canonical(request: AuditRequest, symbol: str) -> str:
    """Return the id of a definition that is named as canonical.

    Raises:
        ConfigurationError: there is none.
    """
    module, colon, name = symbol.partition(":")
    if not (module and colon and name):
        raise ConfigurationError(f"--canonical {symbol}: write it as package.module:Name.")
    resolution = request.resolver.resolve(module, name)
    if resolution.outcome is not Outcome.DEFINITION:
        reason = resolution.reason or "it leads to no class or function of the roots."
        raise ConfigurationError(f"--canonical {symbol}: {reason}")
    return resolution.target


def _find_definitions(request: AuditRequest, statements: Iterable[str]) -> list[AuditedDefinition]:
    wanted = frozenset(statements)
    modules = [request.analysis.modules[one.partition(":")[0]] for one in sorted(wanted)]
    return [one for one in list_definitions(request, modules) if one.id in wanted]
