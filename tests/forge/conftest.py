from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.forge.fake_forge import FakeForge, serve_forge

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def forge() -> Iterator[FakeForge]:
    yield from serve_forge()


@pytest.fixture
def other_forge() -> Iterator[FakeForge]:
    yield from serve_forge()
