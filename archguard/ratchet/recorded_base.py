"""A base of which only the violations are known: a folder that `archguard freeze` wrote, or a snapshot.

It says which violations are known, and neither which contracts found them nor what was renamed since.
Where git can read the base itself, that alone decides, and the record is only compared with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.report import BaseReport, FixedViolation, Weakening
from archguard.errors import ConfigurationError
from archguard.ratchet.contract_line import ContractLine
from archguard.ratchet.ignored_files import describe_ignored, find_ignored
from archguard.ratchet.status_counts import add_counts
from archguard.ratchet.weakenings import CONTRACT_REMOVED
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Identity, Report
    from archguard.configuration import Configuration, ContractConfiguration
    from archguard.ratchet.baseline_folder import BaselineFolder, Edge

_UNSEEN = (
    "contracts that were weakened, exceptions that were added and the causes of new violations "
    "cannot be seen."
)


class RecordedBase(NamedTuple):
    """The violations that are known, and where that is recorded."""

    name: str
    """How the user names it."""
    source: str
    """`file` or `server`."""
    commit: str | None
    violations: Mapping[str, frozenset[Edge]]
    """By the id that the contract has now. A contract without a record has no key."""
    removed: Mapping[str, frozenset[Edge]] = {}
    """The same of contracts that do not exist any more, by the id that they had."""
    notices: tuple[str, ...] = ()

    @property
    def identities(self) -> frozenset[Identity]:
        """The violations of the contracts that exist."""
        return frozenset(
            (contract, *edge) for contract, edges in self.violations.items() for edge in edges
        )


def read_folder(folder: BaselineFolder, configuration: Configuration) -> RecordedBase:
    """Read the known violations of a configuration's contracts.

    Args:
        folder: the folder.
        configuration: the whole one, so that no contract counts as removed that is only not judged.

    Raises:
        ConfigurationError: there is no such folder, or a file in it is not what `freeze` writes.
    """
    folder.require()
    names = folder.list_contracts()
    known = {name: edges for name in names if (edges := folder.read(name)) is not None}
    return make_record(folder.path, "file", None, known, configuration)


def make_record(
    name: str,
    source: str,
    commit: str | None,
    known: Mapping[str, frozenset[Edge]],
    configuration: Configuration,
) -> RecordedBase:
    """Return a base of which violations are known by the ids that contracts had there.

    Args:
        name: how the user names it.
        source: `file` or `server`.
        commit: its commit, if that is known.
        known: the violations of each contract.
        configuration: the whole one, so that no contract counts as removed that is only not judged.
    """
    line = ContractLine(configuration)
    violations: dict[str, frozenset[Edge]] = {}
    for contract, edges in known.items():
        if (now := line.find_id(contract)) is not None:
            violations[now] = violations.get(now, frozenset()) | edges
    removed = {contract: edges for contract, edges in known.items() if line.find_id(contract) is None}
    return RecordedBase(name, source, commit, violations, removed)


def read_known(folder: BaselineFolder, contract: ContractConfiguration) -> frozenset[Edge] | None:
    """Read the known violations of a contract, which may stand under an earlier id; None if none do.

    Raises:
        ConfigurationError: the file is not what `freeze` writes.
    """
    files = (folder.read(name) for name in (contract.id, *contract.previous_ids))
    return next((edges for edges in files if edges is not None), None)


def list_removed(folder: BaselineFolder, configuration: Configuration) -> list[str]:
    """Return the ids of the folder's contracts that do not exist any more."""
    existing = {
        name for contract in configuration.contracts for name in (contract.id, *contract.previous_ids)
    }
    return [name for name in folder.list_contracts() if name not in existing]


def compare_with_record(report: Report, request: CheckRequest, base: RecordedBase) -> Report:
    """Return the report with the status of each violation, and what was fixed.

    Raises:
        ConfigurationError: a contract with violations has no record, so nobody knows which are new.
    """
    for contract in report.contracts:
        if contract.id not in base.violations and contract.violations:
            raise ConfigurationError(
                f"{escape(base.name)} has nothing of the contract {escape(contract.id)}: "
                + ("`archguard freeze` writes it." if base.source == "file" else "name a --base.")
            )
    current = frozenset(violation.identity for violation in report.violations)
    known = base.identities
    new = current - known
    ignored = find_ignored(report.violations, new, request)
    new -= ignored
    judged = {contract.id for contract in report.contracts if contract.error is None}
    unread = {file.module for file in report.coverage.unread}
    gone = known - current - report.doubted
    fixed = {one for one in gone if one[0] in judged and one[1] not in unread}
    return add_counts(
        report._replace(
            violations=tuple(
                violation._replace(status="new" if violation.identity in new else "existing")
                for violation in report.violations
            ),
            base=BaseReport(base.commit, base.source, base.name),
            fixed=tuple(FixedViolation(*identity) for identity in sorted(fixed)),
            weakened=tuple(
                Weakening(contract, *edge, CONTRACT_REMOVED)
                for contract, edges in sorted(base.removed.items())
                for edge in sorted(edges)
            ),
            notices=(
                *report.notices,
                *base.notices,
                f"{escape(base.name)} decides: {_UNSEEN}",
                *describe_ignored(ignored),
            ),
        )
    )


def describe_differences(report: Report, record: RecordedBase) -> tuple[str, ...]:
    """Say where a record differs from the base that git could read, which alone decides.

    Args:
        report: compared with that base.
        record: what is recorded.
    """
    known = record.identities
    statuses = {violation.identity: violation.status for violation in report.violations}
    judged = {contract.id for contract in report.contracts if contract.error is None}
    excused = [one for one, status in statuses.items() if status == "new" and one in known]
    missing = [one for one, status in statuses.items() if status == "existing" and one not in known]
    stale = [one for one in known if one[0] in judged and one not in statuses]
    name = escape(record.name)
    since = escape(report.base.name) if report.base else ""
    return (
        *_describe(excused, f"of {name} {{}} new since {since}, which decides"),
        *_describe(missing, f"at {since} {{}} not in {name}"),
        *_describe(
            stale, f"of {name} {{}} no longer there: `archguard freeze --prune` removes what is stale"
        ),
    )


def _describe(identities: Collection[Identity], clause: str) -> tuple[str, ...]:
    if not identities:
        return ()
    contract, importer, imported = min(identities)
    first = f"{escape(contract)}: {escape(importer)} -> {escape(imported)}"
    verb = "is" if len(identities) == 1 else "are"
    count = format_count(len(identities), "violation")
    return (f"{count} {clause.format(verb)} ({first}{' and others' * (len(identities) > 1)}).",)
