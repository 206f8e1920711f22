"""Schemas and types that others publish at npm: fetched for a test, in no repository of ours."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE = 60
_SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""Python 3.11.4 and later can refuse what leaves the folder."""


def fetch_package(name: str, folder: Path) -> Path:
    """Unpack an npm package without running anything of it; skip the test if npm cannot fetch it.

    Args:
        name: the package and its exact version, `name@1.2.3`.
        folder: where it is put.
    """
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    done = subprocess.run(
        [npm, "pack", "--silent", "--ignore-scripts", name, "--pack-destination", folder],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"npm cannot fetch {name}: no network?")
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, **_SAFELY)  # type: ignore[arg-type]
    return folder / "package"
