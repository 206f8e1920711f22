"""The schema: made, compared, taken back, and refused when it is another version's."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from archguard_api.models import Scope, Token
from archguard_api.services.tokens import create_token
from archguard_api.store import SchemaAge, Store, StoreError, check_schema, upgrade_schema
from archguard_api.store.engines import open_engines
from archguard_api.store.schema import metadata
from archguard_api.store.schema_upgrade import REVISIONS, _make_config
from tests.api.notifications import add_rule
from tests.api.snapshots import CONTRACT, fork, history, pull_request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archguard_api.models import TrendPoint


def test_the_migrations_make_the_schema_that_the_code_speaks_of(database: str) -> None:
    engines = open_engines(database, readers=1)
    with engines.writer.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engines.dispose()


def test_the_revisions_that_are_known_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(_make_config()).walk_revisions()

    assert tuple(reversed([script.revision for script in scripts])) == REVISIONS


def test_a_store_is_opened_without_importing_alembic(database: str) -> None:
    code = (
        "import sys; from archguard_api.store import Store, check_schema;"
        f"check_schema({database!r}); Store({database!r}).close();"
        "assert 'alembic' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_up_down_and_up_again(database: str) -> None:
    engines = open_engines(database, readers=1)
    config = _make_config()
    with engines.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engines.dispose()
    assert check_schema(database).age is SchemaAge.EMPTY

    upgrade_schema(database)

    assert check_schema(database).age is SchemaAge.CURRENT
    upgrade_schema(database)


def test_a_line_that_an_earlier_version_stored_has_nothing_unknown(
    database: str, open_store: Callable[..., Store]
) -> None:
    with_line = open_store(database)
    for one in history([[("shop.a", "shop.old")], []]):
        with_line.add_snapshot("shop", one, token_id=None)
    with_line.close()
    engines = open_engines(database, readers=1)
    config = _make_config()
    with engines.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    engines.dispose()
    assert check_schema(database).age is SchemaAge.OLD

    upgrade_schema(database)

    points = open_store(database).get_trend("shop", CONTRACT, "main")
    assert [(point.violations, point.fixed, point.unknown) for point in points] == [(1, 0, 0), (0, 1, 0)]


def test_a_token_of_an_earlier_version_stays_as_it_is(
    database: str, open_store: Callable[..., Store]
) -> None:
    engines = open_engines(database, readers=1)
    config = _make_config()
    with engines.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
        connection.execute(
            text("INSERT INTO tokens VALUES ('abcdefgh', NULL, 'admin', 100, NULL, NULL, :secret)"),
            {"secret": b"digest"},
        )
    engines.dispose()

    upgrade_schema(database)

    store = open_store(database)
    assert store.credentials.list_tokens(None) == (
        Token("abcdefgh", None, "admin", 100, None, None, b"digest", None, None, None, False),
    )


def _read_trend(store: Store) -> list[TrendPoint]:
    """Return a trend without `dropped`, which an earlier version did not store."""
    return [replace(point, dropped=None) for point in store.get_trend("shop", CONTRACT, "main")]


def test_an_upgrade_from_the_version_before_rebuilds_loses_nothing(
    database: str, open_store: Callable[..., Store]
) -> None:
    edges = [(f"shop.{name}", "shop.old") for name in "abc"]
    uploads = history([edges[: number % 4] for number in range(12)])
    before = open_store(database)
    for one in (*uploads[:3], *uploads[4:11], uploads[3], *fork(9, [edges])):
        before.add_snapshot("shop", one, token_id=None)
    before.upkeep.finish_rebuilds()
    trend = _read_trend(before)
    violations = before.list_open_violations("shop", "main", limit=9)
    before.close()
    engines = open_engines(database, readers=1)
    config = _make_config()
    with engines.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    engines.dispose()

    upgrade_schema(database)

    after = open_store(database)
    assert _read_trend(after) == trend
    assert after.list_open_violations("shop", "main", limit=9) == violations
    after.add_snapshot("shop", fork(5, [[], edges], prefix="g")[0], token_id=None)
    after.upkeep.finish_rebuilds()
    assert _read_trend(after) == trend


def test_an_upgrade_that_finds_no_space_leaves_the_rest_to_the_service(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/archguard.db"
    upgrade_schema(url)
    with closing(Store(url, reserve_bytes=0)) as store:
        store.add_snapshot("shop", history([[("shop.a", "shop.old")]])[0], token_id=None)
        store._database.write(lambda connection: connection.execute(text("DELETE FROM line_changes")))

    with closing(Store(url, reserve_bytes=2**62)) as full:
        assert not full.upkeep.finish_upgrade()

    with closing(Store(url, reserve_bytes=0)) as store:
        assert store.upkeep.finish_upgrade()
        assert len(store.get_module_history("shop", "main", "shop.a")) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_without_a_schema_is_refused_with_the_command(
    request: pytest.FixtureRequest, kind: str
) -> None:
    url = request.getfixturevalue(kind)

    assert check_schema(url).age is SchemaAge.EMPTY
    with pytest.raises(StoreError, match="archguard db upgrade --database"):
        Store(url)


def test_a_schema_of_a_later_version_is_refused_and_left_alone(
    database: str, open_store: Callable[..., Store]
) -> None:
    engines = open_engines(database, readers=1)
    with engines.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engines.dispose()

    assert check_schema(database).age is SchemaAge.NEW
    with pytest.raises(StoreError, match="later version"):
        open_store(database)
    with pytest.raises(StoreError, match="later version"):
        upgrade_schema(database)
    assert check_schema(database).found == "9999"


def test_a_migration_that_fails_leaves_nothing(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engines = open_engines(database, readers=1)
    config = _make_config()
    with engines.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        connection.execute(text("CREATE TABLE violations (id INTEGER)"))

    with pytest.raises(StoreError, match="cannot be upgraded"):
        upgrade_schema(database)

    with engines.writer.connect() as connection:
        assert sorted(inspect(connection).get_table_names()) == ["alembic_version", "violations"]
    engines.dispose()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://root@db/x", "sqlite://", "sqlite:///:memory:", "http://x"]
)
def test_an_address_that_is_none_is_said_to_be_none(url: str) -> None:
    with pytest.raises(StoreError, match="invalid database URL"):
        Store(url)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database, but long enough to be looked at" * 20)

    with pytest.raises(StoreError, match="cannot be opened: file is not a database"):
        Store(f"sqlite:///{tmp_path}/notes.db")


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store("postgresql://nobody@127.0.0.1:1/none")


def test_a_password_is_never_shown() -> None:
    with pytest.raises(StoreError) as refused:
        Store("postgresql://nobody:secret@127.0.0.1:1/none")

    assert "secret" not in str(refused.value)


def test_an_upgrade_to_notifications_keeps_pull_requests_and_tells_nobody_of_what_was_before(
    database: str, open_store: Callable[..., Store]
) -> None:
    before = open_store(database)
    for one in (*history([[], []]), pull_request(7, [("shop.a", "shop.old")], at=0)):
        before.add_snapshot("shop", one, token_id=None)
    pull, trend = before.pulls.get("shop", 7), _read_trend(before)
    before.close()
    engines = open_engines(database, readers=1)
    config = _make_config()
    with engines.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0014")
    engines.dispose()

    upgrade_schema(database)

    after = open_store(database)
    assert (after.pulls.get("shop", 7), _read_trend(after)) == (pull, trend)
    add_rule(after)
    assert after.notifications.list_unexamined_pulls() == []
    assert after.notifications.list_deliveries("shop", None, after=None, limit=9).items == ()


def test_an_upgrade_to_trusted_publishers_keeps_tokens_which_upload_anything(
    database: str, open_store: Callable[..., Store]
) -> None:
    before = open_store(database)
    for one in history([[], []]):
        before.add_snapshot("shop", one, token_id=None)
    _, token = create_token("shop", Scope.UPLOAD, now=before.now(), days=1, name="CI")
    before.credentials.add_token(token)
    trend = _read_trend(before)
    before.close()
    engines = open_engines(database, readers=1)
    config = _make_config()
    with engines.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0015")
    engines.dispose()

    upgrade_schema(database)

    after = open_store(database)
    assert (after.credentials.get_token(token.id), _read_trend(after)) == (token, trend)
    assert token.bound_branch is None
    assert after.publishers.list("shop") == ()
