"""Many uploads, in order, while others are made."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from archguard.errors import RefusedError, UploadError
from archguard.upload.queue import UploadQueue, UploadSummary
from archguard.upload.responses import Outcome
from tests.upload.uploads import an_upload

if TYPE_CHECKING:
    from archguard.snapshot import Upload


class ScriptedClient:
    """A client that ends as it is told for each commit."""

    def __init__(self, **ends: Exception | Outcome) -> None:
        self.ends = ends
        self.sent: list[int] = []
        self.began = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def send(self, upload: Upload) -> Outcome:
        """Wait for the gate, then end."""
        self.began.set()
        self.gate.wait(10)
        number = int(upload.snapshot.commit, 16)
        self.sent.append(number)
        end = self.ends.get(f"n{number}", Outcome.NEW)
        if isinstance(end, Exception):
            raise end
        return end


def _stream(client: ScriptedClient) -> UploadQueue:
    return UploadQueue(client)  # type: ignore[arg-type]


def _run(client: ScriptedClient, count: int) -> UploadSummary:
    stream = _stream(client)
    for number in range(count):
        stream.put(an_upload(number))
    return stream.finish()


def test_everything_is_sent_in_order() -> None:
    client = ScriptedClient(n3=Outcome.KNOWN)

    account = _run(client, 30)

    assert client.sent == list(range(30))
    assert (account.new, account.known, account.sent) == (29, 1, 30)


def test_one_that_is_refused_does_not_stop_the_others() -> None:
    client = ScriptedClient(n1=RefusedError("Not this one."))

    account = _run(client, 4)

    assert client.sent == [0, 1, 2, 3]
    assert account.refused == {f"{1:040x}": "Not this one."}
    assert account.stopped is None


def test_a_server_that_is_gone_stops_the_stream_and_nobody_waits_for_ever() -> None:
    client = ScriptedClient(n1=UploadError("Gone."))

    account = _run(client, 100)

    assert client.sent == [0, 1]
    assert account.stopped == "Gone."


def test_who_makes_them_waits_for_who_sends_them() -> None:
    client = ScriptedClient()
    client.gate.clear()
    stream = _stream(client)
    made: list[int] = []

    def make() -> None:
        for number in range(50):
            stream.put(an_upload(number))
            made.append(number)

    maker = threading.Thread(target=make)
    maker.start()
    maker.join(0.5)
    assert len(made) < 15
    client.gate.set()
    maker.join(10)
    assert stream.finish().sent == 50


def test_an_error_of_our_own_is_not_swallowed() -> None:
    stream = _stream(ScriptedClient(n0=ZeroDivisionError()))
    stream.put(an_upload(0))

    with pytest.raises(ZeroDivisionError):
        stream.finish()


def test_what_waits_is_dropped_when_the_work_is_interrupted() -> None:
    client = ScriptedClient()
    client.gate.clear()
    stream = _stream(client)
    for number in range(5):
        stream.put(an_upload(number))
    assert client.began.wait(10)  # or the first would be dropped with the others

    threading.Timer(0.2, client.gate.set).start()
    stream.abandon()

    assert client.sent == [0]
    assert not stream.is_open
