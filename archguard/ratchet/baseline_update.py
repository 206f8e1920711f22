"""What `archguard freeze` changes in a baseline: it shrinks, and grows only where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.ratchet.ignored_files import find_ignored
from archguard.ratchet.recorded_base import list_removed, read_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Report
    from archguard.configuration import Configuration, ContractConfiguration
    from archguard.ratchet.baseline_folder import BaselineFolder, Edge

_NOTHING: frozenset[Edge] = frozenset()


class ContractUpdate(NamedTuple):
    """What becomes of the file of one contract."""

    contract: str
    before: frozenset[Edge] | None
    """The violations that were known; None if the contract had no file."""
    after: frozenset[Edge] | None
    """Those that are known from now on; None if the contract has no file."""
    refused: frozenset[Edge] = _NOTHING
    """The violations of the tree that are left out, because the file only shrinks."""

    @property
    def added(self) -> frozenset[Edge]:
        """The violations by which a file grows that was there already."""
        return _NOTHING if self.before is None else (self.after or _NOTHING) - self.before

    @property
    def removed(self) -> frozenset[Edge]:
        """The violations that are no longer known."""
        return (self.before or _NOTHING) - (self.after or _NOTHING)


def plan_updates(
    folder: BaselineFolder,
    report: Report,
    request: CheckRequest,
    configuration: Configuration,
    *,
    grow: bool,
    prune: bool,
) -> list[ContractUpdate]:
    """Return what becomes of each contract's file, in the order of the configuration.

    Args:
        folder: the baseline.
        report: the report of the tree. A violation whose importer cannot be read stays known, and so
            does what may still violate its contract.
        request: what the report was made from.
        configuration: the whole of it, where not all contracts are judged.
        grow: whether violations are added to files that are there already.
        prune: whether nothing else is done than to remove what is stale, files of removed contracts too.

    Raises:
        ConfigurationError: a file is not what `freeze` writes.
    """
    identities = frozenset(violation.identity for violation in report.violations)
    ignored = find_ignored(report.violations, identities, request)
    judged = {contract.id for contract in report.contracts if contract.error is None}
    unread = {file.module for file in report.coverage.unread}
    updates = []
    for contract in request.configuration.contracts:
        if contract.id in judged:
            current = frozenset(
                (importer, imported)
                for owner, importer, imported in identities - ignored
                if owner == contract.id
            )
            before = read_known(folder, contract)
            if before is None and prune:
                continue
            shrunk = frozenset(
                edge
                for edge in before or ()
                if edge in current or edge[0] in unread or (contract.id, *edge) in report.doubted
            )
            after = current | shrunk if grow or before is None else shrunk
            updates.append(ContractUpdate(contract.id, before, after, current - after))
    removed = list_removed(folder, configuration) if prune else ()
    return [*updates, *(ContractUpdate(name, folder.read(name), None) for name in removed)]


def apply_updates(
    folder: BaselineFolder, updates: list[ContractUpdate], configuration: Configuration
) -> None:
    """Write and remove files.

    Raises:
        ArchguardError: one cannot be written.
    """
    contracts = {contract.id: contract for contract in configuration.contracts}
    for update in updates:
        if update.after is None:
            folder.remove(update.contract)
            continue
        if folder.read(update.contract) != update.after:
            folder.write(update.contract, update.after)
        for name in _list_earlier_files(folder, contracts[update.contract]):
            folder.remove(name)


def _list_earlier_files(folder: BaselineFolder, contract: ContractConfiguration) -> Iterator[str]:
    files = set(folder.list_contracts())
    yield from (name for name in contract.previous_ids if name in files)
