"""Two owners of one SQLite file: the second is refused, and the first loses nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.battery.scale import times
from tests.battery.service import Service
from tests.battery.uploaders import Uploaders, audit, read_whole_trend
from tests.cli.console_script import archguard

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

OWNERS = (("serve", "--port", "0"), ("db", "upgrade"))


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return archguard(*arguments, timeout=120)


@pytest.mark.slow
def test_second_owners_are_refused_and_what_runs_beside_one_harms_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/archguard.db"
    service = Service(url, tmp_path / "log")
    service.start()
    try:
        uploaders = Uploaders(service, service.token("upload"), 4)
        reader = service.token("read")
        uploaders.start()
        refused, beside = [], []
        for number in range(times(2, 30)):
            refused += [_run(*owner, "--database", url) for owner in OWNERS]
            beside += [
                _run("token", "create", "--all-projects", "--scope", "read", "--database", url),
                _run("token", "list", "--database", url),
                _run("db", "check", "--database", url),
                _run("db", "backup", "--output", f"{tmp_path}/{number}.db", "--database", url),
            ]
        uploaders.wait_for(20)
        uploaders.stop()
        result = audit(service, reader, uploaders)
        before = read_whole_trend(service, reader).body
        service.kill()
        restored = Service(f"sqlite:///{tmp_path}/0.db", tmp_path / "log")
        service.start()
        after = read_whole_trend(service, reader).body
        restored.start()
        restored.stop()
    finally:
        service.stop()

    assert {(done.returncode, done.stdout) for done in refused} == {(2, "")}
    assert all("owns this database" in done.stderr for done in refused)
    assert {done.returncode for done in beside} == {0}
    assert (result.lost, result.duplicated, result.phantom) == (frozenset(),) * 3
    assert not uploaders.unexpected
    assert before == after


@pytest.mark.slow
def test_of_owners_that_start_at_once_on_a_new_file_one_serves(tmp_path: Path) -> None:
    for round_number in range(times(1, 20)):
        url = f"sqlite:///{tmp_path}/{round_number}.db"
        rivals = [Service(url, tmp_path / f"{round_number}-{number}.log") for number in range(3)]
        try:
            with ThreadPoolExecutor(len(rivals)) as pool:
                served = list(pool.map(_serves, rivals))
            codes = [rival.process.poll() for rival in rivals if rival.process is not None]
        finally:
            for rival in rivals:
                rival.stop()

        assert served.count(True) == 1
        assert sorted(codes, key=str) == [2, 2, None]


def _serves(service: Service) -> bool:
    service.start(wait=False)
    try:
        service.wait_until_ready()
    except AssertionError:
        assert "owns this database" in service.log.read_text()
        return False
    return True
