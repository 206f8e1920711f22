"""`archguard serve` and `archguard token` as a user runs them."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest

from archguard_api.services.tokens import PATTERN
from tests.cli.console_script import SCRIPT, archguard

if TYPE_CHECKING:
    from pathlib import Path


def test_a_token_stands_alone_on_standard_output_and_is_listed_without_secret(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/archguard.db"
    archguard("db", "upgrade", "--database", url)

    created = archguard("token", "create", "--database", url, "--project", "shop", "--scope", "upload")
    listed = archguard("token", "list", "--database", url)

    assert re.fullmatch(f"{PATTERN}\n", created.stdout)
    token_id, secret = created.stdout.split("_")[1:3]
    assert listed.stdout.startswith(f"{token_id}  upload  shop  until ")
    assert secret not in listed.stdout

    revoked = archguard("token", "revoke", "--database", url, token_id)
    assert revoked.returncode == 0
    assert "revoked" in archguard("token", "list", "--database", url).stdout
    assert archguard("token", "revoke", "--database", url, "none").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scope", "upload"], "--project or --all-projects"),
        (["--scope", "upload", "--project", "../x"], "a name is at most 100"),
        (["--scope", "all", "--project", "x"], "'upload', 'read', 'admin'"),
    ],
)
def test_a_token_that_cannot_be_is_refused(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = archguard("token", "create", "--database", f"sqlite:///{tmp_path}/a.db", *arguments)

    assert done.returncode == 2
    assert message in done.stderr


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = archguard("serve", "--port", port, "--database", f"sqlite:///{tmp_path}/a.db")

    assert done.returncode == 2
    message = "the port is in use; choose another with --port."
    assert done.stderr == f"archguard: cannot listen on 127.0.0.1:{port}: {message}\n"


def test_a_database_of_an_older_version_is_left_alone_and_the_command_named(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('ffffffffffff')")
    connection.close()

    done = archguard("serve", "--port", "0", "--database", f"sqlite:///{file}")

    assert done.returncode == 2
    assert "later version" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "token create --all-projects --scope read",
        "token list",
        "token revoke x",
        "db check",
        "db prune --keep 1",
        "db backup --output copy.db",
        "db upgrade",
        "serve --port 0",
    ],
)
@pytest.mark.parametrize("file", ["mistyped.db", "mistyped/archguard.db"])
def test_a_mistyped_database_is_named_and_never_made(command: str, file: str, tmp_path: Path) -> None:
    makes_files = command == "db upgrade" or command.startswith("serve")
    if makes_files and "/" not in file:
        pytest.skip("these make a file, in a folder that exists")

    done = archguard(*command.split(), "--database", f"sqlite:///{file}", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "mistyped" in done.stderr
    assert "there is no such" in done.stderr
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--database", "mysql://x"], "sqlite:///path"),
        (["--workers", "2"], "need PostgreSQL"),
        (["--root-path", "archguard/"], "ARCHGUARD_ROOT_PATH"),
        (["--root-path", "/p"], "is a path of the service itself"),
        (["--forwarded-allow-ips", "nobody"], "ARCHGUARD_FORWARDED_ALLOW_IPS"),
        (["--host", "no.such.host.invalid"], "cannot listen on no.such.host.invalid"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    url = ["--database", f"sqlite:///{tmp_path}/a.db"]
    done = archguard("serve", "--port", "0", *url, *arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def _start(url: str) -> subprocess.Popen[str]:
    command = [str(SCRIPT), "serve", "--port", "0", "--database", url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    while "startup complete" not in process.stdout.readline():
        assert process.poll() is None
    return process


def test_sigterm_ends_it_with_0_and_the_log_is_in_the_database(tmp_path: Path) -> None:
    process = _start(f"sqlite:///{tmp_path}/archguard.db")
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)

    assert (process.returncode, "Traceback" in output) == (0, False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archguard.db", "archguard.db.lock"]


def test_a_second_owner_is_one_sentence_and_what_runs_beside_it_does(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/archguard.db"
    process = _start(url)
    try:
        refused = [
            archguard(*command, "--database", url)
            for command in (("serve", "--port", "0"), ("db", "upgrade"))
        ]
        beside = [
            archguard(*command.split(), "--database", url)
            for command in (
                "token create --all-projects --scope read",
                "token list",
                f"db backup --output {tmp_path}/copy.db",
                "db check",
            )
        ]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    sentence = (
        f"archguard: {tmp_path}/archguard.db: process {process.pid} owns this database "
        "(archguard serve or db upgrade); stop it first.\n"
    )
    assert [(done.returncode, done.stdout, done.stderr) for done in refused] == [(2, "", sentence)] * 2
    assert [done.returncode for done in beside] == [0] * 4
