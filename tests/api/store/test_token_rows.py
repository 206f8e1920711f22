"""Tokens as they are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archguard_api.models.records import Token

if TYPE_CHECKING:
    from archguard_api.store import Store

TOKEN = Token("abcdefgh", "shop", "upload", 100, 200, None, b"\x00\xff" * 16)


def test_a_token_comes_back(store: Store) -> None:
    assert not store.has_tokens()
    store.add_token(TOKEN)

    assert store.has_tokens()
    assert store.get_token("abcdefgh") == TOKEN
    assert store.get_token("none") is None


def test_the_same_token_again_changes_nothing(store: Store) -> None:
    store.add_token(TOKEN)
    store.add_token(TOKEN)

    assert store.list_tokens(None) == (TOKEN,)


def test_a_projects_tokens_are_its_own(store: Store) -> None:
    everywhere = replace(TOKEN, id="everywhe", project=None, created_at=50)
    store.add_token(TOKEN)
    store.add_token(everywhere)

    assert store.list_tokens("shop") == (TOKEN,)
    assert store.list_tokens(None) == (everywhere, TOKEN)


def test_a_revoked_token_keeps_the_time_of_its_first_revocation(store: Store) -> None:
    store.add_token(TOKEN)

    assert store.revoke_token("abcdefgh", 150)
    assert store.revoke_token("abcdefgh", 160)
    assert not store.revoke_token("none", 150)

    assert store.get_token("abcdefgh") == replace(TOKEN, revoked_at=150)
