"""The section of a broken contract in a text report: what violates it, and where."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from archguard.graph.model import ImportKind
from archguard.reporters.chain_section import render_chains
from archguard.reporters.layout import join_parts, shorten, wrap
from archguard.reporters.sentences import ALL, EXISTING, NEW, format_way, is_undeclared
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.checking.report import ContractReport, Occurrence, Violation
    from archguard.reporters.layout import Style

_LISTED_PLACES = 20
"""Of each imported module. The module and its count are always there."""
_LISTED_NAMES = 8
"""Of what statements ask for in a module."""
_UNREMARKABLE = (
    ImportKind.TOP_LEVEL,
    ImportKind.UNDECLARED,
    ImportKind.DEFINITION,
    ImportKind.ALIAS,
)


def render_broken(
    contract: ContractReport, violations: Sequence[Violation], style: Style
) -> Iterator[str]:
    """Render the counts of a broken contract, its violations, and what its author says about them."""
    # A contract's name states what should be true, so say first that it is not.
    yield from _render_title("FAILED" if contract.kept else "BROKEN", contract, style)
    details = [*list_counts(contract)]
    details += [f"owner {escape(contract.owner)}"] if contract.owner else []
    details += [f"deadline {contract.deadline.isoformat()}"] if contract.deadline else []
    if details:
        yield from wrap(", ".join(details), style, indent=2)
    yield from render_chains([v for v in violations if v.source is not None], style)
    yield from _render_modules([v for v in violations if v.source is None], style)
    yield from _render_hidden_users(contract, style)
    for text in (contract.text, contract.guidance):
        if text.strip():
            yield ""
        for line in text.rstrip().splitlines():
            yield from wrap(escape(line), style, indent=2)


def render_unjudged(contract: ContractReport, style: Style) -> Iterator[str]:
    """Render why a contract could not be judged."""
    yield from _render_title("ERROR", contract, style)
    for line in (contract.error or "").splitlines():
        yield from wrap(escape(line), style, indent=2)


def list_counts(contract: ContractReport) -> Iterable[str]:
    """Return the counts of a contract in words."""
    if contract.error is not None:
        yield "not judged"
        return
    if contract.violations:
        at_least = "at least " if contract.lower_bound else ""
        new = f" ({contract.new:,} new)" if contract.new is not None else ""
        yield f"{at_least}{format_count(contract.violations, 'violation')}{new}"
    elif contract.lower_bound:
        yield "as far as could be read"
    if contract.unknown:
        yield f"{contract.unknown:,} unknown"
    if contract.exposure:
        yield f"{format_count(contract.exposure, 'module')} exposed"
    if contract.users and contract.hidden_users:
        hidden = f"{len(contract.hidden_users):,} of them behind a re-export"
        yield f"{format_count(contract.users, 'user')}, {hidden}"
    if contract.allowed:
        yield f"{contract.allowed:,} allowed"
    if contract.ignored:
        yield f"{format_count(contract.ignored, 'import')} ignored"
    if contract.kinds:
        yield f"{format_count(contract.other_kinds, 'violation')} of other kinds not judged"


def _render_title(verdict: str, contract: ContractReport, style: Style) -> Iterator[str]:
    title = f"{verdict} {escape(contract.name)} [{escape(contract.id)}]"
    lines = wrap(title, style, indent=0, hanging=len(verdict) + 1)
    yield from (style.paint(line, "bold", "red") for line in lines)


def _render_modules(violations: Sequence[Violation], style: Style) -> Iterator[str]:
    """Render new violations first, grouped by imported module."""
    ordered = sorted(violations, key=lambda v: (v.status != NEW, v.imported, v.importer))
    mixed = len({violation.status == NEW for violation in ordered}) > 1
    for (known, _), group in groupby(ordered, key=lambda v: (v.status != NEW, v.imported)):
        violations_of_module = list(group)
        yield ""
        yield from _render_heading(
            violations_of_module, (EXISTING if known else NEW) if mixed else "", style
        )
        yield from _render_importers(violations_of_module, style)


def _render_heading(violations: list[Violation], status: str, style: Style) -> Iterator[str]:
    """Name the imported module, its importers, and its replacement."""
    violation = violations[0]
    undeclared = sum(map(is_undeclared, violations))
    importers = len(violations) - undeclared
    parts = [
        format_count(importers, f"{status} importer".lstrip()) if importers else "",
        f"{format_count(undeclared, f'{status} module'.lstrip())} not listed" if undeclared else "",
    ]
    if violation.role is not None:
        parts = [f"{status} {escape(violation.role)}".lstrip()]
    count = ", ".join(filter(None, parts))
    thing = "symbol" if ":" in violation.imported else "module"
    note = f"ghost: the {thing} does not exist" if violation.ghost else ""
    note = "not Python source" if violation.foreign else note
    heading = [(escape(violation.imported), "bold"), (count,), (note, "yellow")]
    yield from join_parts(heading, style, indent=2, hanging=4)
    yield from _render_names(violations, style)
    if violation.replacement and violation.definition is None:
        yield f"    use {style.paint(escape(violation.replacement), 'green')}"


def _render_names(violations: list[Violation], style: Style) -> Iterator[str]:
    """Break a package down by what the statements ask for, with the number of importers of each."""
    imported = violations[0].imported
    if ":" in imported:
        return  # each place says by which way a symbol is imported
    depth = imported.count(".") + 2
    importers = Counter(
        name
        for violation in violations
        for name in {
            ".".join(name.split(".")[:depth]) for place in violation.occurrences for name in place.names
        }
    )
    if len(importers) > 1:
        ordered = sorted(importers.items(), key=lambda item: (-item[1], item[0]))
        listed = style.limit(_LISTED_NAMES)
        names = [f"{escape(name[len(imported) :]) or 'itself'} {n:,}" for name, n in ordered[:listed]]
        more = f", and {len(ordered) - listed:,} more" if len(ordered) > listed else ""
        yield from wrap(f"asked for: {', '.join(names)}{more}", style, indent=4, hanging=6)


def _render_importers(violations: list[Violation], style: Style) -> Iterator[str]:
    """List the places of the first importers, then count the importers or places that are left."""
    room = style.limit(_LISTED_PLACES)
    for number, violation in enumerate(violations):
        if room <= 0:
            yield f"    ... and {format_count(len(violations) - number, 'more importer')} ({ALL})"
            break
        shown = violation._replace(occurrences=violation.occurrences[:room])
        yield from _render_importer(shown, style)
        left = len(violation.occurrences) - len(shown.occurrences)
        if left:
            yield f"      ... and {format_count(left, 'more place')} in {escape(violation.importer)}"
        room -= max(1, len(shown.occurrences))


def _render_importer(violation: Violation, style: Style) -> Iterator[str]:
    if not violation.occurrences:
        yield f"    {escape(violation.importer)}"
    for statement, group in groupby(violation.occurrences, key=lambda occurrence: occurrence.statement):
        yield from _render_places(list(group), _list_wordings(statement, violation, style), style)


def _render_hidden_users(contract: ContractReport, style: Style) -> Iterator[str]:
    """List the modules that use a deprecated module behind a re-export, and by which way."""
    if not contract.hidden_users:
        return
    yield ""
    yield f"  behind a re-export  {format_count(len(contract.hidden_users), 'user')}"
    listed = style.limit(_LISTED_PLACES)
    for user in contract.hidden_users[:listed]:
        yield f"    {style.paint(f'{escape(user.path)}:{user.line}', 'cyan')}"
        yield from wrap(f"by way of {format_way(user.way)}", style, indent=6, hanging=8)
    if len(contract.hidden_users) > listed:
        yield f"    ... and {format_count(len(contract.hidden_users) - listed, 'more user')} ({ALL})"


def _render_places(places: list[Occurrence], wordings: list[str], style: Style) -> Iterator[str]:
    """List the places of a statement; it stands beside a single place if it fits, or else below."""
    beside = ""
    for occurrence in places:
        place = f"{escape(occurrence.path)}:{occurrence.line}"
        note = "" if occurrence.kind in _UNREMARKABLE else f"({occurrence.kind.value})"
        if len(places) == 1:
            room = style.width - len(f"    {place}  ") - len(f"  {note}" if note else "")
            beside = _find_fitting(wordings[:2], room)
        parts = [(place, "cyan"), (beside,), (note, "dim")]
        yield "    " + "  ".join(style.paint(*part) for part in parts if part[0])
        for way in occurrence.ways:
            if len(way) > 1:
                yield from wrap(f"by way of {format_way(way)}", style, indent=6, hanging=8)
    if wordings and not beside:
        room = style.width - 6
        shortest = shorten(wordings[-1], room) if style.cuts else wordings[0]
        yield f"      {_find_fitting(wordings, room) or shortest}"


def _list_wordings(statement: str, violation: Violation, style: Style) -> list[str]:
    """Return the statement; for a terminal, shorter versions too, without what the heading says."""
    _, word, names = statement.partition(" import ")
    top, last = violation.imported.partition(".")[0], violation.imported.rpartition(".")[2]
    brief = statement.replace(violation.imported, f"{top}...{last}") if top != last else ""
    wordings = (statement, brief, f"...{word}{names}" if word else "") if style.cuts else (statement,)
    return [escape(wording) for wording in wordings if wording]


def _find_fitting(wordings: list[str], room: int) -> str:
    return next((wording for wording in wordings if len(wording) <= room), "")
