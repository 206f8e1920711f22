"""A server, and an environment in which no CI service and no proxy is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.upload.environments import without_ci
from tests.upload.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[Server]:
    """A running one, on this machine."""
    with Server().running() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ.keys() - without_ci().keys():
        monkeypatch.delenv(name)
