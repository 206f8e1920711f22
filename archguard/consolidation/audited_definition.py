"""Find the classes and functions that an audit is about."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.family_names import find_stem, matches_any
from archguard.definitions.class_search import find_files_with_class
from archguard.definitions.file_roles import is_migration, is_test_path, is_vendored
from archguard.definitions.name_search import iterate_defined_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.consolidation.audit_request import AuditRequest
    from archguard.definitions.model import Definition
    from archguard.graph.discovery import Module

_MAX_SKIPPED_BYTES = 256 << 10


class AuditedDefinition(NamedTuple):
    """A definition, and the file that it stands in."""

    definition: Definition
    path: str
    is_test: bool

    @property
    def id(self) -> str:
        """The id of its statement."""
        return self.definition.statement


def find_matching(request: AuditRequest) -> list[AuditedDefinition]:
    """Return the classes whose names match, and the functions of production code, sorted.

    Of test files only those are parsed whose text may hold such a class.

    Raises:
        WorkerError: no child process can be started.
    """
    source, matches = request.tree.source, request.tree.matches
    production, tests = split_modules(request.analysis.modules.values())
    tests = [*find_files_with_class(source, tests, matches)]
    if request.classes_only:
        production = [*find_files_with_class(source, production, matches)]
    return sorted(
        (
            one
            for one in list_definitions(request, [*production, *tests])
            if matches_any(one.definition.name, matches)
            and (one.definition.is_class or not (one.is_test or request.classes_only))
        ),
        key=lambda one: (one.is_test, one.id),
    )


def find_candidates(request: AuditRequest) -> list[AuditedDefinition]:
    """Return the definitions of production code that have a name, but for words of age, in common.

    Only those at module scope, of different modules. Migrations are left out, since each is a copy of
    the one before and none can be removed, and so is what is copied from other projects.

    Raises:
        WorkerError: no child process can be started.
    """
    production, _ = split_modules(request.analysis.modules.values())
    production = [
        module for module in production if not (is_migration(module.path) or is_vendored(module.path))
    ]
    production = _select_with_shared_names(request, production)
    by_stem: defaultdict[tuple[str, ...], list[AuditedDefinition]] = defaultdict(list)
    for audited in list_definitions(request, production):
        definition = audited.definition
        if definition.is_top_level and not _is_dunder(definition.name):
            by_stem[find_stem(definition.name)].append(audited)
    return sorted(
        (
            one
            for group in by_stem.values()
            if len({other.definition.module for other in group}) > 1
            for one in group
        ),
        key=lambda one: one.id,
    )


def split_modules(modules: Iterable[Module]) -> tuple[list[Module], list[Module]]:
    """Return the modules of production code, and those of tests, sorted by name."""
    ordered = sorted(modules)
    return (
        [module for module in ordered if not is_test_path(module.path)],
        [module for module in ordered if is_test_path(module.path)],
    )


def list_definitions(request: AuditRequest, modules: Sequence[Module]) -> Iterator[AuditedDefinition]:
    """Yield the definitions of some modules, those that cannot be read left out.

    Raises:
        WorkerError: no child process can be started.
    """
    symbols = request.scan.read(module.name for module in modules)
    for module in modules:
        if (read := symbols.get(module.name)) is not None:
            is_test = is_test_path(module.path)
            for definition in read.definitions:
                yield AuditedDefinition(definition, module.path, is_test)


def _select_with_shared_names(request: AuditRequest, modules: Sequence[Module]) -> list[Module]:
    """Return the modules whose text may define what another one seems to define, too, by its name.

    The others need not be parsed. A file that cannot be read, and one so large that it may be generated,
    is kept: if it holds too much to be read, it is listed.
    """
    by_stem: defaultdict[tuple[str, ...], set[Module]] = defaultdict(set)
    selected: set[Module] = set()
    contents = request.tree.source.read([module.path for module in modules])
    for module, content in zip(modules, contents, strict=True):
        if not isinstance(content, bytes) or len(content) > _MAX_SKIPPED_BYTES:
            selected.add(module)
        if isinstance(content, bytes):
            for name in iterate_defined_names(content):
                by_stem[find_stem(name)].add(module)
    selected.update(*(group for group in by_stem.values() if len(group) > 1))
    return sorted(selected)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
