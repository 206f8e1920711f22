"""The client against a server on a real socket that answers well, badly, late, or not at all."""

from __future__ import annotations

import datetime
import socket
import time
from email.utils import format_datetime

import pytest

from archguard.errors import RefusedError, UploadError
from archguard.snapshot import PullRequest, Upload, decompress
from archguard.upload.client import Client
from archguard.upload.responses import Outcome
from archguard.upload.server import Server as UploadServer
from archguard.upload.server import find_server
from tests.stopwatch import Stopwatch
from tests.upload.sample_uploads import make_upload
from tests.upload.server import TOKEN, Reply, Server, problem


def _send(url: str, *, budget: float = 30, times: int = 1) -> list[Outcome]:
    with Client(_find_server(url), budget=budget) as client:
        return [client.send(make_upload()) for _ in range(times)]


def _find_server(url: str) -> UploadServer:
    return find_server({"ARCHGUARD_TOKEN": TOKEN}, server=url, project="shop")


def _fails(server: Server, *, budget: float = 30) -> str:
    with pytest.raises(UploadError) as raised:
        _send(server.url, budget=budget)
    return str(raised.value)


def test_a_snapshot_is_new_once(server: Server) -> None:
    assert _send(server.url, times=2) == [Outcome.NEW, Outcome.KNOWN]
    assert server.requests[0].path == "/api/v1/projects/shop/snapshots"
    assert server.uploads == [make_upload()] * 2


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 507])
def test_what_may_pass_is_tried_again(server: Server, status: int) -> None:
    server.replies = [problem(status, "Later.")]

    assert _send(server.url) == [Outcome.NEW]
    assert len(server.requests) == 2
    assert server.requests[0] == server.requests[1]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 422])
def test_what_will_not_pass_is_not_tried_again(server: Server, status: int) -> None:
    server.always = problem(status, "No, never.")

    sentence = _fails(server)

    assert len(server.requests) == 1
    assert f"(HTTP {status})" in sentence
    assert sentence.endswith('It says: "No, never."')


@pytest.mark.parametrize("status", [409, 413, 422])
def test_what_concerns_one_snapshot_is_told_apart(server: Server, status: int) -> None:
    server.always = problem(status, "Not this one.")

    with pytest.raises(RefusedError):
        _send(server.url)


def test_the_first_fault_of_a_snapshot_is_told(server: Server) -> None:
    server.always = Reply(
        422, {}, b'{"detail": "Wrong.", "errors": [{"at": "body.x", "problem": "is y"}]}'
    )

    assert _fails(server).endswith('It says: "Wrong. body.x is y"')


def test_each_wait_is_drawn_anew_from_a_range_that_doubles(server: Server) -> None:
    server.replies = [problem(503, "Busy.")] * 4
    draws = iter([0.125, 0.75, 0.0, 3.5])
    ranges: list[tuple[float, float]] = []
    waits: list[float] = []

    def draw(least: float, most: float) -> float:
        ranges.append((least, most))
        return next(draws)

    with Client(_find_server(server.url), sleep=waits.append, random_between=draw) as client:
        assert client.send(make_upload()) is Outcome.NEW

    assert ranges == [(0, 0.5), (0, 1), (0, 2), (0, 4)]
    assert waits == [0.125, 0.75, 0.0, 3.5]


def test_by_default_clients_that_failed_together_do_not_retry_together(server: Server) -> None:
    waits: list[float] = []
    for _ in range(2):
        server.replies = [problem(503, "Busy.")]
        with Client(_find_server(server.url), sleep=waits.append) as client:
            client.send(make_upload())

    first, second = waits
    assert first != second
    assert 0 <= min(waits) < max(waits) <= 0.5


def test_a_server_is_waited_for_as_long_as_it_asks(server: Server) -> None:
    server.replies = [problem(503, "Busy.", Retry_After="1")]
    start = time.monotonic()

    assert _send(server.url) == [Outcome.NEW]
    assert time.monotonic() - start >= 1


def test_a_date_to_come_back_at_is_understood(server: Server) -> None:
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)
    server.replies = [problem(429, "Busy.", Retry_After=format_datetime(later, usegmt=True))]
    start = time.monotonic()

    assert _send(server.url) == [Outcome.NEW]
    assert time.monotonic() - start >= 0.9  # a date has whole seconds


def test_a_server_that_asks_for_more_than_there_is_time_is_given_up_at_once(server: Server) -> None:
    server.always = problem(503, "Closed on Sundays.", Retry_After="86400")
    watch = Stopwatch()

    sentence = _fails(server, budget=20)

    assert watch.seconds() < 5
    assert len(server.requests) == 1
    assert "Closed on Sundays." in sentence


def test_a_server_that_never_answers_costs_the_budget_and_no_more(server: Server) -> None:
    server.always = Reply(stalls=60)
    start, watch = time.monotonic(), Stopwatch()

    sentence = _fails(server, budget=1)

    assert time.monotonic() - start > 0.9
    assert watch.seconds() < 2.5
    assert "did not answer in time" in sentence


def test_what_a_server_said_is_told_even_if_the_last_try_had_no_time(server: Server) -> None:
    server.replies, server.always = [problem(503, "Closed on Sundays.")], Reply(stalls=60)

    assert "Closed on Sundays." in _fails(server, budget=2)


def test_a_server_that_is_silent_is_given_up_long_before_one_that_asks_for_time(server: Server) -> None:
    answers = [problem(503, "Busy.", Retry_After="2")] * 2
    server.replies, server.always = [], Reply(stalls=60)
    watch = Stopwatch()

    with (
        Client(_find_server(server.url), budget=30, silence=1) as client,
        pytest.raises(UploadError, match=r"did not answer in time\. Tried once, within 1 s\."),
    ):
        client.send(make_upload())
    assert watch.seconds() < 10

    server.replies, server.always = [*answers], None
    with Client(_find_server(server.url), budget=30, silence=1) as client:
        assert client.send(make_upload()) is Outcome.NEW


def test_a_server_that_drips_costs_the_budget_and_no_more(server: Server) -> None:
    # Each byte arrives within any timeout of a socket, the last one after a minute.
    server.always = Reply(201, {}, b"x" * 600, drips=0.1)
    start, watch = time.monotonic(), Stopwatch()

    _fails(server, budget=1)

    assert time.monotonic() - start > 0.9
    assert watch.seconds() < 2.5


def test_a_reply_that_is_cut_is_asked_for_again(server: Server) -> None:
    server.replies = [Reply(201, {}, b'{"digest": "', cut=True)]

    assert _send(server.url) == [Outcome.KNOWN]  # it had arrived
    assert len(server.requests) == 2


def test_nobody_there_is_one_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(
        UploadError, match=rf"http://127.0.0.1:{port} cannot be reached\. Tried \d times, wi"
    ):
        _send(f"http://127.0.0.1:{port}", budget=2)


def test_no_redirect_is_followed_and_the_token_stays(server: Server) -> None:
    with Server().running() as other:
        server.always = Reply(307, {"Location": f"{other.url}/api/v1/projects/shop/snapshots"})

        sentence = _fails(server)

        assert other.requests == []
        assert other.url.removeprefix("http://") in sentence
        assert "give the final --server" in sentence


def test_a_redirect_to_what_is_no_address_is_one_sentence(server: Server) -> None:
    server.always = Reply(307, {"Location": "http://["})

    assert "the server redirects elsewhere" in _fails(server)


@pytest.mark.parametrize(
    "body", [b"<html>Log in to our Wi-Fi", b"{}", b'{"digest": "00"}', b"[]", b"\xff"]
)
def test_a_stranger_s_yes_is_no_acknowledgement(server: Server, body: bytes) -> None:
    server.always = Reply(201, {}, body)

    assert "is no archguard server" in _fails(server)


def test_what_a_server_says_is_harmless_and_never_the_token(server: Server) -> None:
    server.always = problem(403, f"\x1b[2J\n::error::no {TOKEN} ##vso[x]" + "x" * 5000)

    sentence = _fails(server)

    assert "\n" not in sentence
    assert "\x1b" not in sentence
    assert "##vso" not in sentence
    assert TOKEN not in sentence
    assert "[token]" in sentence
    assert len(sentence) < 500


def test_an_endless_answer_is_not_read_to_its_end(server: Server) -> None:
    server.always = Reply(403, {}, b"x" * 10_000_000)

    assert len(_fails(server)) < 500


def test_the_token_is_in_no_representation() -> None:
    assert TOKEN not in repr(_find_server("https://x"))


_UNKNOWN_VERSION = problem(422, "The snapshot's format_version is not 1.")


def _make_newer() -> Upload:
    """Return an upload that says what version 1 of the format cannot say."""
    upload = make_upload()
    pull_request = PullRequest(number=7, base_branch="main", head_branch="feature")
    snapshot = upload.snapshot.model_copy(update={"format_version": 2})
    return upload.model_copy(
        update={"snapshot": snapshot, "pull_request": pull_request, "merged_commits": ("e" * 40,)}
    )


def test_a_server_of_an_earlier_version_gets_what_it_knows_and_is_asked_once(server: Server) -> None:
    server.replies = [_UNKNOWN_VERSION]

    with Client(_find_server(server.url)) as client:
        assert [client.send(_make_newer()) for _ in range(2)] == [Outcome.NEW, Outcome.KNOWN]

    assert server.uploads == [_make_newer(), make_upload(), make_upload()]
    assert b"pull_request" not in decompress(server.requests[1].body)


def test_a_snapshot_that_both_versions_are_refused_of_is_refused_for_the_first_reason(
    server: Server,
) -> None:
    server.replies = [problem(422, "First."), problem(422, "Second.")]

    with Client(_find_server(server.url)) as client, pytest.raises(RefusedError, match="First"):
        client.send(_make_newer())
