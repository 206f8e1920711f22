"""`archguard plan --upload`, against a real service."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands.test_plan import write_shop
from tests.cli.console_script import archguard
from tests.functional.local_service import running_service
from tests.sources.trees import commit_all, git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_the_service_says_what_is_done_of_an_uploaded_plan(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    write_shop(root)
    commit_all(root)
    git(root, "config", "user.name", "Some One")
    git(root, "config", "user.email", "one@example.org")
    with running_service(tmp_path) as service:
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("CI", "GIT"))},
            "ARCHGUARD_SERVER": f"http://127.0.0.1:{service.port}",
            "ARCHGUARD_PROJECT": "shop",
            "ARCHGUARD_TOKEN": service.token("admin", "shop"),
        }

        early = archguard("plan", "--root", root, "--require-upload", env=env)
        archguard("upload", "--root", root, env=env)
        sent = archguard("plan", "--root", root, "--upload", "--batch-size", "2", env=env)
        again = archguard("plan", "--root", root, "--upload", "--batch-size", "2", env=env)
        archguard("fix", "--root", root, "--batch-size", "2", "--batch", "1", "--commit", env=env)
        git(root, "checkout", "--quiet", "-B", "main")
        archguard("upload", "--root", root, env=env)
        plan = service.get("/api/v1/projects/shop/plans/newest", env["ARCHGUARD_TOKEN"]).json

    assert early.returncode == 3
    assert "not uploaded: the server has no project shop" in early.stderr
    assert (sent.returncode, again.returncode) == (0, 0)
    assert "the plan of main was uploaded: new." in sent.stderr
    assert "the plan of main was uploaded: known." in again.stderr
    assert [(one["id"], one["left"]) for one in plan["items"]] == [(1, 0), (2, 1)]
    assert plan["sentence"] == "1 of 2 batches is done; 1 violation ready, 2 blocked."
