"""Points in time are written and read as RFC 3339 says, in UTC."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard_api.times import DAY, format_time, parse_time

NOON = 1_772_366_400
"""2026-03-01T12:00:00Z."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00:00", NOON),
        ("2026-03-01T14:30:00+02:30", NOON),
        ("2026-03-01", NOON - DAY // 2),
    ],
)
def test_a_text_names_a_second(text: str, expected: int) -> None:
    assert parse_time(text, end=False) == expected


def test_a_date_ends_with_its_last_second_and_a_moment_with_itself() -> None:
    assert parse_time("2026-03-01", end=True) == NOON + DAY // 2 - 1
    assert parse_time("2026-03-01T12:00:00Z", end=True) == NOON


def test_a_day_that_the_calendar_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        parse_time("2026-02-30", end=False)


@given(st.integers(min_value=-(10**10), max_value=253_402_300_799))
def test_a_moment_is_written_as_the_standard_library_does(seconds: int) -> None:
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)

    assert format_time(seconds) == f"{moment.isoformat()}Z"


def test_what_is_written_is_read_as_the_same() -> None:
    assert format_time(NOON) == "2026-03-01T12:00:00Z"
    assert parse_time(format_time(NOON), end=False) == NOON
