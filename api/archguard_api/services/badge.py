"""Make badges with the number of violations left, as SVG and as JSON for shields.io.

https://shields.io/badges/endpoint-badge
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard_api.models import TipContract

CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_MAX_CHARACTERS = 48
_MAX_ORANGE = 10
"""A badge with more violations is red."""
_COLOURS = {
    "brightgreen": "#2ea44f",
    "yellow": "#9a6700",
    "orange": "#bc4c00",
    "red": "#cf222e",
    "lightgrey": "#6e7781",
}
_NARROW, _WIDE = frozenset(" .,:;!|'`ijlftrI()[]/-"), frozenset("mwMW@%≥")
_TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" \
aria-label="{label}: {message}">\
<title>{label}: {message}</title>\
<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>\
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#444c56"/>\
<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>\
<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">\
<text x="{left_middle}" y="14" textLength="{left_text}">{label}</text>\
<text x="{right_middle}" y="14" textLength="{right_text}">{message}</text></g></svg>
"""


@dataclass(frozen=True, slots=True)
class Badge:
    """The contents of a badge."""

    label: str
    message: str
    colour: str
    """The name of a colour that shields.io knows."""


def make_badge(contracts: Sequence[TipContract], contract: str | None) -> Badge:
    """Make the badge of one contract, or of all; its message is `unknown` if there is none."""
    chosen = [
        one.contract
        for one in contracts
        if one.retired is None and not one.contract.unjudged and contract in (None, one.contract.id)
    ]
    label = contract or "deprecated imports"
    if not chosen:
        return Badge(label, "unknown", "lightgrey")
    count = sum(one.violations for one in chosen)
    if any(one.lower_bound for one in chosen):
        return Badge(label, f"≥ {count:,}", "yellow" if count == 0 else _choose_colour(count))
    return Badge(label, f"{count:,}", _choose_colour(count))


def render_svg(badge: Badge) -> str:
    """Render a badge as SVG; its text is scaled to fit in any font."""
    label, message = _shorten(badge.label), _shorten(badge.message)
    left_text, right_text = _estimate_width(label), _estimate_width(message)
    left, right = left_text + 10, right_text + 10
    return _TEMPLATE.format(
        label=escape(label, {'"': "&quot;"}),
        message=escape(message, {'"': "&quot;"}),
        colour=_COLOURS[badge.colour],
        width=left + right,
        left=left,
        right=right,
        left_middle=left / 2,
        right_middle=left + right / 2,
        left_text=left_text,
        right_text=right_text,
    )


def render_shields_json(badge: Badge) -> dict[str, object]:
    """Return the answer to shields.io's endpoint badge."""
    return {"schemaVersion": 1, "label": badge.label, "message": badge.message, "color": badge.colour}


def _choose_colour(count: int) -> str:
    if count == 0:
        return "brightgreen"
    return "orange" if count <= _MAX_ORANGE else "red"


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else f"{text[: _MAX_CHARACTERS - 1]}…"


def _estimate_width(text: str) -> int:
    """Estimate the width of a text in Verdana at 11 pixels; in pixels."""
    return sum(4 if one in _NARROW else 11 if one in _WIDE else 7 for one in text)
