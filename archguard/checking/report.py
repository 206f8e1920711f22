"""The report of a check, as immutable values that reporters render."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.source_edit import RefusedEdit, SourceEdit, move_edits

if TYPE_CHECKING:
    import datetime

    from archguard.checking.coverage import Coverage
    from archguard.checking.verdict_basis import VerdictBasis
    from archguard.configuration import Configuration
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.model import Analysis, ImportKind, Way


class Occurrence(NamedTuple):
    """A statement or string that causes a violation."""

    path: str
    line: int
    kind: ImportKind
    statement: str
    """Its first line, stripped. This is untrusted text."""
    column: int | None = None
    """Where the statement begins in its line, counted from 1 in characters; None if unknown."""
    names: tuple[str, ...] = ()
    """What the statement asks for, in full, below the imported module or in it; sorted."""
    ways: tuple[Way, ...] = ()
    """By which ways it imports a deprecated symbol; sorted."""


class ChainStep(NamedTuple):
    """One direct import of a chain, and where it stands."""

    importer: str
    imported: str
    path: str
    line: int


Identity = tuple[str, str, str]
"""What identifies a violation across commits: contract id, importer, imported."""


class Cause(NamedTuple):
    """An import that a change added, and without which some of its new violations would not exist."""

    importer: str
    imported: str
    path: str
    line: int
    violations: int
    """How many new violations it makes, of all contracts."""
    contracts: tuple[str, ...] = ()
    """The ids of the contracts that these violate, sorted."""

    def below(self, folder: str) -> Cause:
        """Return the same cause with its path below a folder."""
        return self._replace(path=f"{folder}/{self.path}")


class Causes(NamedTuple):
    """The smallest set of added imports without which a change would have no new violations.

    They are those of contracts that forbid chains. An import that violates another contract is its own
    cause.
    """

    imports: tuple[Cause, ...] = ()
    """Those that make most violations first."""
    unique: bool = False
    """Whether no other set of as many imports would do."""
    smallest: bool = True
    """Whether no smaller set would do; else the search for one took too long."""
    verified: bool = False
    """Whether judging again without them found all other violations, and none of the new ones."""
    unexplained: int = 0
    """How many new violations no added import makes: a module was moved, or a file can be read again."""

    def below(self, folder: str) -> Causes:
        """Return the same causes with their paths below a folder."""
        return self._replace(imports=tuple(cause.below(folder) for cause in self.imports))


class Action(NamedTuple):
    """What to do about a violation, or why nobody can say."""

    kind: str
    """`replace` or `refusal`."""
    text: str
    """A sentence."""
    old: str | None = None
    """The module to replace; None for a refusal."""
    new: str | None = None
    """What to import instead; None for a refusal."""


class Violation(NamedTuple):
    """A direct import that a contract forbids, or a class that should not exist.

    Of a class `importer` is its module and `imported` its id, `module:QualName`.
    """

    contract: str
    importer: str
    imported: str
    ghost: bool
    """Whether the imported module does not exist (any more)."""
    status: str
    """`open`; with a base `new` or `existing`."""
    occurrences: tuple[Occurrence, ...]
    replacement: str | None = None
    """What to import instead."""
    chain: tuple[ChainStep, ...] = ()
    """The shortest chain that ends with this import, first in the alphabet; empty without one."""
    source: str | None = None
    """The module that the contract names, and in which the chain begins; None if no chain is needed."""
    target: str | None = None
    """The module that the contract names, and in which the chain ends; `source` for a cycle."""
    """Of a transitive contract: the shortest chain that ends with this import, first in the alphabet."""
    foreign: bool = False
    """Whether the imported module exists, but not as Python source: see `Analysis.foreign`."""
    on_changed_lines: bool | None = None
    """Of a new violation: whether it stands, or a step of its chain, on a line that changed."""
    causes: tuple[Cause, ...] = ()
    """The added imports that make it; empty unless it is new and has a chain."""
    edits: tuple[SourceEdit, ...] | RefusedEdit | None = None
    """What rewrites it, or why nothing does; None if nobody asked. Several violations of a file may be
    rewritten by the edits of the first of them.
    """
    definition: str | None = None
    """The class that it is, or that its alias leads to; None if it is an import."""
    role: str | None = None
    """See `FamilyRole`; None if it is an import."""

    @property
    def identity(self) -> Identity:
        """What identifies the violation across commits."""
        return (self.contract, self.importer, self.imported)

    def below(self, folder: str) -> Violation:
        """Return the same violation with its paths below a folder."""
        places = tuple(place._replace(path=f"{folder}/{place.path}") for place in self.occurrences)
        chain = tuple(step._replace(path=f"{folder}/{step.path}") for step in self.chain)
        causes = tuple(cause.below(folder) for cause in self.causes)
        return self._replace(
            occurrences=places, chain=chain, causes=causes, edits=move_edits(self.edits, folder)
        )


class ReferenceReport(NamedTuple):
    """A place that names a deprecated module without importing it, or another name of a class."""

    contract: str
    module: str
    """The deprecated module, or the other name as `module:Name`."""
    path: str
    line: int
    kind: str = "literal"
    """`literal`, `configuration` or `attribute`; of a canonical contract `alias` or `re-export`."""
    text: str = ""
    """What is written there. This is untrusted text."""


class ComingStage(NamedTuple):
    """A day to come on which it changes what a contract lets pass."""

    day: datetime.date
    enforce: str
    """`strict`, `ratchet` or `report`."""
    fails: int
    """How many violations will fail then, if the tree stays as it is."""


class ExceptionReport(NamedTuple):
    """An exception of a contract, and what it covers."""

    source: str
    """`allowed_importers`, `ignore_imports`, `exceptions` or `comment`."""
    importer: str
    """A module, or an expression with wildcards."""
    imported: str
    imports: int
    """How many imports it covers."""
    reason: str
    owner: str
    until: str
    """The last day on which it holds, in ISO format; empty: it holds for ever."""
    expired: bool
    path: str | None = None
    """Where the comment stands, if it is one."""
    line: int | None = None
    growth: int | None = None
    """How many imports more than at the base it covers; None if nobody can know, or it is new."""

    @property
    def has_wildcard(self) -> bool:
        """Whether it may cover any number of imports."""
        return "*" in self.importer or "*" in self.imported


class HiddenUser(NamedTuple):
    """A module that uses a deprecated module behind a re-export, so that it is no violation."""

    module: str
    path: str
    line: int
    way: Way
    """The last name is what is deprecated."""

    def below(self, folder: str) -> HiddenUser:
        """Return the same user with its path below a folder."""
        return self._replace(path=f"{folder}/{self.path}")


class ContractReport(NamedTuple):
    """A contract's verdict and its counts."""

    id: str
    name: str
    type: str
    kept: bool | None
    """Whether there is no violation; None if the contract could not be judged."""
    violations: int
    new: int | None
    """How many the base does not have; None without a base."""
    lower_bound: bool
    """Whether an unread file could raise the count."""
    exposure: int
    """The number of modules that reach forbidden modules, directly or indirectly."""
    ignored: int = 0
    """The number of imports that `ignore_imports` removed before judging."""
    owner: str | None = None
    deadline: datetime.date | None = None
    warnings: tuple[str, ...] = ()
    text: str = ""
    """The output of a third-party contract type."""
    guidance: str = ""
    """The contract's `broken_contract_guidance`."""
    unknown: int = 0
    """How many violations of the parent commit may or may not exist: their importers cannot be read."""
    error: str | None = None
    """Why the contract could not be judged; None if it was."""
    exposed: tuple[str, ...] = ()
    """The modules that `exposure` counts, sorted; empty unless they were asked for."""
    passed: bool | None = None
    """Whether the contract lets the check pass; None if it could not be judged."""
    existing: int | None = None
    """How many violations the base has, too; None without a base."""
    fixed: int | None = None
    """How many violations only the base has; None without a base."""
    weakened: int | None = None
    """How many violations the base's contract finds, and this one does not; None without a base."""
    stages: tuple[ComingStage, ...] = ()
    """The days to come, in order."""
    allowed: int = 0
    """How many more violations there would be with all exceptions off."""
    kinds: tuple[str, ...] = ()
    """The kinds of import that are judged, sorted; empty: all of them."""
    other_kinds: int = 0
    """How many more violations there would be if every kind were judged."""
    exceptions: tuple[ExceptionReport, ...] = ()
    canonical_missing: bool | None = None
    """Whether a canonical class is missing, here or at the base; None for a contract about imports."""
    users: int | None = None
    """How many modules use what is deprecated, directly or behind a re-export; None for other types."""
    hidden_users: tuple[HiddenUser, ...] = ()
    """Those of them that are no violations, sorted."""
    missing_symbols: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The deprecated symbols that the tree does not have and nothing imports, each with the names that
    its module has. In no format.
    """
    doubted: tuple[tuple[str, str], ...] = ()
    """(importer, symbol) of imports of which nobody can know for lack of a file on their way, and
    (module, definition) of such classes; sorted.

    A violation of the parent commit among them is unknown. In snapshots only.
    """
    excepted_definitions: tuple[tuple[str, str], ...] = ()
    """(module, definition) of the classes that exceptions cover; sorted. In snapshots only."""


class BaseReport(NamedTuple):
    """The base that a tree was compared with."""

    commit: str | None
    """None for a baseline that is a file."""
    source: str
    """`git`, `server` or `file`."""
    name: str
    """How the user or the CI service names it."""


class FixedViolation(NamedTuple):
    """A violation that the base has, and the tree does not."""

    contract: str
    importer: str
    imported: str


class Weakening(NamedTuple):
    """Something that a change of the configuration, not of the code, stopped counting."""

    contract: str
    importer: str | None
    """None if it is not about one import, as when `enforce` is lowered."""
    imported: str | None
    how: str
    """See `archguard.ratchet.weakenings`."""


class Report(NamedTuple):
    """The result of a check, sorted."""

    commit: str | None
    contracts: tuple[ContractReport, ...]
    violations: tuple[Violation, ...]
    references: tuple[ReferenceReport, ...]
    coverage: Coverage
    modules: int
    imports: int
    base: BaseReport | None = None
    fixed: tuple[FixedViolation, ...] = ()
    weakened: tuple[Weakening, ...] = ()
    newly_unread: tuple[str, ...] = ()
    """The files that could be read at the base, and cannot now."""
    notices: tuple[str, ...] = ()
    today: datetime.date | None = None
    """The day on which deadlines and stages were judged; None before that."""
    adoption: str = ""
    """Without a base: the command that fails on new violations only, where there are many."""
    forbids_weakening: bool = False
    """Whether the check fails if anything is weakened."""
    causes: Causes | None = None
    """None without a base, or if no contract that forbids chains has new violations."""
    is_selection: bool = False
    """Whether --contract selected the contracts, so that the report does not tell the whole state."""
    basis: VerdictBasis | None = None
    """What the verdicts rest on; None if they rest on more than deprecated modules. In no format."""

    @property
    def doubted(self) -> frozenset[Identity]:
        """What may violate a contract, which nobody can know, mostly because a file is unread."""
        doubted = {(contract.id, *edge) for contract in self.contracts for edge in contract.doubted}
        imports = ((one.contract, one.importer, one.module) for one in self.coverage.undecided)
        return frozenset(doubted.union(imports))

    @property
    def kept(self) -> bool:
        """Whether every contract is kept."""
        return all(contract.kept for contract in self.contracts)

    @property
    def passed(self) -> bool:
        """Whether every contract lets the check pass, and no file became unreadable."""
        if self.newly_unread or (self.forbids_weakening and self.weakened):
            return False
        return all(contract.passed for contract in self.contracts)

    @property
    def errors(self) -> tuple[str, ...]:
        """Why contracts could not be judged."""
        return tuple(contract.error for contract in self.contracts if contract.error is not None)

    def below(self, folder: str) -> Report:
        """Return the same report with every path below a folder."""
        if not folder:
            return self
        unread = tuple(file._replace(path=f"{folder}/{file.path}") for file in self.coverage.unread)
        return self._replace(
            contracts=tuple(
                one._replace(hidden_users=tuple(user.below(folder) for user in one.hidden_users))
                for one in self.contracts
            ),
            violations=tuple(violation.below(folder) for violation in self.violations),
            causes=self.causes and self.causes.below(folder),
            references=tuple(r._replace(path=f"{folder}/{r.path}") for r in self.references),
            coverage=self.coverage._replace(unread=unread, outside=self.coverage.outside.below(folder)),
        )


class CheckInputs(NamedTuple):
    """What a report was made from; a snapshot is made from it, too."""

    configuration: Configuration
    contracts: tuple[LoadedContract, ...]
    analysis: Analysis


class CheckResult(NamedTuple):
    """A report and what it was made from."""

    report: Report
    inputs: CheckInputs
