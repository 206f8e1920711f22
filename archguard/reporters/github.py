"""`--format github`: annotations, written as GitHub's workflow commands.

An annotation is a line `::error file=...,line=...,title=...::message`. GitHub shows at most ten errors
and ten warnings of a step and silently drops the rest, which is counted in a notice.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archguard.reporters.culprits import group_by_culprit
from archguard.reporters.sentences import (
    NEW,
    count_verdicts,
    describe,
    describe_cause,
    describe_undecided,
    name_base,
)
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archguard.checking.report import Cause, ContractReport, Report, Violation
    from archguard.reporters.culprits import Culprit
    from archguard.reporters.layout import Style

_SHOWN = 10
_WHY = f"GitHub shows {_SHOWN} of a step; --format text and json list all."


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render errors for broken contracts, warnings for what could not be judged, and a summary line."""
    lines = [*_errors(report), *_warnings(report), *_notices(report), _summary(report)]
    return "\n".join(lines) + "\n"


def _errors(report: Report) -> Iterator[str]:
    opaque, annotations = _opaque_contracts(report), _rank_annotations(report)
    room = max(0, _SHOWN - len(opaque))
    names = {contract.id: contract.name for contract in report.contracts}
    for contract in opaque[:_SHOWN]:
        yield _command("error", _describe_contract(contract), title=contract.name)
    for annotation in annotations[:room]:
        place = {"file": annotation.path, "line": str(annotation.line)} if annotation.line else {}
        yield _command("error", _describe_all(annotation), **place, title=_name(annotation, names))
    left = len(annotations[room:]) + len(opaque[_SHOWN:])
    if left:
        shown = {v.identity for annotation in annotations[:room] for v in annotation.violations}
        unseen = {v.identity for annotation in annotations for v in annotation.violations} - shown
        more = format_count(len(unseen) + len(opaque[_SHOWN:]), "more violation")
        yield _command("notice", f"and {more} ({format_count(left, 'place')}) not annotated: {_WHY}")


def _name(annotation: _Annotation, names: Mapping[str, str]) -> str:
    contracts = sorted({violation.contract for violation in annotation.violations})
    return names[contracts[0]] if len(contracts) == 1 else format_count(len(contracts), "contract")


def _describe_all(annotation: _Annotation) -> str:
    """Describe the first violation, and count those that have the annotated step in common with it."""
    first, more = describe(annotation.violations[0]), len(annotation.violations) - 1
    if annotation.cause is not None:
        sentence = describe_cause(annotation.cause)
        return f"{sentence[0].upper()}{sentence[1:]}.\n{first}"
    return f"{first}\n{format_count(more, 'more violation')} by way of this import." if more else first


def _opaque_contracts(report: Report) -> list[ContractReport]:
    """Return the contracts with no violation to annotate: broken ones of other types, unjudged ones."""
    listed = {violation.contract for violation in report.violations}
    return [
        contract for contract in report.contracts if not contract.passed and contract.id not in listed
    ]


def _describe_contract(contract: ContractReport) -> str:
    if contract.error is not None:
        return escape(f"{contract.name} could not be judged: {contract.error}")
    lines = [f"{contract.name} is broken.", *contract.text.splitlines()]
    return "\n".join(escape(line) for line in lines)


class _Annotation(NamedTuple):
    """A place, and the violations that stand there or have a step there in common."""

    violations: tuple[Violation, ...]
    path: str = ""
    line: int | None = None
    """None if there is no place."""
    cause: Cause | None = None
    """The added import that stands there and makes the violations."""


def _rank_annotations(report: Report) -> list[_Annotation]:
    """Order new violations first, on changed lines before others, and first places before second ones.

    Of equals, the first annotation of each file comes before the second of any: the ten that GitHub
    shows lead to as many files as they can. What the chains of several violations have in common is
    annotated once, not with each of them.
    """
    violations = _select_violations(report)
    causes = report.causes.imports if report.causes else ()
    others = [violation for violation in violations if not violation.causes]
    groups = [
        *(_annotate_cause(cause, violations) for cause in causes),
        *(_annotate_culprit(culprit) for culprit in group_by_culprit(v for v in others if v.source)),
        *(_annotate(violation) for violation in others if violation.source is None),
    ]
    ranked = sorted(
        ((rank, annotation) for group in groups for rank, annotation in enumerate(group)),
        key=lambda item: _make_order(*item),
    )
    turns: Counter[tuple[tuple[bool, bool], int, str]] = Counter()
    ordered = []
    for rank, annotation in ranked:
        known, *_ = _make_order(rank, annotation)
        place = (known, rank, annotation.path)
        ordered.append(((known, rank, turns[place]), annotation))
        turns[place] += 1
    return [annotation for _, annotation in sorted(ordered, key=lambda item: item[0])]


def _select_violations(report: Report) -> list[Violation]:
    """Return those of the contracts that fail: with a base the new ones, unless none is new."""
    failed = {contract.id for contract in report.contracts if not contract.passed}
    have_new = {violation.contract for violation in report.violations if violation.status == NEW}
    return [
        violation
        for violation in report.violations
        if violation.contract in failed
        and (violation.status == NEW or violation.contract not in have_new)
    ]


def _make_order(
    rank: int, annotation: _Annotation
) -> tuple[tuple[bool, bool], int, int, tuple[str, str, str]]:
    first = annotation.violations[0]
    known = (first.status != NEW, not any(v.on_changed_lines for v in annotation.violations))
    return (known, rank, -len(annotation.violations), first.identity)


def _annotate_cause(cause: Cause, violations: Sequence[Violation]) -> list[_Annotation]:
    """Annotate the import with the violations that it makes, those with the shortest chains first."""
    makes = [violation for violation in violations if cause in violation.causes]
    makes.sort(key=lambda violation: (len(violation.chain), violation.identity))
    return [_Annotation(tuple(makes), cause.path, cause.line, cause)] if makes else []


def _annotate(violation: Violation) -> list[_Annotation]:
    places = [_Annotation((violation,), place.path, place.line) for place in violation.occurrences]
    return places or [_Annotation((violation,))]


def _annotate_culprit(culprit: Culprit) -> list[_Annotation]:
    """Annotate the common steps and the next; the last step of a single violation at all its places."""
    if len(culprit.violations) > 1:
        shared = [_Annotation(culprit.violations, step.path, step.line) for step in culprit.steps]
        shortest = culprit.violations[0]
        parting = shortest.chain[len(culprit.steps) : len(culprit.steps) + 1]
        return [*shared, *(_Annotation((shortest,), step.path, step.line) for step in parting)]
    steps = [_Annotation(culprit.violations, step.path, step.line) for step in culprit.steps[:-1]]
    return [*steps, *_annotate(culprit.violations[0])]


def _warnings(report: Report) -> Iterator[str]:
    warnings = []
    for file in report.coverage.unread:
        if file.names or file.unknown:
            line = {"line": str(file.line)} if file.line else {}
            effect = (
                f"names {', '.join(map(escape, file.names))}" if file.names else "may import anything"
            )
            message = f"This file could not be read: {escape(file.reason)}. It {effect}."
            warnings.append(_command("warning", message, file=file.path, **line, title="Unread file"))
    for undecided in report.coverage.undecided:
        place = {"file": undecided.path, "line": str(undecided.line)}
        message = escape(describe_undecided(undecided))
        warnings.append(_command("warning", message, **place, title="Undecided import"))
    for contract in report.contracts:
        warnings += [
            _command("warning", escape(warning), title=contract.name) for warning in contract.warnings
        ]
    yield from warnings[:_SHOWN]
    left = len(warnings) - _SHOWN
    if left > 0:
        yield _command("notice", f"and {format_count(left, 'more warning')}: {_WHY}")


def _notices(report: Report) -> Iterator[str]:
    yield from (_command("notice", escape(notice)) for notice in report.notices[:_SHOWN])


def _summary(report: Report) -> str:
    at_least = "at least " if any(contract.lower_bound for contract in report.contracts) else ""
    new = sum(contract.new or 0 for contract in report.contracts)
    fixed = f" and {len(report.fixed):,} fixed" if report.fixed else ""
    compared = f", {new:,} new{fixed} since {name_base(report.base)}" if report.base else ""
    unknown = sum(contract.unknown for contract in report.contracts)
    uncounted = f", {unknown:,} unknown" if unknown else ""
    return (
        f"archguard: {count_verdicts(report)}; "
        f"{at_least}{format_count(len(report.violations), 'violation')}{compared}{uncounted}; "
        f"read {report.coverage.analysed:,} of {format_count(report.coverage.files, 'file')}."
    )


def _command(name: str, message: str, **properties: str) -> str:
    written = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items() if value)
    return f"::{name}{' ' * bool(written)}{written}::{_escape_message(message)}"


def _escape_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_message(escape(text)).replace(":", "%3A").replace(",", "%2C")
