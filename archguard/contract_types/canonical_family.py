"""The classes of a tree that a `canonical` contract is about, and what each of them is.

What is counted is decided on what the source says; nothing here is a guess.
"""

from __future__ import annotations

import re
from enum import StrEnum
from fnmatch import fnmatchcase, translate
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.alias_names import may_be_offered_unread
from archguard.definitions.file_roles import is_test_path
from archguard.definitions.interfaces import INTERFACE_NAMES, find_doubted_bases, is_interface
from archguard.definitions.model import BindingKind, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.definitions.model import Binding, Definition, ModuleSymbols, Resolution
    from archguard.definitions.tree_definitions import Definitions
    from archguard.graph.discovery import Module
    from archguard.graph.model import Analysis


_ALIAS_KINDS = frozenset({BindingKind.ALIAS, BindingKind.FROM_IMPORT})


class FamilyRole(StrEnum):
    """What a member of a family is, as far as that can be decided."""

    TEST = "test"
    """It stands in a test file."""
    FALLBACK = "fallback"
    """It stands where an import has failed."""
    IMPOSTOR = "impostor"
    """It has the name of a canonical class."""
    DUPLICATE = "duplicate"
    """Any other class that matches."""
    ALIAS = "alias"
    """Another name of a class: `X = Y`, or `import Y as X`."""
    RE_EXPORT = "re-export"
    """A class that a package, or a module by `__all__`, offers under its own name."""


class CanonicalRule(NamedTuple):
    """What a contract says."""

    canonical: tuple[str, ...]
    matches: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    include_tests: bool = False


class FamilyMember(NamedTuple):
    """A class that is counted unless it is allowed, or another name of a class."""

    id: str
    """`module:QualName`; of an alias `module:Alias`."""
    module: str
    path: str
    lines: tuple[int, ...]
    """Where its statements stand."""
    role: FamilyRole
    definition: str
    """Its own id; of an alias that of the class that it leads to."""


class CanonicalFamily(NamedTuple):
    """What was found; everything is sorted."""

    rule: CanonicalRule
    definitions: tuple[FamilyMember, ...]
    """The classes that are neither canonical nor interfaces."""
    aliases: tuple[FamilyMember, ...]
    uncounted: frozenset[str]
    """The ids of the others that match: canonical ones, interfaces, undecided ones, and those in test
    files.
    """
    missing: dict[str, str]
    """Each canonical class that does not exist, with the reason."""
    unread: tuple[str, ...]
    """The files that may hold a class of the family and cannot be read."""
    unread_modules: frozenset[str]
    """Those of them that are modules, and the modules that may hold an alias and cannot be read."""
    unknown_canonical: bool = False
    """Whether nobody can know whether a canonical class exists."""
    undecided: tuple[str, ...] = ()
    """The ids of the classes that may be canonical or interfaces: a file that would tell is unread."""
    undecided_aliases: tuple[str, ...] = ()
    """Those of the names that may be aliases of classes, for the same reason."""

    @property
    def is_lower_bound(self) -> bool:
        """Whether there may be more classes than were found."""
        return bool(self.unread or self.undecided) or self.unknown_canonical

    def find_allowing(self, member: str) -> str | None:
        """Return the entry of `allowed` that allows a class or alias; None if there is none."""
        return next((entry for entry in self.rule.allowed if _allows(entry, member)), None)

    def list_stale(self) -> list[str]:
        """Return the entries of `allowed` that match nothing of the family."""
        ids = [one.id for one in (*self.definitions, *self.aliases)]
        known = {*ids, *self.uncounted}
        return [entry for entry in self.rule.allowed if not any(_allows(entry, one) for one in known)]


def find_family(
    rule: CanonicalRule, analysis: Analysis, definitions: Definitions, *, with_aliases: bool = True
) -> CanonicalFamily:
    """Return what a tree has of the family that a rule is about.

    Args:
        rule: the rule.
        analysis: the tree.
        definitions: those of the tree.
        with_aliases: whether to look for aliases, too, which takes several times as long.

    Raises:
        WorkerError: no child process can be started.
    """
    return _FamilySearch(rule, analysis, definitions).search(with_aliases=with_aliases)


class _FamilySearch:
    """Looks for the classes and aliases of a family."""

    def __init__(self, rule: CanonicalRule, analysis: Analysis, definitions: Definitions) -> None:
        self._rule = rule
        self._analysis = analysis
        self._definitions = definitions
        self._pattern = re.compile("|".join(map(translate, rule.matches)))
        self._canonical: set[str] = set()
        self._missing: dict[str, str] = {}
        self._unknown_canonical = False
        self._doubted_canonical: set[str] = set()
        """The canonical names that lead to an unread file."""
        self._undecided: set[str] = set()
        self._undecided_aliases: set[str] = set()
        self._unread_aliases: set[str] = set()
        for name in rule.canonical:
            self._resolve_canonical(name)

    def search(self, *, with_aliases: bool) -> CanonicalFamily:
        """Return the family."""
        modules = self._definitions.find_modules_with_class(self._rule.matches)
        symbols = self._definitions.symbols.read(module.name for module in modules)
        classes: dict[str, list[Definition]] = {}
        for module in modules:
            if (read := symbols.get(module.name)) is not None:
                for definition in read.definitions:
                    if definition.is_class and self._matches(definition.name):
                        classes.setdefault(definition.id, []).append(definition)
        counted = {id_: one for id_, several in classes.items() if (one := self._select(several))}
        unread = [one for one in modules if one.name not in symbols and self._is_judged(one.path)]
        aliases = [*self._find_aliases()] if with_aliases else []
        others = filter(self._is_judged, self._definitions.find_files_with_class(self._rule.matches))
        return CanonicalFamily(
            rule=self._rule,
            definitions=tuple(sorted(map(self._make_member, counted.values()))),
            aliases=tuple(sorted(one for one in aliases if one.id not in classes)),
            uncounted=frozenset(classes.keys() - counted.keys()),
            missing=self._missing,
            unread=tuple(sorted({*(one.path for one in unread), *others})),
            unread_modules=frozenset({one.name for one in unread} | self._unread_aliases),
            unknown_canonical=self._unknown_canonical,
            undecided=tuple(sorted(self._undecided)),
            undecided_aliases=tuple(sorted(self._undecided_aliases - classes.keys())),
        )

    def _resolve_canonical(self, name: str) -> None:
        resolution = self._resolve(name)
        if resolution.unread:
            self._unknown_canonical = True
            self._doubted_canonical.add(name)
        elif resolution.outcome is Outcome.DEFINITION:
            self._canonical.add(resolution.definition or name)
        elif resolution.outcome is Outcome.UNDECIDED:
            self._canonical.add(name)
            self._unknown_canonical = True
        else:
            self._missing[name] = resolution.reason or "it leads to no class of the roots."

    def _resolve(self, name: str) -> Resolution:
        module, _, written = name.partition(":")
        return self._definitions.resolver.resolve(module, written)

    def _matches(self, name: str) -> bool:
        return self._pattern.match(name) is not None

    def _is_judged(self, path: str) -> bool:
        return self._rule.include_tests or not is_test_path(path)

    def _select(self, statements: Sequence[Definition]) -> list[Definition]:
        """Return those statements of one id that are counted."""
        first = statements[0]
        if first.id in self._canonical or not self._is_judged(self._find_path(first.module)):
            return []
        if self._may_be_canonical(first) or any(map(self._may_be_interface, statements)):
            self._undecided.add(first.id)
            return []
        resolver = self._definitions.resolver
        return [one for one in statements if not is_interface(one, resolver)]

    def _may_be_canonical(self, statement: Definition) -> bool:
        return statement.id in self._doubted_canonical or any(
            may_be_offered_unread((statement.name,), _find_last_name(canonical), self._definitions)
            for canonical in self._doubted_canonical
        )

    def _may_be_interface(self, statement: Definition) -> bool:
        return any(
            may_be_offered_unread(INTERFACE_NAMES, base.rpartition(".")[2], self._definitions)
            for base in find_doubted_bases(statement, self._definitions.resolver)
        )

    def _make_member(self, statements: Sequence[Definition]) -> FamilyMember:
        first = statements[0]
        path = self._find_path(first.module)
        lines = tuple(sorted(one.line for one in statements))
        return FamilyMember(
            first.id, first.module, path, lines, self._decide_role(statements, path), first.id
        )

    def _decide_role(self, statements: Sequence[Definition], path: str) -> FamilyRole:
        if is_test_path(path):
            return FamilyRole.TEST
        if all(one.is_fallback for one in statements):
            return FamilyRole.FALLBACK
        names = map(_find_last_name, self._canonical | self._doubted_canonical)
        return FamilyRole.IMPOSTOR if statements[0].name in names else FamilyRole.DUPLICATE

    def _find_path(self, module: str) -> str:
        return self._analysis.modules[module].path

    def _find_aliases(self) -> Iterator[FamilyMember]:
        modules = [
            module
            for module in self._definitions.find_modules_with_name(self._rule.matches)
            if self._is_judged(module.path)
        ]
        symbols = self._definitions.symbols.read(module.name for module in modules)
        for module in modules:
            if (read := symbols.get(module.name)) is not None:
                yield from self._list_aliases(module, read)
            else:
                self._unread_aliases.add(module.name)

    def _list_aliases(self, module: Module, symbols: ModuleSymbols) -> Iterator[FamilyMember]:
        bindings: dict[str, list[Binding]] = {}
        for binding in symbols.bindings:
            if _may_be_alias(binding) and self._matches(binding.name):
                bindings.setdefault(binding.name, []).append(binding)
        for name, several in bindings.items():
            symbol = f"{module.name}:{name}"
            resolution = self._resolve(symbol)
            target = resolution.definition
            if resolution.unread and symbol not in self._rule.canonical:
                self._undecided_aliases.add(symbol)
                continue
            if target is None or resolution.needs_type_checking or symbol in self._rule.canonical:
                continue
            role = _decide_alias(resolution, symbols)
            if role is not None and self._is_class(target):
                lines = tuple(sorted(one.line for one in several))
                yield FamilyMember(symbol, module.name, module.path, lines, role, target)

    def _is_class(self, definition: str) -> bool:
        symbols = self._definitions.symbols.get(definition.partition(":")[0])
        statements = symbols.definitions if symbols else ()
        return any(one.id == definition and one.is_class for one in statements)


def _find_last_name(symbol: str) -> str:
    return symbol.rpartition(":")[2].rpartition(".")[2]


def _may_be_alias(binding: Binding) -> bool:
    return binding.kind in _ALIAS_KINDS and not binding.is_type_checking


def _decide_alias(resolution: Resolution, symbols: ModuleSymbols) -> FamilyRole | None:
    """Return what another name of a class is; None if it is only imported to be used."""
    first = resolution.hops[0]
    if first.kind not in _ALIAS_KINDS:
        return None
    own_name = _find_last_name(resolution.definition or "")
    if first.kind is BindingKind.ALIAS or first.name != own_name:
        return FamilyRole.ALIAS
    is_offered = symbols.is_package or first.name in (symbols.exported or ())
    return FamilyRole.RE_EXPORT if is_offered else None


def _allows(entry: str, member: str) -> bool:
    return entry == member or fnmatchcase(member, entry)
