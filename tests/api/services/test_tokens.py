"""Tokens: their form, their checksum, and when they hold."""

from __future__ import annotations

import dataclasses
import re
import string

from hypothesis import given
from hypothesis import strategies as st

from archguard_api.services.tokens import (
    DAY,
    PATTERN,
    Scope,
    TokenClaim,
    create_token,
    format_token,
    is_valid,
    parse_token,
)

NOW = 1_800_000_000
DIGITS = string.digits + string.ascii_letters
claims = st.builds(
    TokenClaim, st.text(DIGITS, min_size=8, max_size=8), st.text(DIGITS, min_size=32, max_size=32)
)


@given(claims)
def test_what_is_written_is_read(claim: TokenClaim) -> None:
    assert parse_token(format_token(claim)) == claim
    assert re.fullmatch(PATTERN, format_token(claim))


@given(claims, st.data())
def test_one_wrong_character_is_no_token(claim: TokenClaim, data: st.DataObject) -> None:
    text = format_token(claim)
    at = data.draw(st.integers(4, len(text) - 1).filter(lambda place: text[place] != "_"))
    other = data.draw(st.sampled_from(DIGITS).filter(lambda one: one != text[at]))

    assert parse_token(text[:at] + other + text[at + 1 :]) is None


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert parse_token(text) is None


def test_the_secret_is_not_in_what_is_kept() -> None:
    text, token = create_token("shop", Scope.READ, now=NOW, days=1)
    claim = parse_token(text)

    assert claim is not None
    assert claim.secret not in repr(token)
    assert len(token.secret_hash) == 32


def test_a_token_holds_until_its_last_second() -> None:
    text, token = create_token("shop", Scope.READ, now=NOW, days=2)
    claim = parse_token(text)

    assert claim is not None
    assert is_valid(claim, token, NOW + 2 * DAY - 1)
    assert not is_valid(claim, token, NOW + 2 * DAY)


def test_a_revoked_token_does_not_hold() -> None:
    text, token = create_token("shop", Scope.READ, now=NOW, days=None)
    claim = parse_token(text)

    assert claim is not None
    assert is_valid(claim, token, NOW)
    assert not is_valid(claim, dataclasses.replace(token, revoked_at=NOW - 5), NOW)


def test_another_token_s_secret_does_not_hold() -> None:
    _, token = create_token("shop", Scope.READ, now=NOW, days=None)
    other, _ = create_token("shop", Scope.READ, now=NOW, days=None)
    claim = parse_token(other)

    assert claim is not None
    assert not is_valid(TokenClaim(token.id, claim.secret), token, NOW)
    assert not is_valid(claim, None, NOW)
