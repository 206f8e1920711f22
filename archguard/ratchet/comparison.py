"""Compare a report with the base of a change: what is new, fixed, and no longer counted.

new = violations(head, head's contracts) - violations(base, head's contracts)
weakened = violations(head, base's contracts) - violations(head, head's contracts)

An exception counts in `new` only if it stands at the base already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.report import BaseReport, FixedViolation
from archguard.checking.report_cache import load_or_check
from archguard.errors import ArchguardError
from archguard.graph.module_expressions import compile_expressions
from archguard.graph.roots import RootNotFoundError
from archguard.ratchet.exceptions import use_exceptions_of
from archguard.ratchet.translation import translate_configuration
from archguard.ratchet.weakenings import list_weakenings
from archguard.sources.git.work_tree import list_ignored
from archguard.sources.working_tree import WorkingTree
from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import ContractReport, Report, Violation, Weakening
    from archguard.configuration import Configuration
    from archguard.ratchet.base import Base

Identity = tuple[str, str, str]
"""Contract id, importer, imported."""


class _Judgement(NamedTuple):
    """What the contracts of some configuration say of some tree."""

    identities: frozenset[Identity] = frozenset()
    report: Report | None = None
    """None if nothing could be judged."""

    def list_others(self, other: _Judgement) -> list[Violation]:
        """Return the violations that another judgement does not have."""
        violations = self.report.violations if self.report else ()
        return [v for v in violations if v.identity not in other.identities]

    def complete(self, other: _Judgement) -> _Judgement:
        """Return the judgement with the violations of another one for what this one does not judge."""
        if self.report is None:
            return other
        missing = frozenset(one for one in other.identities if not self.judges(one[0]))
        violations = other.report.violations if other.report else ()
        added = tuple(violation for violation in violations if violation.identity in missing)
        report = self.report._replace(violations=(*self.report.violations, *added))
        return _Judgement(self.identities | missing, report)

    def judges(self, contract: str) -> bool:
        reports = self.report.contracts if self.report else ()
        return any(report.id == contract and report.error is None for report in reports)


def compare(report: Report, request: CheckRequest, base: Base, *, accept_exceptions: bool) -> Report:
    """Return the report with the status of each violation, and what was fixed and weakened.

    Args:
        report: the report of the tree.
        request: what it was made from.
        base: what the tree is compared with.
        accept_exceptions: whether exceptions take effect that the base does not have.

    Raises:
        SourceError: git failed.
    """
    configuration = request.configuration
    own = base.configuration
    own_now = own and translate_configuration(own, base.modules.to_new, base.path_to_new)
    judging = configuration
    if own_now is not None and not accept_exceptions:
        judging = use_exceptions_of(own_now, configuration)
    head = _Judgement(_identify(report.violations), report)
    strict = head if judging == configuration else _judge(request, judging).complete(head)
    before = _judge_base(request, judging, base)
    weakened: tuple[Weakening, ...] = ()
    unjudged: list[str] = []
    if own_now is not None and own_now._replace(path="") != configuration._replace(path=""):
        by_base = _judge(request, own_now)
        others = by_base.list_others(head)
        weakened = list_weakenings(others, configuration, own_now, base.modules.is_renamed)
        unjudged = _list_unknown_weakenings(own_now, by_base)
    new = strict.identities - before.identities - _find_unreadable_before(strict, before, base)
    ignored = _find_ignored(strict, new, request)
    new -= ignored
    fixed = before.identities - strict.identities - _find_unreadable_now(report, before)
    fixed -= {(w.contract, w.importer, w.imported) for w in weakened}
    hidden = [v for v in strict.report.violations if v.identity in new] if strict.report else []
    violations = {v.identity: v for v in [*hidden, *report.violations]}
    return _with_counts(
        report._replace(
            violations=tuple(
                violation._replace(status="new" if identity in new else "existing")
                for identity, violation in sorted(violations.items())
            ),
            base=BaseReport(base.source.commit, "git", base.name),
            fixed=tuple(FixedViolation(*identity) for identity in sorted(fixed)),
            weakened=weakened,
            newly_unread=_list_newly_unread(report, before, base),
            notices=(
                *report.notices,
                *base.notices,
                *_list_unjudged(judging, before),
                *unjudged,
                *_describe_ignored(ignored),
            ),
        )
    )


def _identify(violations: Iterable[Violation]) -> frozenset[Identity]:
    return frozenset(violation.identity for violation in violations)


def _judge(request: CheckRequest, configuration: Configuration) -> _Judgement:
    """Judge a tree by a configuration that may be older or newer than it."""
    configuration = _tolerate_unmatched_exceptions(configuration)
    while configuration.root_packages and configuration.contracts:
        try:
            report = load_or_check(request._replace(configuration=configuration, started=()))
        except RootNotFoundError as error:
            configuration = _remove_root(configuration, error.name)
        except ArchguardError:
            break
        else:
            return _Judgement(_identify(report.violations), report)
    return _Judgement()


def _judge_base(request: CheckRequest, configuration: Configuration, base: Base) -> _Judgement:
    """Judge the base by the tree's contracts; return its violations under the names of today."""
    judgement = _judge(
        request._replace(source=base.source, progress=None, list_exposed=False),
        translate_configuration(configuration, base.modules.to_old, base.path_to_old),
    )
    rename = base.modules.to_new
    identities = {
        (contract, rename(importer), rename(imported))
        for contract, importer, imported in judgement.identities
    }
    return judgement._replace(identities=frozenset(identities))


def _tolerate_unmatched_exceptions(configuration: Configuration) -> Configuration:
    contracts = [
        contract._replace(options={**contract.options, "unmatched_ignore_imports_alerting": "none"})
        if "ignore_imports" in contract.options
        else contract
        for contract in configuration.contracts
    ]
    return configuration._replace(contracts=tuple(contracts))


def _remove_root(configuration: Configuration, root: str) -> Configuration:
    roots = tuple(name for name in configuration.root_packages if name != root)
    session_options = {**configuration.session_options, "root_packages": list(roots)}
    return configuration._replace(root_packages=roots, session_options=session_options)


def _find_unreadable_before(head: _Judgement, before: _Judgement, base: Base) -> frozenset[Identity]:
    """Return the violations of files that could not be read at the base, but named the module there."""
    if before.report is None:
        return frozenset()
    names = {base.path_to_new(file.path): file for file in before.report.coverage.unread}
    return frozenset(
        violation.identity
        for violation in (head.report.violations if head.report else ())
        for place in violation.occurrences
        if (file := names.get(place.path)) is not None
        and (
            file.unknown
            or any(
                compile_expressions((base.modules.to_old(violation.imported),)).match(name)
                for name in file.names
            )
        )
    )


def _find_ignored(
    head: _Judgement, new: frozenset[Identity], request: CheckRequest
) -> frozenset[Identity]:
    """Return the new violations that stand only in files that git ignores: no commit can have them."""
    if not isinstance(request.source, WorkingTree) or head.report is None:
        return frozenset()
    paths = {
        violation.identity: {place.path for place in violation.occurrences}
        for violation in head.report.violations
        if violation.identity in new
    }
    ignored = list_ignored(request.source.root, sorted(set().union(*paths.values())))
    return frozenset(
        identity for identity, its_paths in paths.items() if its_paths and its_paths <= ignored
    )


def _describe_ignored(ignored: frozenset[Identity]) -> list[str]:
    if not ignored:
        return []
    count = format_count(len(ignored), "violation")
    verb = "is" if len(ignored) == 1 else "are"
    return [f"{count} {verb} in files that git ignores, which no base can have: not counted as new."]


def _find_unreadable_now(report: Report, before: _Judgement) -> frozenset[Identity]:
    """Return the violations of the base whose importers cannot be read now: nobody fixed them."""
    unread = {file.module for file in report.coverage.unread}
    return frozenset(identity for identity in before.identities if identity[1] in unread)


def _list_newly_unread(report: Report, before: _Judgement, base: Base) -> tuple[str, ...]:
    """Return the Python files that were read at the base and cannot be read now."""
    if before.report is None:
        return ()
    unread_before = {file.path for file in before.report.coverage.unread}
    existed = base.source.get_kind
    return tuple(
        file.path
        for file in report.coverage.unread
        if file.module is not None
        and (old := base.path_to_old(file.path)) not in unread_before
        and existed(old) is not None
    )


def _list_unjudged(configuration: Configuration, before: _Judgement) -> list[str]:
    return [
        f"Contract {contract.id} cannot be judged at the base: all its violations count as new."
        for contract in configuration.contracts
        if not before.judges(contract.id)
    ]


def _list_unknown_weakenings(configuration: Configuration, judgement: _Judgement) -> list[str]:
    return [
        f"Contract {contract.id} as the base has it cannot be judged on this tree: it is not known what "
        "was weakened."
        for contract in configuration.contracts
        if not judgement.judges(contract.id)
    ]


def _with_counts(report: Report) -> Report:
    return report._replace(contracts=tuple(_count(contract, report) for contract in report.contracts))


def _count(contract: ContractReport, report: Report) -> ContractReport:
    statuses = [v.status for v in report.violations if v.contract == contract.id]
    return contract._replace(
        new=statuses.count("new"),
        existing=statuses.count("existing"),
        fixed=sum(violation.contract == contract.id for violation in report.fixed),
        weakened=sum(weakening.contract == contract.id for weakening in report.weakened),
    )
