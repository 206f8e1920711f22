"""The control of the kills: `archguard serve` with a store that acknowledges before it commits."""

from __future__ import annotations

import argparse
import queue
import threading
import time
from typing import TYPE_CHECKING

from archguard.snapshot import compute_digest
from archguard_api import server
from archguard_api.models import Receipt
from archguard_api.settings import Settings
from archguard_api.store import Store

if TYPE_CHECKING:
    from archguard.snapshot import Upload

    Work = tuple[str, Upload, str | None]

DELAY_SECONDS = 1
"""Longer than uploads need to arrive, on a busy machine too: some always wait when it is killed."""


class HastyStore(Store):
    """A store that acknowledges an upload before it writes it."""

    _waiting: queue.Queue[Work]

    def begin(self) -> None:
        """Start the thread that writes."""
        self._waiting = queue.Queue()
        threading.Thread(target=self._write, daemon=True).start()

    def add_snapshot(
        self, project: str, upload: Upload, *, token_id: str | None, digest: str | None = None
    ) -> Receipt:
        """Acknowledge the upload at once."""
        self._waiting.put((project, upload, token_id))
        return Receipt(
            created=True, commit=upload.snapshot.commit, digest=digest or compute_digest(upload.snapshot)
        )

    def _write(self) -> None:
        while True:
            project, upload, token_id = self._waiting.get()
            time.sleep(DELAY_SECONDS)
            super().add_snapshot(project, upload, token_id=token_id)


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    arguments = parser.parse_args()
    settings = Settings(database=arguments.database)
    server.prepare_database(settings.database_url)
    store = HastyStore(settings.database_url)
    store.begin()
    server.run(settings, store, server.listen("127.0.0.1", arguments.port))


if __name__ == "__main__":
    main()
