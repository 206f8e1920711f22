"""Files that are replaced as a whole."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from archguard.whole_file import replace_file

if TYPE_CHECKING:
    from pathlib import Path


def test_the_new_content_stands_there_alone_for_everybody_to_read(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes(b"a longer text than the new one")

    replace_file(str(file), b"new")

    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_what_stops_the_writing_leaves_the_old_file_and_nothing_else(
    error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes(b"old")

    def stop(*_: Any) -> None:
        raise error

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(error):
        replace_file(str(file), b"new")

    assert file.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [file]
