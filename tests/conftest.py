"""What every test gets: a user's folders of its own, trees made of text, and an empty history."""

from __future__ import annotations

import gc
import itertools
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from archguard.sources import working_tree
from tests.history.histories import History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_SHARED = {"served", "small", "large", "wheel"}
"""Fixtures that take seconds to set up: the tests of each run in one worker, which sets it up once."""

# Both limits are times by the clock: on a busy machine they fail tests that are right.
settings.register_profile("archguard", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("archguard")

# What a shell starts in the background ignores Ctrl-C, and so would what the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Helpers that assert say what differed, as tests do.
pytest.register_assert_rewrite("tests.history.running")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the quick tests first, then those that share a fixture, then the other slow ones.

    The groups are the largest pieces of work: at the end, one worker would wait for the other's.
    """
    for item in items:
        for name in _SHARED.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(name))
    items.sort(key=lambda item: (_is_slow(item), item.get_closest_marker("xdist_group") is None))


def pytest_collection_finish() -> None:
    """Exempt what was collected: garbage collection would go through all tests and libraries."""
    gc.freeze()


def _is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


class _QuickFailures:
    """Ends a run before the slow tests if a quick one has failed."""

    def __init__(self, session: pytest.Session) -> None:
        # With xdist its own session decides when the workers stop.
        self._loop = session.config.pluginmanager.getplugin("dsession") or session
        self._failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a failed quick test; stop at the first slow one after it."""
        if "slow" not in report.keywords:
            self._failed |= report.failed
        elif self._failed and not self._loop.shouldstop:
            self._loop.shouldstop = "quick tests failed; the slow ones are not run"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Watch for failures in the process that collects the reports, not in the workers."""
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(_QuickFailures(session))


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of folders, another one for each test: for a new one, `mktemp` lists all that there are."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _own_user_folders(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the cache nor its key is the developer's."""
    home = next(_homes)
    home.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.delenv("ARCHGUARD_CACHE_KEY", raising=False)


@pytest.fixture
def write_tree(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Write files, given as path -> text, into a folder."""

    def write(files: Mapping[str, str]) -> Path:
        root = tmp_path / "tree"
        for path, text in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return root

    return write


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every file had been left alone for long enough, to this process."""
    monkeypatch.setattr(working_tree, "RACY_NANOSECONDS", -3_600_000_000_000)


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A repository without commits."""
    return History(tmp_path / "repository")
