"""What an upload of SARIF tells GitHub of a change: the branch's full state, and what is new in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.cli.console_script import archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = 'allowed_importers = ["shop.invoice -> shop.legacy"]\n'


def read_run(repository: Repository, *arguments: str) -> Any:
    root = ("--root", repository.folder)
    done = archguard("check", *root, "--base", "main", "--format", "sarif", *arguments)
    (run,) = json.loads(done.stdout)["runs"]
    return run


def test_it_has_what_is_known_and_what_is_new_but_nothing_that_an_exception_covers(
    tmp_path: Path,
) -> None:
    files = SHOP | {"pyproject.toml": SESSION + CONTRACT + ALLOWED}
    repository = Repository(tmp_path / "shop", files)
    repository.commit({"shop/page.py": IMPORT})

    run = read_run(repository)

    assert [(one["properties"]["importer"], one["baselineState"]) for one in run["results"]] == [
        ("shop.order", "unchanged"),
        ("shop.page", "new"),
    ]
    assert "automationDetails" not in run
    (contract,) = run["properties"]["contracts"]
    assert (contract["new"], contract["fixed"]) == (1, 0)


def test_one_that_stands_in_the_same_change_covers_nothing(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", SHOP | {"shop/invoice.py": ""})
    repository.commit(
        {"pyproject.toml": SESSION + CONTRACT + ALLOWED, "shop/invoice.py": "import shop.legacy\n"}
    )

    states = {
        one["properties"]["importer"]: one["baselineState"] for one in read_run(repository)["results"]
    }

    assert states == {"shop.invoice": "new", "shop.order": "unchanged"}


def test_a_run_of_one_contract_is_a_category_of_its_own(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop")

    run = read_run(repository, "--contract", "One cart")

    assert run["automationDetails"] == {"id": "archguard/one-cart/"}
