"""What every test gets: a user's folders of its own, trees made of text, and an empty history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.sources import working_tree
from tests.history.histories import History

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# Helpers that assert say what differed, as tests do.
pytest.register_assert_rewrite("tests.history.running")


@pytest.fixture(autouse=True)
def _own_user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the cache nor its key is the developer's."""
    home = tmp_path_factory.mktemp("home")
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
    monkeypatch.setattr(working_tree, "_RACY_NANOSECONDS", -3_600_000_000_000)


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A repository without commits."""
    return History(tmp_path / "repository")
