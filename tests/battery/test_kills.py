"""201 means durable: whatever kills the service, nothing that it acknowledged is lost or there twice."""

from __future__ import annotations

import random
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.api.databases import create_sqlite
from tests.battery.scale import times
from tests.battery.service import Service
from tests.battery.uploaders import Audit, Uploaders, audit

if TYPE_CHECKING:
    from pathlib import Path

CLIENTS = 16
HASTY = (sys.executable, "-m", "tests.battery.hasty")


def _killed(service: Service, kills: int, seed: int) -> tuple[Audit, Uploaders]:
    """Kill it so often at random moments under load, and look what is left."""
    chance = random.Random(seed)
    service.start()
    try:
        uploaders = Uploaders(service, service.token("upload"), CLIENTS)
        reader = service.token("read")
        uploaders.start()
        for _ in range(kills):
            time.sleep(chance.uniform(0.05, 0.6))
            service.kill()
            service.start()
        uploaders.wait_for(CLIENTS + 1)
        uploaders.stop()
        service.kill()
        service.start()
        return audit(service, reader, uploaders), uploaders
    finally:
        service.stop()


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_to_kills(database: str, tmp_path: Path) -> None:
    result, uploaders = _killed(Service(database, tmp_path / "log"), times(6, 200), seed=1)

    # What `make battery` is asked for.
    print(f"{len(uploaders.acknowledged)} acknowledged, {result.kept} kept")  # noqa: T201
    assert not result.lost
    assert not result.duplicated
    assert not result.phantom
    assert not uploaders.unexpected
    assert len(uploaders.acknowledged) > CLIENTS


@pytest.mark.slow
def test_the_control_that_acknowledges_before_it_commits_loses_some(tmp_path: Path) -> None:
    database = create_sqlite(tmp_path / "hasty.db")
    result, _ = _killed(Service(database, tmp_path / "log", command=HASTY), times(4, 20), seed=1)

    assert result.lost
