"""The most memory that a process and its descendants hold at once, shared pages counted once (PSS)."""

from __future__ import annotations

import threading
from pathlib import Path


class Peak:
    """Watches a process until it is stopped; linux only, where /proc tells."""

    def __init__(self, pid: int, seconds: float) -> None:
        """Look at once, and again after each such time."""
        self._pid = pid
        self._seconds = seconds
        self._peak = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """The peak in megabytes."""
        self._stopped.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while True:
            self._peak = max(self._peak, sum(map(_pss, _family(self._pid))))
            if self._stopped.wait(self._seconds):
                return


def _family(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [one for task in tasks for one in (task / "children").read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in _family(int(child)))]


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
