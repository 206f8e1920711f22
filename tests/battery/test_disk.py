"""A full disk refuses uploads and nothing else, and needs no restart once there is room again."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.battery.service import Service
from tests.battery.uploaders import UPLOAD_HEADERS, UPLOAD_PATH, commit_id, upload_body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("reserve", ["0", ""], ids=["to the last byte", "to the reserve"])
def test_uploads_are_507_reads_go_on_and_writes_come_back(
    small_disk: Path, tmp_path: Path, reserve: str
) -> None:
    service = Service(
        f"sqlite:///{small_disk / 'archguard.db'}",
        tmp_path / "log",
        environment={"ARCHGUARD_DISK_RESERVE_BYTES": reserve} if reserve else {},
    )
    service.start()
    try:
        token, reader = service.token("upload"), service.token("read")
        ballast = small_disk / "ballast"
        acknowledged = set()

        def upload(name: str) -> int:
            status = service.request(
                "POST", UPLOAD_PATH, body=upload_body(name), token=token, headers=UPLOAD_HEADERS
            ).status
            if status == 201:
                acknowledged.add(commit_id(name))
            return status

        assert upload("before") == 201
        with ballast.open("wb", buffering=0) as file:
            for _ in range(12 * 1024):
                try:
                    file.write(b"x" * 1024)
                except OSError:
                    break
        statuses = {upload(f"full-{number}") for number in range(30)}
        listed = service.get(f"{UPLOAD_PATH}?limit=200", reader)
        ballast.unlink()
        after = upload("after")
        stored = {
            item["commit"] for item in service.get(f"{UPLOAD_PATH}?limit=200", reader).json["items"]
        }
    finally:
        service.stop()

    assert 507 in statuses
    assert statuses <= {201, 507}
    assert listed.status == 200
    assert after == 201
    assert acknowledged <= stored
