"""What a check found: frozen values, rendered by the reporters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime

    from archguard.configuration import Configuration
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.model import Analysis, UnreadFile
    from archguard.graph.parsing.import_kinds import ImportKind


class Occurrence(NamedTuple):
    """One statement, or string, that makes a violation."""

    path: str
    line: int
    kind: ImportKind
    statement: str
    """Its first line, stripped; untrusted text."""


class Violation(NamedTuple):
    """A direct import that a contract forbids."""

    contract: str
    importer: str
    imported: str
    ghost: bool
    """Whether the imported module does not exist (any more)."""
    status: str
    """`new`: there is no baseline yet that would know it."""
    occurrences: tuple[Occurrence, ...]
    replacement: str | None = None
    """What to import instead."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes it the same violation in another commit."""
        return (self.contract, self.importer, self.imported)

    def below(self, folder: str) -> Violation:
        """The same violation with its paths below a folder."""
        places = tuple(place._replace(path=f"{folder}/{place.path}") for place in self.occurrences)
        return self._replace(occurrences=places)


class ReferenceReport(NamedTuple):
    """A literal string that names a deprecated module."""

    contract: str
    module: str
    """The deprecated module."""
    path: str
    line: int


class ContractReport(NamedTuple):
    """A contract's verdict and its counts."""

    id: str
    name: str
    type: str
    kept: bool
    violations: int
    new: int
    lower_bound: bool
    """Whether a file that could not be read could raise the count."""
    exposure: int
    """How many modules reach what they must not, directly or through others."""
    ignored: int = 0
    """Imports that `ignore_imports` took out before judging."""
    owner: str | None = None
    deadline: datetime.date | None = None
    warnings: tuple[str, ...] = ()
    text: str = ""
    """What a third-party contract type says itself."""
    guidance: str = ""
    """The contract's `broken_contract_guidance`."""


class Coverage(NamedTuple):
    """Which files the numbers speak of."""

    files: int
    unread: tuple[UnreadFile, ...]

    @property
    def analysed(self) -> int:
        """Files that are in the graph."""
        return self.files - len(self.unread)


class Report(NamedTuple):
    """Everything a check found, sorted."""

    commit: str | None
    contracts: tuple[ContractReport, ...]
    violations: tuple[Violation, ...]
    references: tuple[ReferenceReport, ...]
    coverage: Coverage
    modules: int
    imports: int

    @property
    def kept(self) -> bool:
        """Whether every contract is."""
        return all(contract.kept for contract in self.contracts)

    def below(self, folder: str) -> Report:
        """The same report with every path below a folder: what a reader sees from further up."""
        if not folder:
            return self
        unread = tuple(file._replace(path=f"{folder}/{file.path}") for file in self.coverage.unread)
        return self._replace(
            violations=tuple(violation.below(folder) for violation in self.violations),
            references=tuple(r._replace(path=f"{folder}/{r.path}") for r in self.references),
            coverage=self.coverage._replace(unread=unread),
        )


class CheckInputs(NamedTuple):
    """What verdicts rest on: for whoever tells more of a commit than its counts."""

    configuration: Configuration
    contracts: tuple[LoadedContract, ...]
    analysis: Analysis


class CheckResult(NamedTuple):
    """A report, and what it rests on."""

    report: Report
    inputs: CheckInputs
