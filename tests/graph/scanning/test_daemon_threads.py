"""An executor whose threads do not delay the end of the process."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import CancelledError, as_completed

import pytest

from archguard.graph.scanning.daemon_threads import DaemonThreads


def test_what_is_called_returns_and_raises_in_the_future() -> None:
    threads = DaemonThreads(2)
    futures = {threads.submit(pow, 2, number): number for number in range(20)}
    failing = threads.submit(pow, 0, -1)

    assert {future.result(): futures[future] for future in as_completed(futures)} == {
        2**number: number for number in range(20)
    }
    with pytest.raises(ZeroDivisionError):
        failing.result()
    threads.shutdown()


def test_no_more_threads_than_asked_for_work_at_once() -> None:
    seen: set[int] = set()
    with DaemonThreads(3) as threads:
        for _ in range(50):
            threads.submit(lambda: seen.add(threading.get_ident()))

    assert len(seen) <= 3


def test_a_shutdown_waits_for_what_was_submitted_or_cancels_it() -> None:
    release = threading.Event()
    threads = DaemonThreads(1)
    first = threads.submit(release.wait, 60)
    while not first.running():
        pass
    second = threads.submit(release.wait, 60)

    threads.shutdown(wait=False, cancel_futures=True)
    release.set()

    assert first.result() is True
    with pytest.raises(CancelledError):
        second.result()


@pytest.mark.parametrize(("executor", "waits"), [("DaemonThreads", False), ("ThreadPoolExecutor", True)])
def test_a_process_that_ends_waits_for_nothing(executor: str, waits: bool) -> None:
    script = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from archguard.graph.scanning.daemon_threads import DaemonThreads\n"
        "import time\n"
        f"threads = {executor}(1)\n"
        "threads.submit(time.sleep, 0.5).running()\n"
        "threads.submit(print, 'waited')\n"
    )

    output = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout

    assert output == ("waited\n" if waits else "")
