"""Discovery in each kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.graph.discovery import Discovery, discover
from archguard.sources.git.commit import Commit
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Discover = Callable[..., Discovery]


@pytest.fixture(params=["working tree", "commit"])
def find(request: pytest.FixtureRequest, tmp_path: Path) -> Discover:
    """Discover some files through each kind of source."""

    def run(
        files: dict[str | bytes, str | bytes],
        roots: Sequence[str],
        source_roots: Sequence[str] = (),
        exclude: Sequence[str] = (),
    ) -> Discovery:
        write_files(tmp_path, files)
        if request.param == "working tree":
            return discover(WorkingTree(str(tmp_path)), roots, source_roots, exclude)
        commit_all(tmp_path)
        return discover(Commit.find(str(tmp_path), "HEAD"), roots, source_roots, exclude)

    return run


def list_paths(discovery: Discovery) -> dict[str, str]:
    """Return the path of each module."""
    return {name: module.path for name, module in discovery.modules.items()}
