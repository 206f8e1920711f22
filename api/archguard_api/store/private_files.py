"""The modes of a database's files: nobody but their owner may read them, whatever the umask.

SQLite gives the log and its index the mode of the database.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path

PRIVATE = 0o600
_HEADER = b"SQLite format 3\0"
_COMPANIONS = ("-wal", "-shm", "-journal", ".lock")


def create_private_file(path: str) -> None:
    """Create an empty file.

    Raises:
        FileExistsError: it is there already.
        OSError: it cannot be created.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    try:
        os.chmod(path, PRIVATE)
    finally:
        os.close(handle)


def tighten_files(database: str) -> None:
    """Take others' permissions from a database, its log and the backups that stand beside it.

    A backup is a database with our tables whose name begins as the database's does, up to its last dot.
    Files of another user are left alone.
    """
    database = os.path.realpath(database)
    folder, name = os.path.split(database)
    stem = os.path.splitext(name)[0]
    companions = {f"{name}{suffix}" for suffix in _COMPANIONS}
    for entry in os.scandir(folder):
        is_ours = entry.name == name or entry.name in companions
        if not is_ours and not (entry.name.startswith(stem) and _is_backup(entry)):
            continue
        with suppress(FileNotFoundError, PermissionError):
            mode = stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode)
            if mode & ~PRIVATE and not entry.is_symlink():
                os.chmod(entry.path, mode & PRIVATE)


def _is_backup(entry: os.DirEntry[str]) -> bool:
    if not entry.is_file(follow_symlinks=False):
        return False
    try:
        with open(entry.path, "rb") as file:
            if file.read(len(_HEADER)) != _HEADER:
                return False
        address = f"{Path(entry.path).as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            query = "SELECT 1 FROM sqlite_master WHERE name IN ('alembic_version', 'branch_snapshots')"
            return len(connection.execute(query).fetchall()) == 2
    except (OSError, sqlite3.Error):
        return False
