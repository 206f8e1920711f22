"""Which failures are retried, and after how long."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.upload.backoff import is_retryable, parse_retry_after, wait_seconds

NOW = datetime.datetime(2026, 11, 22, 12, 0, 0, tzinfo=datetime.UTC)


def test_waits_may_be_anything_up_to_a_limit_that_doubles() -> None:
    longest = [wait_seconds(tries, None, lambda _, most: most) for tries in range(1, 8)]

    assert longest == [0.5, 1, 2, 4, 8, 10, 10]
    assert wait_seconds(5, None, lambda least, _: least) == 0


@given(st.integers(1, 10**6), st.floats(0, 1e6))
def test_never_less_is_waited_than_was_asked_for(tries: int, retry_after: float) -> None:
    assert wait_seconds(tries, retry_after, lambda least, _: least) == retry_after


def test_the_jitter_comes_on_top_of_what_was_asked_for() -> None:
    assert wait_seconds(3, 7.0, lambda least, most: (least + most) / 4) == 7.5


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("9" * 5000, 10**9),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90),
        ("Sun, 22 Nov 2026 12:01:30 -0000", 90),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("\u00b2", None),
        ("Sun, 99 Nov 2026 12:01:30 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_server_asks_for(text: str | None, seconds: float | None) -> None:
    assert parse_retry_after(text, NOW) == seconds


@given(st.text())
def test_nothing_that_a_server_asks_for_is_a_crash(text: str) -> None:
    seconds = parse_retry_after(text, NOW)

    assert seconds is None or seconds >= 0


def test_only_temporary_failures_are_retried() -> None:
    assert [status for status in range(200, 600) if is_retryable(status)] == [408, 429, *range(500, 600)]
