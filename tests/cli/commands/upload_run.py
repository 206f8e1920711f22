"""Run a command that uploads to a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.upload.environments import make_client_environment
from tests.upload.in_process import CommandResult, run_command

if TYPE_CHECKING:
    from tests.upload.server import Server

SAMPLE = Path(__file__).parents[2] / "samples" / "shop_broken"
"""A tree with a broken contract."""


def run_upload(server: Server, root: Path, *words: str, **env: str) -> CommandResult:
    """Run a command on a tree with what it needs to upload to a server."""
    name = "--repo" if words[0] == "backfill" else "--root"
    return run_command(*words, name, root, env=make_client_environment(server.url, **env))
