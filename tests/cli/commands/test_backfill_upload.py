"""`backfill --upload` as users run it, on a real local server."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

from tests.cli.commands.upload_run import SAMPLE, run_upload
from tests.history.histories import BASE, History
from tests.history.running import configure
from tests.sources.trees import commit_all, git
from tests.upload.server import Server, problem

if TYPE_CHECKING:
    from pathlib import Path


def _history(shop: Path, count: int) -> list[str]:
    for number in range(count):
        (shop / "shop" / f"user{number}.py").write_text("import shop.legacy_cart\n")
        commit_all(shop)
    return git(shop, "rev-list", "--reverse", "HEAD").split()


def test_a_history_is_uploaded_in_order_and_each_is_linked_to_the_one_before(
    server: Server, shop: Path
) -> None:
    commits = _history(shop, 4)

    done = run_upload(server, shop, "backfill", "--upload")

    assert done.returncode == 0
    assert [json.loads(line)["commit"] for line in done.stdout.splitlines()] == commits
    assert "violations" not in json.loads(done.stdout.splitlines()[0])
    assert [upload.snapshot.commit for upload in server.uploads] == commits
    assert [upload.snapshot.contracts[0].violations for upload in server.uploads] == [1, 2, 3, 4, 5]
    assert [list(upload.ancestors) for upload in server.uploads] == [
        [],
        *([one] for one in commits[:-1]),
    ]
    assert done.stderr == "archguard: uploaded 5 of 5: 5 new, 0 the server had already.\n"


def test_a_sample_of_a_history_is_linked_by_the_commits_between(server: Server, tmp_path: Path) -> None:
    history = History(tmp_path / "repository")
    days = [1, 1, 2, 2, 2, 3]
    commits = [
        history.commit({**BASE, "n": str(n)}, at=f"2026-01-0{day}T12:00:00+00:00")
        for n, day in enumerate(days)
    ]

    words = ("backfill", "--upload", "--every", "day", "--config", str(configure(tmp_path)))
    done = run_upload(server, history.root, *words)

    assert done.returncode == 0
    assert {upload.snapshot.commit: list(upload.ancestors) for upload in server.uploads} == {
        commits[1]: [commits[0]],
        commits[4]: [commits[3], commits[2], commits[1]],
        commits[5]: [commits[4]],
    }


def test_an_upload_of_a_history_goes_on_where_it_stopped(server: Server, shop: Path) -> None:
    commits = _history(shop, 3)
    run_upload(server, shop, "backfill", "--upload", "--rev", commits[1], "--branch", "main")
    server.replies = [problem(401, "Expired.")]
    stopped = run_upload(server, shop, "backfill", "--upload")
    required = run_upload(
        server, shop, "backfill", "--upload", "--token-file", os.devnull, "--require-upload"
    )

    done = run_upload(server, shop, "backfill", "--require-upload")

    assert stopped.returncode == 0
    assert "stopped: the server does not accept the token" in stopped.stderr
    assert "Run it again to continue." in stopped.stderr
    assert required.returncode == 3
    assert done.returncode == 0
    assert "uploaded 4 of 4: 2 new, 2 the server had already." in done.stderr
    assert len(server.stored) == 4


def test_one_commit_that_the_server_refuses_does_not_stop_a_history(server: Server, shop: Path) -> None:
    commits = _history(shop, 2)
    server.replies = [problem(409, "Another one is stored.")]

    done = run_upload(server, shop, "backfill", "--upload", "--require-upload")

    assert done.returncode == 3
    assert "uploaded 2 of 3" in done.stderr
    assert f"1 not uploaded, {commits[0][:10]} first: the server has another snapshot" in done.stderr


def test_a_commit_without_a_verdict_has_no_snapshot(server: Server, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "README.md").write_text("")
    commit_all(root)
    shutil.copytree(SAMPLE, root, dirs_exist_ok=True)
    commit_all(root)

    done = run_upload(server, root, "backfill", "--upload")

    assert len(done.stdout.splitlines()) == 2
    assert len(server.stored) == 1
    assert "1 had nothing that could be judged, and no snapshot." in done.stderr


def test_each_commit_under_its_own_configuration(server: Server, shop: Path) -> None:
    _history(shop, 1)
    text = (shop / "pyproject.toml").read_text()
    (shop / "pyproject.toml").write_text(text.replace("shop.legacy_cart", "shop.order"))
    commit_all(shop)

    assert run_upload(server, shop, "backfill", "--upload", "--config-from-commit").returncode == 0

    configurations = [upload.snapshot.configuration for upload in server.uploads]
    assert configurations[0] == configurations[1] != configurations[2]


def test_a_contract_without_verdict_is_uploaded_as_that_and_the_exit_code_says_so(
    server: Server, shop: Path
) -> None:
    configuration = (shop / "pyproject.toml").read_text()
    (shop / "pyproject.toml").write_text(
        configuration
        + """
[[tool.importlinter.contracts]]
id = "apart"
name = "Apart"
type = "independence"
modules = ["shop.nowhere", "shop.neither"]
"""
    )
    commit_all(shop)

    done = run_upload(server, shop, "upload")

    (upload,) = server.uploads
    assert [contract.id for contract in upload.snapshot.contracts if contract.unjudged] == ["apart"]
    assert len(upload.snapshot.contracts) == 2
    assert done.returncode == 2
    assert "archguard: no verdict: " in done.stderr
