"""Tokens as they are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archguard_api.models import Token

if TYPE_CHECKING:
    from archguard_api.store import Store

TOKEN = Token("abcdefgh", "shop", "upload", 100, 200, None, b"\x00\xff" * 16)


def test_a_token_comes_back(store: Store) -> None:
    assert not store.credentials.has_tokens()
    store.credentials.add_token(TOKEN)

    assert store.credentials.has_tokens()
    assert store.credentials.get_token("abcdefgh") == TOKEN
    assert store.credentials.get_token("none") is None


def test_the_same_token_again_changes_nothing(store: Store) -> None:
    store.credentials.add_token(TOKEN)
    store.credentials.add_token(TOKEN)

    assert store.credentials.list_tokens(None) == (TOKEN,)


def test_a_projects_tokens_are_its_own(store: Store) -> None:
    everywhere = replace(TOKEN, id="everywhe", project=None, created_at=50)
    store.credentials.add_token(TOKEN)
    store.credentials.add_token(everywhere)

    assert store.credentials.list_tokens("shop") == (TOKEN,)
    assert store.credentials.list_tokens(None) == (everywhere, TOKEN)


def test_a_revoked_token_keeps_the_time_of_its_first_revocation(store: Store) -> None:
    store.credentials.add_token(TOKEN)

    assert store.credentials.revoke_token("abcdefgh", 150)
    assert store.credentials.revoke_token("abcdefgh", 160)
    assert not store.credentials.revoke_token("none", 150)

    assert store.credentials.get_token("abcdefgh") == replace(TOKEN, revoked_at=150)
