"""Badges: what they say, and that they are safe to show."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard_api.models import Moment, TipContract
from archguard_api.services.badge import Badge, make_badge, render_shields_json, render_svg
from tests.api.snapshots import commit_id, contract

SVG = "{http://www.w3.org/2000/svg}"
HARMFUL = ["<svg onload=alert(1)>", '"><script>alert(1)</script>', "]]>", "&lt;", "a'b\"c", "\u202egnp"]


def now(violations: int, name: str = "no-old", *, lower_bound: bool = False) -> TipContract:
    said = contract(violations, name=name).model_copy(update={"lower_bound": lower_bound})
    return TipContract(said, "main", Moment(commit_id(1), 0), 0)


@pytest.mark.parametrize(
    ("contracts", "message", "colour"),
    [
        ([now(0)], "0", "brightgreen"),
        ([now(3)], "3", "orange"),
        ([now(3), now(1200, "other")], "1,203", "red"),
        ([now(0, lower_bound=True)], "≥ 0", "yellow"),
        ([], "unknown", "lightgrey"),
    ],
)
def test_the_badge_says_the_count(contracts: list[TipContract], message: str, colour: str) -> None:
    said = make_badge(contracts, None)

    assert (said.message, said.colour) == (message, colour)


def test_the_badge_of_one_contract_says_its_count_alone() -> None:
    said = make_badge([now(3), now(5, "other")], "other")

    assert (said.label, said.message) == ("other", "5")


def test_the_badge_of_a_contract_that_is_not_there_is_unknown() -> None:
    assert make_badge([now(3)], "none").message == "unknown"


def test_each_digit_of_a_badge_has_the_same_room() -> None:
    widths = {
        [
            text.get("textLength")
            for text in ET.fromstring(render_svg(Badge("left", count, "red"))).iter(f"{SVG}text")
        ][1]
        for count in ("191", "888", "111")
    }

    assert len(widths) == 1


@pytest.mark.parametrize("text", HARMFUL)
def test_a_badge_shows_any_text_literally(text: str) -> None:
    root = ET.fromstring(render_svg(Badge(text, text, "red")))

    assert {one.tag for one in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "clipPath", "rect", "g", "text")
    }
    assert [one.text for one in root.iter(f"{SVG}text")] == [text, text]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\ufffe\uffff")))
def test_a_badge_is_always_xml(text: str) -> None:
    assert ET.fromstring(render_svg(Badge(text, text, "red"))).tag == f"{SVG}svg"


def test_shields_form_has_its_four_keys() -> None:
    assert render_shields_json(Badge("no-old", "3", "orange")) == {
        "schemaVersion": 1,
        "label": "no-old",
        "message": "3",
        "color": "orange",
    }
