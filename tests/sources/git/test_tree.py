"""A commit's tree follows symbolic links as Linux does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.sources.open import open_source
from archguard.sources.source import Unreadable
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from pathlib import Path


def test_forty_links_are_followed_and_no_more(tmp_path: Path) -> None:
    """With one more Linux reports a loop: path_resolution(7)."""
    links: dict[str | bytes, str | bytes] = {
        f"link{number}.py": f"-> link{number - 1}.py" for number in range(2, 42)
    }
    write_files(tmp_path, {"file.py": "x\n", "link1.py": "-> file.py", **links})
    source = open_source(str(tmp_path), commit_all(tmp_path))

    last_followed, first_refused = source.read(["link40.py", "link41.py"])

    assert last_followed == b"x\n"
    assert isinstance(first_refused, Unreadable)
