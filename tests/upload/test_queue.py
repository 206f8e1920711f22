"""Uploads are sent in order, while others are built."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from archguard.errors import RefusedError, UploadError
from archguard.upload.queue import UploadQueue, UploadSummary
from archguard.upload.responses import Outcome
from tests.upload.sample_uploads import make_upload

if TYPE_CHECKING:
    from archguard.snapshot import Upload


class ScriptedClient:
    """A client with a scripted outcome for each commit."""

    def __init__(self, **outcomes: Exception | Outcome) -> None:
        self.outcomes = outcomes
        self.sent: list[int] = []
        self.began = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self.ended = threading.Event()

    def send(self, upload: Upload) -> Outcome:
        """Wait for the gate, then return or raise the outcome of the commit."""
        self.began.set()
        self.gate.wait(10)
        number = int(upload.snapshot.commit, 16)
        self.sent.append(number)
        self.ended.set()
        outcome = self.outcomes.get(f"n{number}", Outcome.NEW)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def _open_queue(client: ScriptedClient) -> UploadQueue:
    return UploadQueue(client)  # type: ignore[arg-type]


def _run(client: ScriptedClient, count: int) -> UploadSummary:
    queue = _open_queue(client)
    for number in range(count):
        queue.put(make_upload(number))
    return queue.finish()


def test_everything_is_sent_in_order() -> None:
    client = ScriptedClient(n3=Outcome.KNOWN)

    summary = _run(client, 30)

    assert client.sent == list(range(30))
    assert (summary.new, summary.known, summary.sent) == (29, 1, 30)


def test_one_that_is_refused_does_not_stop_the_others() -> None:
    client = ScriptedClient(n1=RefusedError("Not this one."))

    summary = _run(client, 4)

    assert client.sent == [0, 1, 2, 3]
    assert summary.refused == {f"{1:040x}": "Not this one."}
    assert summary.stopped is None


def test_a_server_that_is_gone_stops_the_stream_and_nobody_waits_for_ever() -> None:
    client = ScriptedClient(n1=UploadError("Gone."))

    summary = _run(client, 100)

    assert client.sent == [0, 1]
    assert summary.stopped == "Gone."


def test_who_makes_them_waits_for_who_sends_them() -> None:
    client = ScriptedClient()
    client.gate.clear()
    queue = _open_queue(client)
    put: list[int] = []

    def make() -> None:
        for number in range(50):
            queue.put(make_upload(number))
            put.append(number)

    maker = threading.Thread(target=make)
    maker.start()
    maker.join(0.5)
    assert len(put) < 15
    client.gate.set()
    maker.join(10)
    assert queue.finish().sent == 50


def test_an_error_of_our_own_is_not_swallowed() -> None:
    queue = _open_queue(ScriptedClient(n0=ZeroDivisionError()))
    queue.put(make_upload(0))

    with pytest.raises(ZeroDivisionError):
        queue.finish()


def test_what_waits_is_dropped_when_the_work_is_interrupted() -> None:
    client = ScriptedClient()
    client.gate.clear()
    queue = _open_queue(client)
    for number in range(5):
        queue.put(make_upload(number))
    assert client.began.wait(10)  # or the first would be dropped with the others

    threading.Timer(0.2, client.gate.set).start()
    queue.abandon()
    assert client.ended.wait(10)

    assert client.sent == [0]
    assert not queue.is_open
