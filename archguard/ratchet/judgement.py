"""What the contracts of some configuration say of some tree: of a change, or of its base."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.pipeline import scan_options
from archguard.checking.report_cache import load_or_check
from archguard.errors import ArchguardError
from archguard.graph.roots import RootNotFoundError
from archguard.graph.scanning.fingerprints import load_fingerprints
from archguard.ratchet.inferred_base import infer_base_report
from archguard.ratchet.translation import translate_configuration
from archguard.sources.git.work_tree import list_differences
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Identity, Report, Violation
    from archguard.configuration import Configuration
    from archguard.graph.model import Analysis
    from archguard.ratchet.base import Base
    from archguard.ratchet.contract_line import ContractLine


class Judgement(NamedTuple):
    """What the contracts of some configuration say of some tree."""

    identities: frozenset[Identity] = frozenset()
    report: Report | None = None
    """None if nothing could be judged."""
    doubted: frozenset[Identity] = frozenset()
    """What may be violations, too; nobody can know."""

    @classmethod
    def from_report(cls, report: Report) -> Judgement:
        """Return what a report says."""
        identities = frozenset(violation.identity for violation in report.violations)
        return cls(identities, report, report.doubted)

    def list_others(self, head: Judgement, line: ContractLine) -> list[Violation]:
        """Return the violations that the judgement by the tree's own contracts does not have.

        Args:
            head: that judgement.
            line: the tree's contracts, which may have had other ids.
        """
        return [
            violation
            for violation in (self.report.violations if self.report else ())
            if (line.find_id(violation.contract), *violation.identity[1:]) not in head.identities
        ]

    def complete(self, other: Judgement) -> Judgement:
        """Return the judgement with the violations of another one for what this one does not judge."""
        if self.report is None:
            return other
        missing = frozenset(one for one in other.identities if not self.judges(one[0]))
        violations = other.report.violations if other.report else ()
        added = tuple(violation for violation in violations if violation.identity in missing)
        report = self.report._replace(violations=(*self.report.violations, *added))
        return Judgement(self.identities | missing, report, self.doubted)

    def judges(self, contract: str) -> bool:
        """Return whether the contract was judged."""
        reports = self.report.contracts if self.report else ()
        return any(report.id == contract and report.error is None for report in reports)


def judge(request: CheckRequest, configuration: Configuration) -> Judgement:
    """Judge a tree by a configuration that may be older or newer than it."""
    configuration = tolerate_unmatched_exceptions(configuration)
    while configuration.root_packages and configuration.contracts:
        try:
            report = load_or_check(request._replace(configuration=configuration, started=()))
        except RootNotFoundError as error:
            configuration = _remove_root(configuration, error.name)
        except ArchguardError:
            break
        else:
            return Judgement.from_report(report)
    return Judgement()


def judge_base(
    request: CheckRequest, configuration: Configuration, base: Base, head: Report
) -> Judgement:
    """Judge the base by the tree's contracts; return its violations under the names of today.

    Args:
        request: the tree.
        configuration: the contracts.
        base: the base.
        head: the report of the tree by its own contracts.
    """
    source = base.source
    if isinstance(request.source, WorkingTree):
        source = source.with_known_fingerprints(partial(_find_equal_files, request, base))
    translated = translate_configuration(configuration, base.modules.to_old, base.path_to_old)
    asked = request._replace(
        source=source,
        configuration=tolerate_unmatched_exceptions(translated),
        progress=None,
        list_exposed=False,
    )
    if asked.configuration == tolerate_unmatched_exceptions(request.configuration):
        report = infer_base_report(request, asked, base, head)
        if report is not None:
            return Judgement.from_report(report)
    source.prepare_listing()
    judgement = judge(asked, asked.configuration)
    return judgement._replace(
        identities=_rename(judgement.identities, base), doubted=_rename(judgement.doubted, base)
    )


def _rename(identities: Iterable[Identity], base: Base) -> frozenset[Identity]:
    """Return violations of a base under the names that their modules have now."""
    rename = base.modules.to_new
    return frozenset(
        # A class that is moved is another one; it stands in the importer itself.
        (contract, importer, imported)
        if imported.startswith(f"{importer}:")
        else (contract, rename(importer), rename(imported))
        for contract, importer, imported in identities
    )


def _find_equal_files(request: CheckRequest, base: Base) -> Mapping[str, str]:
    """Return the fingerprints of the files of the working tree that the base has with the same content.

    They were scanned already, so only what differs is read at the base.
    """
    known = load_fingerprints(request.source, request.cache)
    source = base.source
    differing = list_differences(request.source.spec()["root"], source.prefix, source.commit or "")
    return {path: value for path, value in known.items() if path not in differing}


def read_tree(request: CheckRequest, configuration: Configuration) -> Analysis | None:
    """Read a tree by a configuration that may be older or newer than it; None if it cannot be read."""
    from archguard.graph.analysis import analyse  # noqa: PLC0415 (not needed for a cached report)

    while configuration.root_packages:
        options = scan_options(configuration)
        try:
            return analyse(request.source, options, cache=request.cache, jobs=request.jobs).result()
        except RootNotFoundError as error:
            configuration = _remove_root(configuration, error.name)
        except ArchguardError:
            break
    return None


def tolerate_unmatched_exceptions(configuration: Configuration) -> Configuration:
    """Return a configuration for another tree: exceptions may be of no use, and classes be missing."""
    contracts = tuple(contract.tolerate_missing() for contract in configuration.contracts)
    return configuration._replace(contracts=contracts)


def _remove_root(configuration: Configuration, root: str) -> Configuration:
    roots = tuple(name for name in configuration.root_packages if name != root)
    session_options = {**configuration.session_options, "root_packages": list(roots)}
    return configuration._replace(root_packages=roots, session_options=session_options)
