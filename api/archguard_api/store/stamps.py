"""Whether anything was committed since: what SQLite says in a few microseconds.

`PRAGMA data_version` changes for a connection when another one, of any process, has committed
(https://sqlite.org/pragma.html#pragma_data_version). PostgreSQL has nothing so cheap.
"""

from __future__ import annotations

import sqlite3
import threading


class Stamps:
    """One connection that only ever asks this, and never waits."""

    def __init__(self, file: str | None) -> None:
        """Ask about an SQLite file; about nothing if there is none."""
        self._lock = threading.Lock()
        self._connection = (
            None if file is None else sqlite3.connect(file, timeout=0, check_same_thread=False)
        )

    def now(self) -> int | None:
        """The same number as long as nothing is committed; None: nobody knows."""
        if self._connection is None:
            return None
        with self._lock:
            try:
                found: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
            except sqlite3.Error:
                return None
        return found

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
