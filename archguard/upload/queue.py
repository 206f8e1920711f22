"""Uploads one after the other, while the next ones are made."""

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

_MOST_WAITING = 8
_SECONDS_TO_LEAVE = 1.0


@dataclass(slots=True)
class UploadSummary:
    """What became of what was sent."""

    new: int = 0
    known: int = 0
    """The server had them already."""
    refused: dict[str, str] = field(default_factory=dict)
    """Commit -> why the server does not want it."""
    stopped: str | None = None
    """Why no more could be sent."""

    @property
    def sent(self) -> int:
        """How many the server has."""
        return self.new + self.known


class UploadQueue:
    """A thread that sends in the order in which it was given."""

    def __init__(self, client: Client, tell: Callable[[UploadSummary], None] = lambda _: None) -> None:
        """Begin to wait for something to send.

        Args:
            client: what sends.
            tell: called in that thread after each.
        """
        self.account = UploadSummary()
        self._client = client
        self._tell = tell
        self._waiting: queue.Queue[Upload | None] = queue.Queue(_MOST_WAITING)
        self._broken: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether it makes sense to send more."""
        return self.account.stopped is None and self._broken is None

    def put(self, upload: Upload) -> None:
        """Send this next; waits while there is much to send already."""
        self._waiting.put(upload)

    def finish(self) -> UploadSummary:
        """Wait until everything is sent."""
        self._waiting.put(None)
        self._thread.join()
        if self._broken is not None:
            raise self._broken
        return self.account

    def abandon(self) -> None:
        """Send no more than what is being sent; nobody will finish."""
        self.account.stopped = self.account.stopped or "it was interrupted."
        with suppress(queue.Full):
            self._waiting.put(None, timeout=_SECONDS_TO_LEAVE)
        self._thread.join(_SECONDS_TO_LEAVE)

    def _run(self) -> None:
        while (upload := self._waiting.get()) is not None:
            if not self.is_open:
                continue  # whoever puts must not wait for ever
            try:
                self._send(upload)
            except BaseException as error:  # noqa: BLE001 (raised by whoever finishes)
                self._broken = error

    def _send(self, upload: Upload) -> None:
        try:
            outcome = self._client.send(upload)
        except RefusedError as error:
            self.account.refused[upload.snapshot.commit] = str(error)
        except UploadError as error:
            self.account.stopped = str(error)
        else:
            if outcome is Outcome.NEW:
                self.account.new += 1
            else:
                self.account.known += 1
        self._tell(self.account)
