"""What tests of uploads start from: a local server, and a tree to be uploaded."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands.upload_run import SAMPLE
from tests.sources.trees import commit_all
from tests.upload.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a running server."""
    with Server().running() as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return the sample with the broken contract, committed."""
    root = tmp_path / "shop"
    shutil.copytree(SAMPLE, root)
    commit_all(root)
    return root
