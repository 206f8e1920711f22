"""What the forecast would have said before burn-downs that did reach zero: one table.

    python benchmarks/forecast.py FILE.jsonl [FILE.jsonl ...] [--contract ID]... [--list]

The files are what `archguard backfill` writes. A burn-down is a contract whose count was once at least
--peak and ends at zero. It is cut 8, 4 and 2 weeks before the day of zero, and on every week of the last
--weeks; the forecast sees what came before the cut. A cut is `silent` if nothing at all was removed in
the 12 weeks before it: no method that looks at counts can foresee what follows, and the right answer
is no date. `in` counts the dated cuts whose interval holds the day of zero, open upper ends included.
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archguard_api.forecast import Forecast, Observation, State, forecast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WEEK = 7 * 86_400
SILENCE = 12 * WEEK
CUTS = (8, 4, 2)


@dataclass(frozen=True, slots=True)
class BurnDown:
    """A contract's way to zero."""

    name: str
    observations: Sequence[Observation]
    zero: int
    peak: int


@dataclass(frozen=True, slots=True)
class Cut:
    """What was said so many weeks before zero."""

    said: Forecast
    zero: datetime.date
    silent: bool


def series(path: Path) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}
    for line in path.read_text(encoding="ascii").splitlines():
        read = json.loads(line)
        at = int(datetime.datetime.fromisoformat(read["committed_at"]).timestamp())
        for name, one in read["contracts"].items():
            found.setdefault(name, []).append(Observation(at, one["violations"], one["lower_bound"]))
    return found


def burn_down(name: str, observations: Sequence[Observation], peak: int) -> BurnDown | None:
    above = [index for index, one in enumerate(observations) if one.violations]
    if not above or above[-1] == len(observations) - 1:
        return None
    highest = max(one.violations for one in observations)
    return (
        None if highest < peak else BurnDown(name, observations, observations[above[-1] + 1].at, highest)
    )


def cut(burn: BurnDown, weeks: int) -> Cut | None:
    """The forecast so many weeks before zero; None if there was nothing to remove yet."""
    now = burn.zero - weeks * WEEK
    known = [one for one in burn.observations if one.at <= now]
    if not known or known[-1].violations == 0:
        return None
    recent = [one.violations for one in known if one.at > now - SILENCE]
    before = [one.violations for one in known if one.at <= now - SILENCE][-1:]
    falls = any(
        later < earlier for earlier, later in zip(before + recent, (before + recent)[1:], strict=False)
    )
    said = forecast(known, deadline=None, now=now, kept=False)
    return Cut(said, datetime.datetime.fromtimestamp(burn.zero, datetime.UTC).date(), not falls)


def row(name: str, cuts: Sequence[Cut]) -> list[str]:
    states = Counter(one.said.state for one in cuts if not one.silent)
    silent = [one for one in cuts if one.silent]
    dated = [one for one in cuts if one.said.eta and one.said.earliest]
    early = sum(1 for one in dated if one.said.earliest and one.zero < one.said.earliest)
    late = sum(1 for one in dated if one.said.latest and one.zero > one.said.latest)
    errors = [abs((one.said.eta - one.zero).days) for one in dated if one.said.eta]
    widths = [
        (one.said.latest - one.said.earliest).days
        for one in dated
        if one.said.latest and one.said.earliest
    ]
    inside = len(dated) - early - late
    return [
        name,
        str(len(cuts)),
        str(len(silent)),
        str(sum(1 for one in silent if one.said.eta)),
        *(str(states[state]) for state in (State.TOO_SHORT, State.STALLED, State.GROWING)),
        str(len(dated)),
        f"{inside}" + (f" ({inside / len(dated):.0%})" if dated else ""),
        str(early),
        str(late),
        str(len(dated) - len(widths)),
        _median(errors),
        _median(widths),
    ]


HEADER = (
    *("cut", "cuts", "silent", "of these dated", "too-short", "stalled", "growing", "dated", "in"),
    *("too early", "too late", "open end", "error (days)", "width (days)"),
)


def _median(values: Sequence[int]) -> str:
    return f"{statistics.median(values):.0f}" if values else "-"


def _cuts(burns: Iterable[BurnDown], weeks: Iterable[int]) -> Iterator[Cut]:
    steps = list(weeks)
    for burn in burns:
        yield from filter(None, (cut(burn, step) for step in steps))


def _print(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for one in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(one, widths, strict=True)))


def _listed(burns: Iterable[BurnDown]) -> Iterator[list[str]]:
    yield ["contract", "zero", "peak", "left 12 weeks before", "8", "4", "2"]
    for burn in burns:
        zero = datetime.datetime.fromtimestamp(burn.zero, datetime.UTC).date()
        left = [
            next(
                (str(o.violations) for o in reversed(burn.observations) if o.at <= burn.zero - w * WEEK),
                "-",
            )
            for w in (12, *CUTS)
        ]
        yield [burn.name, str(zero), str(burn.peak), *left]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--contract", action="append", help="only this one; may be repeated")
    parser.add_argument("--peak", type=int, default=5, help="the least count that makes a burn-down (5)")
    parser.add_argument("--weeks", type=int, default=26, help="weeks before zero to walk through (26)")
    parser.add_argument("--list", action="store_true", help="list the burn-downs, too")
    options = parser.parse_args()
    burns = [
        burn
        for path in options.files
        for name, observations in series(path).items()
        if options.contract is None or name in options.contract
        if (burn := burn_down(f"{path.stem}: {name}", observations, options.peak))
    ]
    if options.list:
        _print(list(_listed(burns)))
    rows = [row(f"{weeks} weeks before", list(_cuts(burns, [weeks]))) for weeks in CUTS]
    rolling = row(f"each of {options.weeks} weeks", list(_cuts(burns, range(1, options.weeks + 1))))
    print(f"{len(burns)} burn-downs")
    _print([HEADER, *rows, rolling])


if __name__ == "__main__":
    main()
