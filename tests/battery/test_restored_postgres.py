"""A PostgreSQL that was restored from its dump: the service goes on, and its trends are the same."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.battery.scale import times
from tests.battery.service import Service
from tests.battery.uploaders import (
    UPLOAD_HEADERS,
    UPLOAD_PATH,
    Uploaders,
    audit,
    commit_id,
    read_whole_trend,
    upload_body,
)

if TYPE_CHECKING:
    from tests.battery.postgres import Postgres

_PATHS = (
    "/api/v1/projects/shop/trend?contract=one-cart",
    "/api/v1/projects/shop/violations?limit=200",
    "/api/v1/projects/shop/snapshots?limit=200",
    "/api/v1/projects/shop/branches",
)


def _run(postgres: Postgres, program: str, *arguments: str) -> None:
    path = Path(str(postgres.server.bin_path)) / program
    subprocess.run([str(path), *arguments], check=True, capture_output=True, timeout=120)


def _restore(postgres: Postgres, dump: Path) -> None:
    """Put the dump in the place of the database, as an administrator does after a loss."""
    administration = postgres.url.replace("/postgres?", "/template1?")
    with psycopg.connect(administration, autocommit=True) as connection:
        connection.execute("DROP DATABASE postgres WITH (FORCE)")
        connection.execute("CREATE DATABASE postgres TEMPLATE template0")
    _run(postgres, "pg_restore", "--exit-on-error", "--dbname", postgres.url, str(dump))


@pytest.mark.slow
def test_what_a_dump_holds_is_served_as_before_and_the_rest_is_taken_again(
    postgres: Postgres, tmp_path: Path
) -> None:
    service = Service(postgres.url, tmp_path / "log")
    service.start()
    try:
        token, reader = service.token("upload"), service.token("read")
        uploaders = Uploaders(service, token, 4)
        uploaders.start()
        uploaders.wait_for(times(20, 400))
        uploaders.stop()
        read_whole_trend(service, reader)
        before = [service.get(path, reader).body for path in _PATHS]
        _run(postgres, "pg_dump", "--format=custom", f"--file={tmp_path}/dump", postgres.url)

        later = [f"later-{number}" for number in range(5)]
        statuses = [_upload(service, token, name) for name in later]
        grown = read_whole_trend(service, reader).json
        service.kill()
        _restore(postgres, tmp_path / "dump")
        service.start()
        after = [service.get(path, reader).body for path in _PATHS]
        result = audit(service, reader, uploaders)
        again = [_upload(service, token, name) for name in later]
        uploaders.sent |= {commit_id(name) for name in later}
        uploaders.acknowledged |= {commit_id(name) for name in later}
        complete = audit(service, reader, uploaders)
        regrown = read_whole_trend(service, reader).json
    finally:
        service.stop()

    assert statuses == again == [201] * 5
    assert after == before
    assert (result.lost, result.duplicated, result.phantom) == (frozenset(),) * 3
    assert (complete.lost, complete.duplicated, complete.phantom) == (frozenset(),) * 3
    assert regrown["points"] == grown["points"]
    assert not uploaders.unexpected


def _upload(service: Service, token: str, name: str) -> int:
    return service.request(
        "POST", UPLOAD_PATH, body=upload_body(name), token=token, headers=UPLOAD_HEADERS
    ).status
