"""Test the forecast on burn-downs that did reach zero: one table.

    python benchmarks/forecast.py FILE.jsonl [FILE.jsonl ...] [--contract ID]... [--list]

The files are written by `archguard backfill`. A burn-down is a contract whose count was once at least
--peak and ends at zero. It is cut 8, 4 and 2 weeks before the day of zero, and at every week of the last
--weeks; the forecast gets what came before the cut. A cut is `silent` if nothing was removed in the 12
weeks before it: no method based on counts can foresee what follows, and the right answer is no date.
`in` counts the dated cuts whose interval contains the day of zero, open upper ends included.
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
    """The counts of a contract that reached zero."""

    name: str
    observations: Sequence[Observation]
    zero: int
    peak: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The forecast a number of weeks before zero."""

    forecast: Forecast
    zero: datetime.date
    silent: bool


def read_series(path: Path) -> dict[str, list[Observation]]:
    """Return the observations of each contract in a file."""
    series: dict[str, list[Observation]] = {}
    for line in path.read_text(encoding="ascii").splitlines():
        point = json.loads(line)
        at = int(datetime.datetime.fromisoformat(point["committed_at"]).timestamp())
        for name, contract in point["contracts"].items():
            observation = Observation(at, contract["violations"], contract["lower_bound"])
            series.setdefault(name, []).append(observation)
    return series


def find_burn_down(name: str, observations: Sequence[Observation], peak: int) -> BurnDown | None:
    """Return the burn-down of a contract; None if it does not end at zero, or never reached the peak."""
    above_zero = [index for index, point in enumerate(observations) if point.violations]
    if not above_zero or above_zero[-1] == len(observations) - 1:
        return None
    highest = max(point.violations for point in observations)
    zero = observations[above_zero[-1] + 1].at
    return None if highest < peak else BurnDown(name, observations, zero, highest)


def make_cut(burn: BurnDown, weeks: int) -> Cut | None:
    """Return the forecast a number of weeks before zero; None if there was nothing to remove yet."""
    now = burn.zero - weeks * WEEK
    known = [point for point in burn.observations if point.at <= now]
    if not known or known[-1].violations == 0:
        return None
    recent = [point.violations for point in known if point.at > now - SILENCE]
    before = [point.violations for point in known if point.at <= now - SILENCE][-1:]
    is_falling = any(
        later < earlier for earlier, later in zip(before + recent, (before + recent)[1:], strict=False)
    )
    result = forecast(known, deadline=None, now=now, kept=False)
    return Cut(result, datetime.datetime.fromtimestamp(burn.zero, datetime.UTC).date(), not is_falling)


def make_row(name: str, cuts: Sequence[Cut]) -> list[str]:
    states = Counter(cut.forecast.state for cut in cuts if not cut.silent)
    silent = [cut for cut in cuts if cut.silent]
    dated = [cut for cut in cuts if cut.forecast.eta and cut.forecast.earliest]
    early = sum(1 for cut in dated if cut.forecast.earliest and cut.zero < cut.forecast.earliest)
    late = sum(1 for cut in dated if cut.forecast.latest and cut.zero > cut.forecast.latest)
    errors = [abs((cut.forecast.eta - cut.zero).days) for cut in dated if cut.forecast.eta]
    widths = [
        (cut.forecast.latest - cut.forecast.earliest).days
        for cut in dated
        if cut.forecast.latest and cut.forecast.earliest
    ]
    inside = len(dated) - early - late
    return [
        name,
        str(len(cuts)),
        str(len(silent)),
        str(sum(1 for cut in silent if cut.forecast.eta)),
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


def _make_cuts(burns: Iterable[BurnDown], weeks: Iterable[int]) -> Iterator[Cut]:
    steps = list(weeks)
    for burn in burns:
        yield from filter(None, (make_cut(burn, step) for step in steps))


def _print(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def _list_burn_downs(burns: Iterable[BurnDown]) -> Iterator[list[str]]:
    yield ["contract", "zero", "peak", "left 12 weeks before", "8", "4", "2"]
    for burn in burns:
        zero = datetime.datetime.fromtimestamp(burn.zero, datetime.UTC).date()
        left = [
            next(
                (
                    str(point.violations)
                    for point in reversed(burn.observations)
                    if point.at <= burn.zero - weeks * WEEK
                ),
                "-",
            )
            for weeks in (12, *CUTS)
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
        for name, observations in read_series(path).items()
        if options.contract is None or name in options.contract
        if (burn := find_burn_down(f"{path.stem}: {name}", observations, options.peak))
    ]
    if options.list:
        _print(list(_list_burn_downs(burns)))
    rows = [make_row(f"{weeks} weeks before", list(_make_cuts(burns, [weeks]))) for weeks in CUTS]
    rolling = make_row(
        f"each of {options.weeks} weeks", list(_make_cuts(burns, range(1, options.weeks + 1)))
    )
    print(f"{len(burns)} burn-downs")
    _print([HEADER, *rows, rolling])


if __name__ == "__main__":
    main()
