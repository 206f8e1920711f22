"""Send uploads one after the other in a thread, while the next ones are built."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archguard.errors import RefusedError, UploadError
from archguard.upload.responses import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.snapshot import Upload
    from archguard.upload.client import Client

_MAX_WAITING = 8
_STOP_SECONDS = 1.0


@dataclass(slots=True)
class UploadSummary:
    """How the uploads ended so far."""

    new: int = 0
    known: int = 0
    """How many the server had already."""
    refused: dict[str, str] = field(default_factory=dict)
    """Commit -> why the server refused its snapshot."""
    stopped: str | None = None
    """Why nothing more can be sent: a sentence."""

    @property
    def sent(self) -> int:
        """How many snapshots the server has."""
        return self.new + self.known


class UploadQueue:
    """A thread that sends uploads in the order in which they are put."""

    def __init__(
        self, client: Client, on_progress: Callable[[UploadSummary], None] = lambda _: None
    ) -> None:
        """Start the thread.

        Args:
            client: sends the uploads.
            on_progress: called in the thread after each upload.
        """
        self.summary = UploadSummary()
        self._client = client
        self._on_progress = on_progress
        self._waiting: queue.Queue[Upload | None] = queue.Queue(_MAX_WAITING)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether more can be sent."""
        return self.summary.stopped is None and self._error is None

    def put(self, upload: Upload) -> None:
        """Send an upload next; block while many are waiting."""
        self._waiting.put(upload)

    def finish(self) -> UploadSummary:
        """Wait until everything is sent, and return how the uploads ended."""
        self._waiting.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self.summary

    def abandon(self) -> None:
        """Stop after the upload that is being sent, without waiting for the others."""
        self.summary.stopped = self.summary.stopped or "it was interrupted."
        with suppress(queue.Full):
            self._waiting.put(None, timeout=_STOP_SECONDS)
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while (upload := self._waiting.get()) is not None:
            if not self.is_open:
                continue  # empty the queue, so that `put` does not block for ever
            try:
                self._send(upload)
            except BaseException as error:  # noqa: BLE001 (raised again by `finish`)
                self._error = error

    def _send(self, upload: Upload) -> None:
        try:
            outcome = self._client.send(upload)
        except RefusedError as error:
            self.summary.refused[upload.snapshot.commit] = str(error)
        except UploadError as error:
            self.summary.stopped = str(error)
        else:
            if outcome is Outcome.NEW:
                self.summary.new += 1
            else:
                self.summary.known += 1
        self._on_progress(self.summary)
