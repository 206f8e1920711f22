"""What is to be done to take the violations of deprecated modules to zero, as immutable values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.checking.report import Identity
    from archguard.checking.source_edit import SourceEdit
    from archguard.consolidation.rewrite.refusal import RefusalCode
    from archguard.consolidation.rewrite.text_edit import TextEdit


DEFAULT_BATCH_SIZE = 20


class PlanOptions(NamedTuple):
    """How to plan."""

    batch_size: int = DEFAULT_BATCH_SIZE
    """How many violations a batch takes away at most; a file is never split."""
    rewrites_strings: bool = False
    """Whether strings that name a module are rewritten, too."""
    is_partial: bool = False
    """Whether names move that can where others of the same import cannot."""
    contracts: tuple[str, ...] = ()
    """Only violations of the contracts with these ids; empty for all."""
    folders: tuple[str, ...] = ()
    """Only files in one of these folders, or these files; empty for all."""


class PlannedViolation(NamedTuple):
    """One violation, and whether its imports can be rewritten."""

    contract: str
    importer: str
    imported: str
    path: str
    line: int
    """Where its first import stands; where something is in the way, that place."""
    code: RefusalCode | None = None
    """What is in the way; None if nothing is."""
    reason: str = ""
    """The same in words; of a ready one what a reader should know."""
    symbols: tuple[str, ...] = ()
    """What the imports ask for, in full, sorted."""
    batch: int | None = None
    """The number of the batch that rewrites it; None if it is blocked."""
    edits: tuple[SourceEdit, ...] = ()
    """What rewrites it, in terms of the file's own bytes. Edits that several violations of a file share
    are those of the first of them.
    """
    leaves_with: str = ""
    """The deprecated module whose own test the file is, so that it need not be rewritten; else empty."""

    @property
    def status(self) -> str:
        """`ready` or `blocked`."""
        return "ready" if self.code is None else "blocked"

    @property
    def identity(self) -> Identity:
        """What identifies the violation across commits."""
        return (self.contract, self.importer, self.imported)


class Batch(NamedTuple):
    """Files that are changed together: the size of a pull request."""

    number: int
    owner: str
    """Who owns the files, or else the contract; empty if nobody says."""
    package: str
    """The package that holds them all."""
    paths: tuple[str, ...]
    violations: tuple[Identity, ...]
    """Those that it takes away, sorted."""
    predicted: Mapping[str, int]
    """Contract id -> its violations after this batch and all before it."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever merges it should know."""
        return () if self.owner else ("owner unknown",)


class DeletionStep(NamedTuple):
    """Deprecated modules that can be deleted at the same time only, and what it takes."""

    modules: tuple[str, ...]
    """Sorted; several if they import each other in a circle."""
    after: tuple[str, ...]
    """The deprecated modules that have to be deleted before, sorted."""
    after_batch: int | None
    """The number of the batch after which nothing else imports them, 0 for now; None: none does it."""
    importers: tuple[str, ...]
    """The modules that would still import them after all batches, sorted."""
    own_tests: tuple[str, ...]
    """The paths of the test files that leave with them, sorted."""


class ImporterGain(NamedTuple):
    """How much it frees if one module stops importing what a contract deprecates."""

    contract: str
    importer: str
    path: str
    frees: int
    """How many modules no longer reach deprecated ones then; the importer counts."""
    batches: tuple[int, ...]
    """The numbers of the batches that take its imports away, sorted."""
    is_ready: bool
    """Whether these take all of them away."""


class CutImport(NamedTuple):
    """An import to remove."""

    importer: str
    imported: str
    path: str
    line: int


class ContractCut(NamedTuple):
    """The fewest imports without which a contract that forbids chains has no violation."""

    contract: str
    imports: tuple[CutImport, ...]
    """Sorted. Empty if the search for them took too long."""
    unique: bool
    """Whether no other set of as many imports would do."""
    smallest: bool
    """Whether no smaller set would do; else the search for one took too long."""


class PlanOrder(NamedTuple):
    """What is best done first."""

    deletions: tuple[DeletionStep, ...] = ()
    """All deprecated modules that exist, in an order in which they can be deleted."""
    importers: tuple[ImporterGain, ...] = ()
    """All importers that free something, those that free most first."""
    cuts: tuple[ContractCut, ...] = ()
    """One for each contract with chains, sorted."""


class MigrationPlan(NamedTuple):
    """All violations of the contracts that deprecate modules, and the batches that take them away."""

    violations: tuple[PlannedViolation, ...]
    """Sorted."""
    batches: tuple[Batch, ...]
    counts: Mapping[str, int]
    """Contract id -> its violations now, of every contract."""
    edits: Mapping[str, tuple[TextEdit, ...]]
    """Path -> the edits of its file, of all batches."""
    digests: Mapping[str, str]
    """Path -> the SHA-256 of the content that the edits are about."""
    order: PlanOrder = PlanOrder()
    removed: tuple[str, ...] = ()
    """The paths of files that are deleted."""

    def list_ready(self) -> tuple[PlannedViolation, ...]:
        """Return the violations that can be taken away now."""
        return tuple(one for one in self.violations if one.code is None)
