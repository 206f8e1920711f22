"""A server for each test that asks for one, and no CI service and no proxy in the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.upload.environments import make_environment
from tests.upload.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a running server on this machine."""
    with Server().running() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ.keys() - make_environment().keys():
        monkeypatch.delenv(name)
