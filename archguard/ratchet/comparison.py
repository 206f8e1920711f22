"""Compare a report with the base of a change: what is new, fixed, and no longer counted.

new = violations(head, head's contracts) - violations(base, head's contracts)
weakened = violations(head, base's contracts) - violations(head, head's contracts)

An exception counts in `new` only if it stands at the base already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.pipeline import find_day
from archguard.checking.report import BaseReport, FixedViolation
from archguard.graph.module_expressions import compile_expressions
from archguard.ratchet.changed_lines import mark_changed_lines
from archguard.ratchet.contract_line import ContractLine
from archguard.ratchet.exceptions import list_comments, use_comments, use_exceptions_of
from archguard.ratchet.growth import add_growth
from archguard.ratchet.ignored_files import describe_ignored, find_ignored
from archguard.ratchet.judgement import Judgement, judge, judge_base
from archguard.ratchet.status_counts import add_counts
from archguard.ratchet.translation import translate_configuration
from archguard.ratchet.weakenings import list_weakenings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import ContractReport, Identity, Report, Weakening
    from archguard.configuration import Configuration
    from archguard.ratchet.base import Base
    from archguard.ratchet.exceptions import Comments


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
    request = request._replace(today=find_day(request))  # both trees are judged on one day
    own = base.configuration
    own_now = own and translate_configuration(own, base.modules.to_new, base.path_to_new)
    judging = configuration
    if own_now is not None and not accept_exceptions:
        judging = use_exceptions_of(own_now, configuration)
    head = Judgement.from_report(report)
    before = judge_base(request, judging, base, report)
    comments = _compare_comments(report, before, own_now, configuration, base)
    held = judging
    if comments.are_changed and not accept_exceptions:
        held = use_comments(judging, comments.old, str)
    strict = head if held == configuration else judge(request, held).complete(head)
    weakened: tuple[Weakening, ...] = ()
    unjudged: list[str] = []
    if own_now is not None and (
        comments.are_changed or own_now._replace(path="") != configuration._replace(path="")
    ):
        line = ContractLine(configuration)
        by_base = judge(request, use_comments(own_now, comments.old, line.find_id))
        others = by_base.list_others(head, line)
        weakened = list_weakenings(
            others, configuration, own_now, base.modules.is_renamed, comments.list_added()
        )
        unjudged = _list_unknown_weakenings(own_now, by_base)
    new = strict.identities - before.identities - _find_unreadable_before(strict, before, base)
    new -= before.doubted
    ignored = find_ignored(strict.report.violations if strict.report else (), new, request)
    new -= ignored
    fixed = before.identities - strict.identities - _find_unreadable_now(report, before)
    fixed -= report.doubted
    fixed -= {(w.contract, w.importer, w.imported) for w in weakened}
    hidden = [v for v in strict.report.violations if v.identity in new] if strict.report else []
    violations = {v.identity: v for v in [*hidden, *report.violations]}
    compared = add_counts(
        report._replace(
            contracts=_mark_missing(
                add_growth(report.contracts, before.report, base.modules.to_new), before
            ),
            violations=tuple(
                violation._replace(status="new" if identity in new else "existing")
                for identity, violation in sorted(violations.items())
            ),
            base=BaseReport(base.source.commit, base.origin, base.name),
            fixed=tuple(FixedViolation(*identity) for identity in sorted(fixed)),
            weakened=weakened,
            newly_unread=_list_newly_unread(report, before, base),
            notices=(
                *report.notices,
                *base.notices,
                *_list_unjudged(judging, before),
                *_list_missing(before),
                *unjudged,
                *describe_ignored(ignored),
            ),
        )
    )
    if _has_new_chains(compared):
        from archguard.ratchet.causes import add_causes  # noqa: PLC0415 (networkx is slow to import)

        compared = add_causes(compared, request, held, base, strict)
    return mark_changed_lines(compared, request.source, base)


class _Comments(NamedTuple):
    """What the comments of the base cover, and those of the tree, by contract."""

    old: Comments
    now: Comments

    @property
    def are_changed(self) -> bool:
        """Whether they cover different imports for some contract that the base has, too."""
        return any(self.now[name] != covered for name, covered in self.old.items())

    def list_added(self) -> Comments:
        """Return what only those of the tree cover."""
        return {name: self.now[name] - covered for name, covered in self.old.items()}


def _compare_comments(
    report: Report,
    before: Judgement,
    own: Configuration | None,
    configuration: Configuration,
    base: Base,
) -> _Comments:
    """Compare the comments of the contracts that the base has, too."""
    known = ContractLine(configuration).group(own) if own is not None else {}
    now = list_comments(report)
    old = list_comments(before.report, base.modules.to_new)
    return _Comments({name: old.get(name, set()) for name in known if name in now}, now)


def _has_new_chains(report: Report) -> bool:
    """Return whether there are new violations that an import elsewhere may make."""
    return any(v.status == "new" and v.source is not None for v in report.violations)


def _find_unreadable_before(head: Judgement, before: Judgement, base: Base) -> frozenset[Identity]:
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


def _find_unreadable_now(report: Report, before: Judgement) -> frozenset[Identity]:
    """Return the violations of the base whose importers cannot be read now: nobody fixed them."""
    unread = {file.module for file in report.coverage.unread}
    return frozenset(identity for identity in before.identities if identity[1] in unread)


def _list_newly_unread(report: Report, before: Judgement, base: Base) -> tuple[str, ...]:
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


def _mark_missing(contracts: Iterable[ContractReport], before: Judgement) -> tuple[ContractReport, ...]:
    """Return the contracts, those marked of which a canonical class is missing at the base."""
    missing = {
        one.id for one in (before.report.contracts if before.report else ()) if one.canonical_missing
    }
    return tuple(
        contract._replace(canonical_missing=True) if contract.id in missing else contract
        for contract in contracts
    )


def _list_missing(before: Judgement) -> list[str]:
    return [
        f"Contract {contract.id}: a canonical class does not exist at the base."
        for contract in (before.report.contracts if before.report else ())
        if contract.canonical_missing
    ]


def _list_unjudged(configuration: Configuration, before: Judgement) -> list[str]:
    return [
        f"Contract {contract.id} cannot be judged at the base: all its violations count as new."
        for contract in configuration.contracts
        if not before.judges(contract.id)
    ]


def _list_unknown_weakenings(configuration: Configuration, judgement: Judgement) -> list[str]:
    return [
        f"Contract {contract.id} as the base has it cannot be judged on this tree: it is not known what "
        "was weakened."
        for contract in configuration.contracts
        if not judgement.judges(contract.id)
    ]
