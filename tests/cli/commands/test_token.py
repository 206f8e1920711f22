"""`archguard token`: the first admin token's day, descendants, rotation."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from archguard.cli.commands.token import command
from archguard_api.models import Scope
from archguard_api.services.tokens import create_token, is_valid, parse_token
from archguard_api.store import Store
from archguard_api.times import DAY
from tests.api.databases import create_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archguard_api.models import Token


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of an empty database."""
    return create_sqlite(tmp_path / "archguard.db")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The database, open beside the command."""
    opened = Store(url)
    yield opened
    opened.close()


def _run(url: str, *arguments: str) -> Result:
    result = CliRunner().invoke(command, [arguments[0], "--database", url, *arguments[1:]])
    assert result.exit_code == 0, result.output
    return result


def _find(store: Store, text: str) -> Token:
    token = store.credentials.get_token(text.split("_")[1])
    assert token is not None
    return token


def _days_left(token: Token) -> float | None:
    return None if token.expires_at is None else round((token.expires_at - time.time()) / DAY)


def test_the_first_admin_token_gets_a_day_and_the_next_a_year(url: str, store: Store) -> None:
    first, second = (
        _run(url, "create", "--all-projects", "--scope", "admin", "--name", "ours") for _ in range(2)
    )

    tokens = [_find(store, result.stdout.strip()) for result in (first, second)]
    assert [_days_left(token) for token in tokens] == [1, 365]
    assert [token.provisional for token in tokens] == [True, False]
    assert [token.name for token in tokens] == ["ours", "ours"]
    assert "expires in a day" in first.stderr
    assert second.stderr == ""


@pytest.mark.parametrize(
    ("options", "days"), [(("--days", "9"), 9), (("--no-expiry",), None)], ids=["days", "no end"]
)
def test_a_first_admin_token_has_the_end_that_is_asked_for(
    url: str, store: Store, options: tuple[str, ...], days: int | None
) -> None:
    result = _run(url, "create", "--all-projects", "--scope", "admin", *options)

    assert _days_left(_find(store, result.stdout.strip())) == days


def test_a_first_token_that_makes_no_others_gets_a_year(url: str, store: Store) -> None:
    result = _run(url, "create", "--project", "shop", "--scope", "upload")

    assert _days_left(_find(store, result.stdout.strip())) == 365


def test_an_admin_token_that_is_dead_is_no_first_one(url: str, store: Store) -> None:
    _, dead = create_token(None, Scope.ADMIN, now=int(time.time()) - 2 * DAY, days=1)
    store.credentials.add_token(dead)

    result = _run(url, "create", "--all-projects", "--scope", "admin")

    assert _days_left(_find(store, result.stdout.strip())) == 1


def test_revoking_offers_the_descendants(url: str, store: Store) -> None:
    now = int(time.time())
    _, parent = create_token(None, Scope.ADMIN, now=now, days=9)
    _, child = create_token("shop", Scope.READ, now=now, days=9, name="CI", creator=parent.id)
    store.credentials.add_token(parent)
    store.credentials.add_child_token(child)

    listed = _run(url, "list").stdout
    alone = _run(url, "revoke", parent.id)
    both = _run(url, "revoke", "--descendants", parent.id)

    assert f"made by {parent.id}  CI" in listed
    assert alone.stdout == f"{parent.id} is revoked.\n"
    assert child.id in alone.stderr
    assert f"archguard token revoke --descendants {parent.id}" in alone.stderr
    assert both.stdout == f"{parent.id} is revoked.\n{child.id} is revoked.\n"
    assert both.stderr == ""
    after = store.credentials.get_token(child.id)
    assert after is not None
    assert after.revoked_at is not None


def test_rotation_prints_a_new_text_and_ends_the_one_before(url: str, store: Store) -> None:
    text, token = create_token("shop", Scope.READ, now=int(time.time()), days=9, name="CI")
    store.credentials.add_token(token)

    rotated = _run(url, "rotate", token.id).stdout.strip()

    after = _find(store, rotated)
    claims = [parse_token(one) for one in (text, rotated)]
    assert [claim is not None and is_valid(claim, after, 0) for claim in claims] == [False, True]
    assert (after.name, after.expires_at, after.creator) == ("CI", token.expires_at, None)


@pytest.mark.parametrize("action", ["rotate", "revoke"])
def test_a_token_that_is_not_there_is_named(url: str, action: str) -> None:
    result = CliRunner().invoke(command, [action, "--database", url, "nonesuch"])

    assert result.exit_code != 0
    assert "nonesuch: there is no such token" in str(result.exception)
