"""`--format markdown`: a report for a comment on a pull request, or a job's summary.

Text that comes from the tree stands in code spans only: there GitHub and GitLab make no mention, link,
image or HTML of it. Lists, not tables, since no escape keeps every text inside a table's cell.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from archguard.reporters.culprits import group_by_culprit
from archguard.reporters.layout import shorten
from archguard.reporters.sentences import (
    NEW,
    describe_fixed,
    describe_uncounted,
    is_undeclared,
    list_ways,
)
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.checking.report import Cause, ChainStep, ContractReport, Report, Violation, Weakening
    from archguard.reporters.culprits import Culprit
    from archguard.reporters.layout import Style
    from archguard.reporters.surroundings import Surroundings

MAX_CHARACTERS = 60_000
"""GitHub refuses a comment of more than 65,536 characters, and a summary of more than 1 MiB."""
_MAX_NAME = 200
_MAX_URL = 1_000
"""A longer address is left out: a path of special characters has a very long one."""
_LISTED = 50
"""Of each list."""
_SHOWN_STEPS = 6
"""Of a chain; the steps between the first and the last ones are counted."""
_REPORT_LISTS_ALL = "`--format text` and `json` list all"
_ENDING = 5_000
"""The characters that are kept for what stands below all lists."""
_BACKTICKS = re.compile("`+")


class _Section(NamedTuple):
    """A heading and a list below it."""

    heading: str
    lines: Iterable[str]
    number: int
    """The number of lines, or of what they stand for."""


def render(report: Report, style: Style) -> str:
    """Render the verdict, then what is new, fixed, weakened and unreadable, and where to see more."""
    around = style.surroundings
    lines = [f"## archguard: {_summarize(report)}", "", _describe_verdict(report)]
    room = MAX_CHARACTERS - _ENDING - _measure(lines)
    omitted = 0
    for section in _list_sections(report, around):
        block = _fill(section, room)
        room -= _measure(block)
        lines += block
        omitted += 0 if block else section.number
    if omitted:
        lines += ["", f"And {omitted:,} more: {_REPORT_LISTS_ALL}."]
    for line in (*_describe_notices(report), *_describe_surroundings(around)):
        lines += ["", line]
    return "\n".join(lines) + "\n"


def quote_code(text: str) -> str:
    """Return any text as a code span, in which nothing has a meaning; a long text is cut."""
    text = shorten(escape(text), _MAX_NAME)
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(text)), default=0))
    pad = " " if text[:1] in ("`", " ", "") or text[-1:] in ("`", " ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _summarize(report: Report) -> str:
    """Say how many violations there are, or how many are new: `5 new, 1 on changed lines`."""
    if report.base is None:
        at_least = "at least " if any(contract.lower_bound for contract in report.contracts) else ""
        count = len(report.violations)
        return f"{at_least}{format_count(count, 'violation')}" if count else "no violations"
    new = [violation for violation in report.violations if violation.status == NEW]
    if not new:
        return "nothing new"
    known = [violation.on_changed_lines for violation in new if violation.on_changed_lines is not None]
    return f"{len(new):,} new" + (f", {sum(known):,} on changed lines" if known else "")


def _describe_verdict(report: Report) -> str:
    passes = report.passed and not report.errors
    parts = ["**Passed**" if passes else "**Failed**"]
    if report.base is not None:
        commit = report.base.commit
        name = quote_code(report.base.name)
        at = f" ({commit[:10]})" if commit and commit != report.base.name else ""
        parts[0] += f", compared with {name}{at}"
    parts += [_count_contract(contract) for contract in report.contracts[:_LISTED]]
    left = len(report.contracts) - _LISTED
    parts += [f"and {format_count(left, 'more contract')}"] if left > 0 else []
    coverage = report.coverage
    if coverage.unread:
        parts.append(f"read {coverage.analysed:,} of {format_count(coverage.files, 'file')}")
    return "; ".join(parts) + "."


def _count_contract(contract: ContractReport) -> str:
    name = quote_code(contract.name)
    if contract.error is not None:
        return f"{name} could not be judged"
    at_least = "at least " if contract.lower_bound else ""
    count = f"{at_least}{format_count(contract.violations, 'violation')}"
    changes = [
        f"{sign}{number:,}" for sign, number in (("+", contract.new), ("-", contract.fixed)) if number
    ]
    verdict = ":" if contract.passed else " **failed**:"
    return f"{name}{verdict} {count}" + (f" ({', '.join(changes)})" if changes else "")


def _list_sections(report: Report, around: Surroundings) -> Iterator[_Section]:
    errors = [f"- {quote_code(error)}" for error in report.errors]
    yield _Section("Not judged", errors, len(errors))
    causes = report.causes.imports if report.causes else ()
    yield _Section("Look here first", (_describe_cause(cause, around) for cause in causes), len(causes))
    violations: dict[str, list[Violation]] = {contract.id: [] for contract in report.contracts}
    for violation in report.violations:
        violations[violation.contract].append(violation)
    for contract in report.contracts:
        yield _list_violations(contract, violations[contract.id], report, around)
    yield _Section(
        "No longer readable",
        (f"- {quote_code(path)} could be read at the base" for path in report.newly_unread),
        len(report.newly_unread),
    )
    yield _Section("Weakened", map(_describe_weakening, report.weakened), len(report.weakened))
    yield _Section(
        "Fixed, thank you",
        (
            f"- {describe_fixed(quote_code(fixed.importer), quote_code(fixed.imported))}"
            for fixed in report.fixed
        ),
        len(report.fixed),
    )


def _list_violations(
    contract: ContractReport, violations: Sequence[Violation], report: Report, around: Surroundings
) -> _Section:
    """List what is new of a contract; all of it without a base, or if what exists fails by itself."""
    noun = "Broken:"
    if not violations and contract.error is None and not contract.passed:
        texts = [line for line in contract.text.splitlines() if line.strip()]
        lines: Iterable[str] = (f"- {quote_code(text)}" for text in texts)
        return _Section(f"{noun} {quote_code(contract.name)}", lines, len(texts))
    if report.base is not None and (contract.new or contract.passed):
        violations, noun = [violation for violation in violations if violation.status == NEW], "New in"
    culprits = group_by_culprit(v for v in violations if v.source is not None)
    direct = [violation for violation in violations if violation.source is None]
    lines = chain(
        (_describe_culprit(culprit, around) for culprit in culprits),
        (_describe_direct(violation, around) for violation in direct),
    )
    return _Section(f"{noun} {quote_code(contract.name)}", lines, len(culprits) + len(direct))


def _describe_direct(violation: Violation, around: Surroundings) -> str:
    importer, imported = quote_code(violation.importer), quote_code(violation.imported)
    places = list(dict.fromkeys((place.path, place.line) for place in violation.occurrences))
    where = f"{_link(*places[0], around)} " if places else ""
    more = f" (and {format_count(len(places) - 1, 'more line')})" if len(places) > 1 else ""
    if is_undeclared(violation):
        return f"- {where}{importer} is not listed in {imported}"
    ghost = ", which does not exist" if violation.ghost else ""
    use = f": use {quote_code(violation.replacement)}" if violation.replacement else ""
    what = f"{importer} imports {imported}"
    if violation.definition is not None:
        what = f"{imported} ({quote_code(violation.role or '')})"
    ways = list_ways(violation)
    way = f" by way of {quote_code(ways[0])}" if ways else ""
    return f"- {where}{what}{ghost}{way}{more}{use}"


def _describe_culprit(culprit: Culprit, around: Surroundings) -> str:
    first, step = culprit.violations[0], culprit.steps[0]
    source, target = quote_code(first.source or ""), quote_code(first.target or "")
    reaches = f"{source} reaches {'itself' if first.source == first.target else target}"
    way = _describe_chain(first.chain, around)
    if len(culprit.violations) == 1:
        return f"- {way}: {reaches}"
    count = format_count(len(culprit.violations), "violation")
    return (
        f"- {_link(step.path, step.line, around)} {quote_code(step.importer)} imports "
        f"{quote_code(step.imported)}: {f'makes {count}' if culprit.made else f'{count} begin here'}, "
        f"the first by {way}: {reaches}"
    )


def _describe_chain(steps: Sequence[ChainStep], around: Surroundings) -> str:
    places = [_link(step.path, step.line, around) for step in steps]
    if len(places) > _SHOWN_STEPS:
        left = format_count(len(places) - _SHOWN_STEPS, "step")
        places = [*places[: _SHOWN_STEPS - 1], f"{left}", places[-1]]
    return " → ".join(places)


def _describe_cause(cause: Cause, around: Surroundings) -> str:
    contracts = f" in {format_count(len(cause.contracts), 'contract')}" if cause.contracts else ""
    return (
        f"- {_link(cause.path, cause.line, around)} {quote_code(cause.importer)} imports "
        f"{quote_code(cause.imported)}: this import makes {format_count(cause.violations, 'violation')}"
        f"{contracts}"
    )


def _describe_weakening(weakening: Weakening) -> str:
    how, contract = quote_code(weakening.how), quote_code(weakening.contract)
    if weakening.importer is None or weakening.imported is None:
        return f"- {contract}: {how}"
    importer, imported = quote_code(weakening.importer), quote_code(weakening.imported)
    return f"- {contract}: {describe_uncounted(importer, imported)} ({how})"


def _link(path: str, line: int, around: Surroundings) -> str:
    place = quote_code(f"{shorten(escape(path), _MAX_NAME - 20)}:{line}")
    url = around.link_line(path, line)
    return place if url is None or len(url) > _MAX_URL else f"[{place}]({url})"


def _describe_notices(report: Report) -> Iterator[str]:
    notices = report.notices
    shown = [quote_code(notice) for notice in notices[:3]]
    if shown:
        more = f" and {len(notices) - len(shown):,} more" if len(notices) > len(shown) else ""
        yield f"Note: {'; '.join(shown)}{more}"


def _describe_surroundings(around: Surroundings) -> Iterator[str]:
    if around.trend:
        yield f"Trend: {quote_code(around.trend)}"
    if around.dashboard_url:
        yield f"[Dashboard]({around.dashboard_url})"


def _fill(section: _Section, room: int) -> list[str]:
    """Return the lines of a section that there is room for; empty if there is none for its heading."""
    block = ["", f"### {section.heading}", ""]
    room -= _measure(block) + _MAX_NAME
    if not section.number or room < 0:
        return []
    shown = 0
    for line in section.lines:
        room -= len(line) + 1
        if shown == _LISTED or room < 0:
            break
        block.append(line)
        shown += 1
    if section.number > shown:
        block.append(f"- and {section.number - shown:,} more: {_REPORT_LISTS_ALL}")
    return block


def _measure(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)
