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
        """Find the definitions, and who imports them.

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
        self.paths = self._find_paths()
        """How each definition of production code is imported, by id."""
        self.importers = {
            one: len({importer.module for importer in paths.importers})
            for one, paths in self.paths.items()
        }
        """The number of modules that import each definition, by id."""

    def find_path(self, module: str) -> str:
        """Return the path of a module's file."""
        return self._request.analysis.modules[module].path

    def search(self) -> Families:
        """Return the families.

        Raises:
            WorkerError: no child process can be started.
        """
        makers = self._find_makers() if self._request.tree.matches else []
        facts = scan_facts(
            [one.definition for one in (*self.production, *makers)],
            self._request.tree.source,
            self._request.analysis.modules,
            jobs=self._request.jobs,
        )
        builder = MemberBuilder(
            self.production,
            facts,
            self._request.resolver,
            self._request.scan,
            self._list_nouns(),
        )
        members = [builder.build(one) for one in self.production]
        groups = self._find_groups(members)
        roles = dict(decide_roles(members, self._named)) if self._request.tree.matches else {}
        for group in groups:
            roles.update(decide_roles(group.members, group.canonical, is_proposed=group.is_proposed))
        if not self._request.tree.matches:
            groups = [group for group in groups if _does_one_job(group, roles)]
            inside = {member.id for group in groups for member in group.members}
            roles = {one: role for one, role in roles.items() if one in inside}
        returned = (
            (one, builder.find_members(one.definition.module, facts[one.id].returned) & roles.keys())
            for one in (*self.production, *makers)
            if one.id in facts
        )
        return Families(
            tuple(groups),
            roles,
            tuple((one, members) for one, members in returned if members),
        )

    def _list_nouns(self) -> set[str]:
        """Return the last words of the names that were asked for; none if none were."""
        if not self._request.tree.matches:
            return set()
        return {find_stem(one.definition.name)[-1] for one in self.production}

    def _find_paths(self) -> dict[str, Paths]:
        production, _ = split_modules(self._request.analysis.modules.values())
        ids = {one.definition.id for one in self.production if one.definition.is_top_level}
        paths = find_paths(
            ids,
            FromImports(self._request.analysis.raw_imports),
            self._request.resolver,
            self._request.scan,
            [module.name for module in production],
        )
        return {one.id: paths[one.definition.id] for one in self.production if self._is_reached(one)}

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

    def _find_groups(self, members: Sequence[FamilyMember]) -> list[MemberGroup]:
        """Return the families of at least two members, and those of named ones, the largest first."""
        group = group_related if self._request.tree.matches else group_by_name
        groups = [
            self._make_group(related)
            for related in group(members)
            if len(related) > 1 or related[0].id in self._named
        ]
        return sorted(groups, key=lambda one: (-len(one.members), one.members[0].id))

    def _make_group(self, members: Sequence[FamilyMember]) -> MemberGroup:
        decisions = decide_roles(members, self._named)
        candidates = {one for one, decided in decisions.items() if decided.role not in _NEVER_CANONICAL}
        return make_group(members, self.importers, self._named, candidates)


def _does_one_job(group: MemberGroup, roles: Mapping[str, RoleDecision]) -> bool:
    """Return whether members copy each other, or one adapts or wraps another."""
    decisions = [roles[member.id] for member in group.members]
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
