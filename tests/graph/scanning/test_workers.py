"""Child processes: a file that kills one costs no result but its own."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from archguard.graph.discovery import discover
from archguard.graph.scanning import pool, workers
from archguard.graph.scanning.child import ChildProcess
from archguard.graph.scanning.pool import ScanPool
from archguard.graph.scanning.processor_time import TimeAllowance
from archguard.graph.scanning.workers import CRASHED, TOO_SLOW, ScannerOptions
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

DEADLY = "+".join(["1"] * 60_000) + "\n"
AMPLE = TimeAllowance()


def _scan(
    root: Path,
    jobs: int = 2,
    allowance: TimeAllowance = AMPLE,
    deprecated: tuple[str, ...] = (),
) -> dict[str, dict[str, Any]]:
    source = WorkingTree(str(root))
    discovery = discover(source, ("shop",), ())
    options = ScannerOptions(source.spec(), {"top_level_names": ["shop"]}, deprecated)
    pool = ScanPool(options._replace(allowance=allowance), jobs=jobs)
    results: dict[str, dict[str, Any]] = {}
    try:
        pool.scan(
            list(discovery.modules.values()),
            lambda batch: results.update({m.name: result for m, result in batch.results.items()}),
        )
    finally:
        pool.close()
    return results


def test_a_file_that_kills_the_scanner_is_named_and_the_others_are_read(write_tree: WriteTree) -> None:
    root = write_tree(
        {
            "shop/__init__.py": "",
            "shop/a.py": "import shop.deadly\n",
            "shop/deadly.py": DEADLY,
            "shop/z.py": "import shop.a\n",
        }
    )

    results = _scan(root)

    assert results["shop.deadly"] == {"reason": CRASHED, "died": True}
    assert results["shop.a"]["imports"] == [("shop.deadly", 1, False, False)]
    assert results["shop.z"]["imports"] == [("shop.a", 1, False, False)]


def test_two_that_kill_it_are_both_named(write_tree: WriteTree) -> None:
    files = {f"shop/m{number}.py": "import shop\n" for number in range(8)}
    root = write_tree({"shop/__init__.py": "", **files, "shop/m2.py": DEADLY, "shop/m6.py": DEADLY})

    results = _scan(root)

    assert {name for name, result in results.items() if "reason" in result} == {"shop.m2", "shop.m6"}
    assert sum("imports" in result for result in results.values()) == 7


def test_many_bad_files_cost_no_good_one(write_tree: WriteTree) -> None:
    sources = ["import shop\n", "import (\n", "import (\n"] * 20
    files = {f"shop/m{number}.py": source for number, source in enumerate(sources)}
    root = write_tree({"shop/__init__.py": "", **files})

    results = _scan(root)

    bad = {name for name, result in results.items() if result.get("reason") == "a syntax error"}
    assert bad == {f"shop.m{number}" for number in range(60) if number % 3}
    assert all(len(results[f"shop.m{number}"]["imports"]) == 1 for number in range(0, 60, 3))


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_the_number_of_children_changes_nothing(jobs: int, write_tree: WriteTree) -> None:
    files = {f"shop/m{number}.py": f"import shop.m{number - 1}\n" for number in range(1, 250)}
    root = write_tree({"shop/__init__.py": "", "shop/m0.py": "", **files})

    results = _scan(root, jobs)

    assert all(
        results[f"shop.m{n}"]["imports"] == [(f"shop.m{n - 1}", 1, False, False)] for n in range(1, 250)
    )


class _WatchedChild(ChildProcess):
    """A child that notes when it is asked and when it answers."""

    events: ClassVar[list[str]] = []

    def send_request(self, options: bytes, request: dict[str, Any]) -> bool:
        was_sent = super().send_request(options, request)
        self.events.append("asked")
        return was_sent

    def read_answer(self, seconds: float) -> bytes | None:
        line = super().read_answer(seconds)
        if line is not None and b"ready" not in line:
            self.events.append("answered")
        return line


def test_a_child_is_asked_again_before_it_has_answered(
    write_tree: WriteTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_tree({"shop/__init__.py": "", **{f"shop/m{number}.py": "" for number in range(250)}})
    monkeypatch.setattr(workers, "ChildProcess", _WatchedChild)
    _WatchedChild.events.clear()

    assert len(_scan(root, jobs=1)) == 251

    assert _WatchedChild.events[:5] == ["asked", "asked", "answered", "asked", "answered"]
    assert _WatchedChild.events.count("asked") == _WatchedChild.events.count("answered")


def test_what_a_child_was_asked_besides_is_asked_of_the_next_one(write_tree: WriteTree) -> None:
    files = {f"shop/m{number:03}.py": "import shop\n" for number in range(250)}
    root = write_tree({"shop/__init__.py": "", **files, "shop/m007.py": DEADLY})

    results = _scan(root, jobs=1)

    assert [name for name, result in results.items() if "reason" in result] == ["shop.m007"]
    assert sum("imports" in result for result in results.values()) == 250


def test_questions_and_answers_larger_than_a_pipe_are_no_trouble(
    write_tree: WriteTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "a" * 200
    files = {f"shop/{long}{number:04}.py": "import shop\n" for number in range(3000)}
    root = write_tree({"shop/__init__.py": "", **files})
    monkeypatch.setattr(pool, "_BATCH_SIZE", 3000)  # 600 kB each way

    assert len(_scan(root, jobs=1)) == 3001


SHORT = TimeAllowance(seconds=0.5, files_a_second=1e9, bytes_a_second=1e12)


@pytest.mark.slow
def test_a_child_that_takes_too_much_processor_time_is_stopped(write_tree: WriteTree) -> None:
    # The system counts whole seconds, and grimp takes more than one for this.
    root = write_tree({"shop/__init__.py": "", "shop/slow.py": "import shop\n" * 800_000})

    results = _scan(root, allowance=SHORT)

    assert results["shop.slow"] == {"reason": TOO_SLOW, "died": True}
    assert results["shop"]["imports"] == []


class _HaltedChild(ChildProcess):
    """A child that gets no processor for a while after each request, as on a busy machine."""

    def send_request(self, options: bytes, request: dict[str, Any]) -> bool:
        was_sent = super().send_request(options, request)
        self._process.send_signal(signal.SIGSTOP)
        timer = threading.Timer(4.5, self._process.send_signal, [signal.SIGCONT])
        timer.daemon = True
        timer.start()
        return was_sent


@pytest.mark.slow
def test_a_busy_machine_makes_no_file_too_slow(
    write_tree: WriteTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = "import shop.old\n# " + "x" * 12_000_000 + "\n"
    root = write_tree({"shop/__init__.py": "", "shop/large.py": large})
    monkeypatch.setattr(workers, "ChildProcess", _HaltedChild)

    results = _scan(root, deprecated=("shop.old",))

    assert results["shop.large"]["reason"] == "larger than 10 MB"
    assert ["shop.old", False] in results["shop.large"]["names"]


class _SilentChild(ChildProcess):
    """A child that never sees a request, and so never answers one."""

    def send_request(self, options: bytes, request: dict[str, Any]) -> bool:
        return True


def test_a_child_that_never_answers_is_stopped_at_last(
    write_tree: WriteTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_LAST_RESORT_SECONDS", 0.3)
    monkeypatch.setattr(workers, "ChildProcess", _SilentChild)
    root = write_tree({"shop/__init__.py": ""})

    assert _scan(root)["shop"] == {"reason": TOO_SLOW, "died": True}


def test_no_module_of_the_current_folder_is_imported(
    write_tree: WriteTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = "raise SystemExit('imported')\n"
    root = write_tree({"shop/__init__.py": "", "json.py": trap, "grimp.py": trap, "archguard.py": trap})
    monkeypatch.chdir(root)

    assert _scan(root)["shop"]["imports"] == []


def test_a_child_names_contents_as_its_parent_does(write_tree: WriteTree) -> None:
    source = WorkingTree(str(write_tree({"a.py": "x = 1\n", "b.py": ""})))
    paths = ["b.py", "gone.py", "a.py"]
    pool = ScanPool(ScannerOptions(source.spec(), {"top_level_names": []}, ()), jobs=1)
    try:
        pool.start_children(1)
        fingerprints = pool.compute_fingerprints(paths)
    finally:
        pool.close()

    assert fingerprints == list(source.fingerprints(paths))


def test_who_has_no_child_names_contents_alone(write_tree: WriteTree) -> None:
    missing_source = {"adapter": "working_tree", "root": str(write_tree({}) / "gone")}
    pool = ScanPool(ScannerOptions(missing_source, {"top_level_names": []}, ()), jobs=1)
    try:
        assert pool.compute_fingerprints(["a.py"]) is None
        pool.start_children(1)
        assert pool.compute_fingerprints(["a.py"]) is None
    finally:
        pool.close()


def test_no_child_is_started_where_there_is_nothing_to_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ChildProcess", None)
    pool = ScanPool(ScannerOptions({}, {}, ()), jobs=2)

    pool.scan([], lambda _: pytest.fail("there is nothing to keep"))

    pool.close()


def test_few_modules_are_one_child_s(write_tree: WriteTree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_tree({"shop/__init__.py": "", **{f"shop/m{number}.py": "" for number in range(90)}})
    monkeypatch.setattr(workers, "ChildProcess", _WatchedChild)
    _WatchedChild.events.clear()

    assert len(_scan(root, jobs=2)) == 91

    assert _WatchedChild.events == ["asked", "answered"]
