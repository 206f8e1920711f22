"""Measure the list of 50 pull requests, each with 2,000 violations, in processor time of a store.

    python benchmarks/pulls.py
      ... --database sqlite:////tmp/bench/pulls.db --pulls 50 --violations 2000       sizes

The goal: at most 100 ms for the first request after a start.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from pathlib import Path

import long_line
from archguard.snapshot import PullRequest
from archguard_api.models import PullState
from archguard_api.store import Store, upgrade_schema

LIMIT = 100
"""Milliseconds of processor time."""


def fill(store: Store, pulls: int, violations: int, contracts: int) -> None:
    """Store a line, and a pull request that leaves it at each commit."""
    history = long_line.History(violations, contracts)
    start = int(time.time()) - long_line.STEP * pulls
    for number, upload in enumerate(history.uploads(pulls, start), 1):
        long_line.add(store, "shop", upload)
        name = f"pull{number}"
        change = next(history.uploads(1, start + long_line.STEP * number)).snapshot
        parent = upload.snapshot.commit
        snapshot = change.model_copy(update={"commit": long_line.commit_id(name), "parent": parent})
        pull = PullRequest(number=number, base_branch="main", head_branch=name, base_commit=parent)
        changed = {"snapshot": snapshot, "branch": name, "ancestors": (parent,), "pull_request": pull}
        long_line.add(store, "shop", upload.model_copy(update=changed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database")
    parser.add_argument("--pulls", type=int, default=50)
    parser.add_argument("--violations", type=int, default=2000)
    parser.add_argument("--contracts", type=int, default=12)
    options = parser.parse_args()
    gc.set_threshold(*long_line.THRESHOLDS)
    with tempfile.TemporaryDirectory() as folder:
        url = options.database or f"sqlite:///{Path(folder)}/pulls.db"
        upgrade_schema(url)
        store = Store(url, reserve_bytes=0)
        if store.get_project("shop") is None:
            fill(store, options.pulls, options.violations, options.contracts)
        store.close()
        store = Store(url, reserve_bytes=0)
        store.get_branch("shop")
        figures = []
        for _ in range(2):
            started = time.process_time()
            page = store.pulls.list("shop", PullState.ALL, after=None, limit=options.pulls)
            figures.append(1000 * (time.process_time() - started))
        assert all(one.added is not None for one in page.items)
        print(f"{store.backend}; {len(page.items)} pull requests of {options.violations} violations")
        print(f"  the first list: {figures[0]:.1f} ms ({'met' if figures[0] <= LIMIT else 'MISSED'})")
        print(f"  the next one:   {figures[1]:.1f} ms")
        store.close()


if __name__ == "__main__":
    main()
