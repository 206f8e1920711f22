"""The limit on processor time: renewed for each piece of work, and never above the system's own."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from archguard.graph.scanning.processor_time import TimeAllowance

ALLOWANCE = TimeAllowance(seconds=4, files_a_second=50, bytes_a_second=1000)


def _run(script: str) -> list[int]:
    """Run a script in a process of its own, and return the numbers that it prints."""
    head = (
        "import resource, time\n"
        "from archguard.graph.scanning.processor_time import ProcessorTimeLimit, TimeAllowance\n"
        f"limit = ProcessorTimeLimit(TimeAllowance(*{tuple(ALLOWANCE)}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", head + script], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return [done.returncode, *map(int, done.stdout.split())]


def test_it_grows_with_the_number_of_files_and_with_their_size() -> None:
    assert ALLOWANCE.compute_seconds() == 4
    assert ALLOWANCE.compute_seconds(files=100) == 6
    assert ALLOWANCE.compute_seconds(size=5000) == 9
    assert ALLOWANCE.compute_seconds(files=100, size=5000) == 11


def test_each_piece_of_work_has_its_own_time() -> None:
    _, first, used, second = _run(
        "limit.renew(size=5000)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0])\n"
        "while time.process_time() < 1.5: pass\n"
        "print(int(time.process_time()))\n"
        "limit.renew(size=5000)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0])\n"
    )

    assert 9 < first <= 11
    assert used + 9 < second <= used + 11
    assert second > first


def test_the_system_s_own_limit_is_kept_if_it_is_lower() -> None:
    if resource.getrlimit(resource.RLIMIT_CPU)[1] != resource.RLIM_INFINITY:
        pytest.skip("this system limits the processor time of all processes")
    numbers = _run(
        "resource.setrlimit(resource.RLIMIT_CPU, (7, 7))\n"
        "limit.renew(size=5000)\n"
        "print(*resource.getrlimit(resource.RLIMIT_CPU))\n"
    )

    assert numbers == [0, 7, 7]
