"""The repository that most tests of a comparison begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ratchet.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The shop, on a branch `change` that adds nothing yet."""
    return Repository(tmp_path / "shop")
