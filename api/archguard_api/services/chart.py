"""Draw a contract's counts along its branch as SVG, for a README: no script, nothing from elsewhere."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard_api.models import Trend, TrendPoint

_WIDTH, _HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 16, 52, 28
_MAX_CHARACTERS = 96
"""Of a line of text: what is longer would leave the picture."""
_TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" \
height="{height}" role="img" aria-label="{label}"><title>{label}</title>\
<rect width="{width}" height="{height}" rx="6" fill="{background}"/>\
<g font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" fill="{text}">{content}</g></svg>
"""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a chart."""

    background: str
    text: str
    grid: str
    line: str


THEMES = {
    "light": Theme("#ffffff", "#57606a", "#d0d7de", "#0969da"),
    "dark": Theme("#0d1117", "#9198a1", "#3d444d", "#4493f8"),
}


def render_chart(trend: Trend, theme: Theme) -> str:
    """Render a trend: the line of its points, its sentence, and the days of both ends.

    The line ends at the last snapshot, and has a gap where a snapshot has no verdict.
    """
    points = trend.points
    title = f"{trend.contract}: {trend.sentence}"
    content = [_draw_text(16, 22, trend.contract, "start"), _draw_text(16, 38, trend.sentence, "start")]
    counts = [point.violations for point in points if point.violations is not None]
    if counts:
        content += [*_draw_axes(points, max(counts), theme), *_draw_line(points, max(counts), theme)]
    else:
        content.append(_draw_text(_WIDTH / 2, _HEIGHT / 2, "no snapshot in this range", "middle"))
    return _fill(title, "".join(content), theme)


def render_unknown(theme: Theme) -> str:
    """Render the chart of what does not exist or may not be seen: one and the same."""
    return _fill("unknown", _draw_text(_WIDTH / 2, _HEIGHT / 2, "unknown", "middle"), theme)


def _fill(label: str, content: str, theme: Theme) -> str:
    return _TEMPLATE.format(
        width=_WIDTH,
        height=_HEIGHT,
        label=escape(label, {'"': "&quot;"}),
        background=theme.background,
        text=theme.text,
        content=content,
    )


def _draw_axes(points: Sequence[TrendPoint], highest: int, theme: Theme) -> Iterator[str]:
    """Draw a line and a number at zero and at the highest count, and the days of both ends."""
    for count in dict.fromkeys((0, highest)):
        y = _place_count(count, highest)
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{theme.grid}"/>'
        yield _draw_text(_LEFT - 6, y + 4, f"{count:,}", "end")
    first, last = (_format_day(point.committed_at) for point in (points[0], points[-1]))
    yield _draw_text(_LEFT, _HEIGHT - 10, first, "start")
    if last != first:
        yield _draw_text(_WIDTH - _RIGHT, _HEIGHT - 10, last, "end")


def _draw_line(points: Sequence[TrendPoint], highest: int, theme: Theme) -> Iterator[str]:
    """Draw steps: a count holds until the next snapshot."""
    begin, end = points[0].committed_at, points[-1].committed_at
    steps: list[str] = []
    is_drawing = False
    for point in points:
        if point.violations is None:
            is_drawing = False
            continue
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * (point.committed_at - begin) / max(1, end - begin)
        y = _place_count(point.violations, highest)
        steps.append(f"H{x:.1f}V{y:.1f}" if is_drawing else f"M{x:.1f} {y:.1f}h0.1")
        is_drawing = True
    yield (
        f'<path d="{"".join(steps)}" fill="none" stroke="{theme.line}" stroke-width="2" '
        'stroke-linecap="round"/>'
    )


def _place_count(count: int, highest: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * count / max(1, highest)


def _draw_text(x: float, y: float, text: str, anchor: str) -> str:
    shown = text if len(text) <= _MAX_CHARACTERS else f"{text[: _MAX_CHARACTERS - 1]}…"
    return f'<text x="{x:g}" y="{y:.1f}" text-anchor="{anchor}">{escape(shown)}</text>'


def _format_day(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date().isoformat()
