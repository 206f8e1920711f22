"""Measure the peak memory of a process and its descendants, shared pages counted once (PSS)."""

from __future__ import annotations

import threading
from pathlib import Path


class PeakMemory:
    """Samples the memory of a process until it is stopped. Linux only, because it reads /proc."""

    def __init__(self, pid: int, interval: float) -> None:
        """Start sampling, every `interval` seconds."""
        self._pid = pid
        self._interval = interval
        self._peak = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Stop sampling, and return the peak in megabytes."""
        self._stopped.set()
        self._thread.join()
        return self._peak

    def _sample(self) -> None:
        while True:
            self._peak = max(self._peak, sum(map(_read_pss, _find_processes(self._pid))))
            if self._stopped.wait(self._interval):
                return


def _find_processes(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(descendant for child in children for descendant in _find_processes(int(child)))]


def _read_pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
