"""Charts: where the line goes and ends, and that they are safe to show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from archguard_api.models import Trend, TrendPoint
from archguard_api.services.chart import THEMES, render_chart, render_unknown
from tests.api.snapshots import DAY, START, commit_id

if TYPE_CHECKING:
    from collections.abc import Sequence

SVG = "{http://www.w3.org/2000/svg}"
LIGHT = THEMES["light"]
HARMFUL = ["<svg onload=alert(1)>", '"><script>alert(1)</script>', "]]>", "&lt;", "a'b\"c"]


def _trend(
    counts: Sequence[int | None], *, contract: str = "one-cart", sentence: str = "1 left."
) -> Trend:
    points = tuple(
        TrendPoint(
            commit_id(day),
            START + day * DAY,
            count,
            0,
            0,
            0,
            0,
            False,
            0,
            None,
            None,
            0,
            None,
            None,
            day,
        )
        for day, count in enumerate(counts)
    )
    return Trend.model_construct(contract=contract, sentence=sentence, points=points)


def _read_line(svg: str) -> str:
    paths = [path.get("d", "") for path in ET.fromstring(svg).iter(f"{SVG}path")]
    return paths[-1]


def test_the_line_has_a_step_for_each_snapshot_and_ends_at_the_last_one() -> None:
    # The picture's frame: 48 to 624 across, 52 (the highest count) to 212 (zero) down.
    assert _read_line(render_chart(_trend([4, 2, 0]), LIGHT)) == (
        "M48.0 52.0h0.1H336.0V132.0H624.0V212.0"
    )


def test_a_snapshot_without_a_verdict_is_a_gap() -> None:
    line = _read_line(render_chart(_trend([4, None, 2]), LIGHT))

    assert line == "M48.0 52.0h0.1M624.0 132.0h0.1"


def test_it_says_the_sentence_the_highest_count_and_the_days_of_both_ends() -> None:
    svg = render_chart(_trend([1200, 2], sentence="2 imports left."), LIGHT)
    texts = [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]

    assert texts == ["one-cart", "2 imports left.", "0", "1,200", "2023-11-14", "2023-11-15"]


@pytest.mark.parametrize("counts", [[], [None]])
def test_without_a_count_it_says_so(counts: list[int | None]) -> None:
    assert "no snapshot in this range" in render_chart(_trend(counts), LIGHT)


@pytest.mark.parametrize("text", HARMFUL)
def test_any_text_is_shown_literally(text: str) -> None:
    root = ET.fromstring(render_chart(_trend([1], contract=text, sentence=text), LIGHT))

    assert {one.tag for one in root.iter()} == {
        f"{SVG}{name}" for name in ("svg", "title", "rect", "g", "text", "path")
    }
    assert [one.text for one in root.iter(f"{SVG}text")][:2] == [text, text]


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(theme: str) -> None:
    for svg in (render_chart(_trend([3, 1]), THEMES[theme]), render_unknown(THEMES[theme])):
        without_namespace = svg.replace('xmlns="http://www.w3.org/2000/svg"', "")

        assert not re.search(r"https?:|script|href|url\(|style|@import|on\w+=", without_namespace)
        assert THEMES[theme].background in svg
