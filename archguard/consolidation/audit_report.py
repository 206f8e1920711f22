"""What `archguard audit` says about a tree, as immutable values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.consolidation.role import Role


class DefinitionReport(NamedTuple):
    """A class or function of a family."""

    id: str
    """`module:QualName`, or `module:QualName#2` for a second statement of it."""
    name: str
    path: str
    line: int
    is_class: bool
    """Whether it is a class, not a function."""
    is_test: bool
    """Whether it stands in a test file."""
    is_fallback: bool
    """Whether it stands in an `except` that catches ImportError."""
    role: Role
    facts: tuple[str, ...]
    """What the source says, in sentences; those that decided the role first."""
    importers: int
    """The modules that import it, by any path."""
    test_importers: int
    """Those of them that are test files."""
    indirect_importers: int
    """Those of them that use other paths than its own only."""
    paths: Mapping[str, int]
    """`module:Name` as importers write it -> their number."""


class BindingReport(NamedTuple):
    """Another name or home that a module of production code gives a definition."""

    symbol: str
    """`module:Name`."""
    target: str
    """The id of the definition."""
    kind: str
    path: str
    line: int
    at_run_time: bool
    """Whether it exists when the code runs, not only for type checkers."""


class Impostor(NamedTuple):
    """A name that leads to another definition than its namesakes."""

    name: str
    target: str
    """The id of the definition that it leads to."""
    symbols: tuple[str, ...]
    """Where: `module:Name`."""
    expected: str
    """The id of the definition that its namesakes lead to."""


class Factory(NamedTuple):
    """A class or function that returns members of the family."""

    id: str
    path: str
    line: int
    returns: tuple[str, ...]
    same_returns: tuple[str, ...]
    """The other factories that return the same."""


class MissingName(NamedTuple):
    """A symbol that is imported, and that its module does not have."""

    symbol: str
    """`module:Name`."""
    places: tuple[tuple[str, int], ...]
    """Path and line of each import."""


class Family(NamedTuple):
    """Definitions that look like one job."""

    name: str
    canonical: tuple[str, ...]
    """The ids of the definitions that should stay."""
    is_proposed: bool
    """Whether the canonical one was chosen here, not given."""
    members: tuple[str, ...]
    """The ids of all definitions of production code, the canonical ones first."""


class AuditCounts(NamedTuple):
    """How many class statements and functions match, and where."""

    statements: int
    production: int
    tests: int
    names: int
    """Different names in production code."""
    modules: int
    """Modules of production code that define some."""
    fallbacks: int
    """Statements of production code inside an `except` that catches ImportError."""


class UnreadFile(NamedTuple):
    """A file of which nothing is known."""

    path: str
    reason: str


class AuditCoverage(NamedTuple):
    """Which files the audit rests on."""

    files: int
    read: int
    """Files whose imports are known."""
    unread: tuple[UnreadFile, ...]


class MappingProposal(NamedTuple):
    """What could take the place of a name that is imported from a deprecated module."""

    symbol: str
    """`module:Name` as it is imported."""
    importers: int
    """The number of modules that import it."""
    candidate: str
    """`module:Name`."""
    reason: str
    """`clone`, `same name`, `alias`, `subclass` or `base class`."""


class ImportHomes(NamedTuple):
    """How many violations of contracts that deprecate modules import names whose home is known."""

    violations: int
    known: int
    """Those of which each name is in the replacement, or its home is known."""
    re_exported: int
    """Those of them with a name that the deprecated module only re-exports from its home."""
    unknown: int


class AuditReport(NamedTuple):
    """The result of an audit; everything is sorted."""

    matches: tuple[str, ...]
    """The patterns that were asked for; empty if families were looked for."""
    families: tuple[Family, ...]
    definitions: tuple[DefinitionReport, ...]
    bindings: tuple[BindingReport, ...]
    impostors: tuple[Impostor, ...]
    factories: tuple[Factory, ...]
    missing: tuple[MissingName, ...]
    counts: AuditCounts
    coverage: AuditCoverage
    mappings: tuple[MappingProposal, ...] = ()
    """Candidates for names of deprecated modules that have no other home; the most convincing first."""
    imports: ImportHomes | None = None
    """What imports of deprecated modules ask for; None if no contract deprecates any."""
