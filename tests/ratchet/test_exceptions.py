"""Exceptions in a change: only those that the base has take effect, in whatever way they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ("shop.page", "shop.legacy")
ORDER = ("shop.order", "shop.legacy")
COMMENT = "from shop.legacy import Cart  # archguard: allow[one-cart]: for now\n"
TABLE = """\
[[tool.archguard.exceptions]]
contract = "one-cart"
importer = "shop.{importer}"
imported = "shop.legacy"
reason = "for now"
"""
ADDED = [
    pytest.param({"shop/page.py": COMMENT}, "comment-added", id="comment"),
    pytest.param(
        {
            "shop/page.py": IMPORT,
            "pyproject.toml": SESSION + CONTRACT + TABLE.format(importer="page"),
        },
        "exception-added",
        id="table",
    ),
]
TO_LEGACY = """\
[[tool.importlinter.contracts]]
id = "far"
name = "Far"
type = "forbidden"
source_modules = ["shop.page"]
forbidden_modules = ["shop.legacy"]
"""


def with_table(importer: str, more: str = "") -> dict[str, str]:
    """Return the shop with an exception in its configuration."""
    table = TABLE.format(importer=importer) + more
    return SHOP | {"pyproject.toml": SESSION + CONTRACT + table}


@pytest.mark.parametrize(("files", "how"), ADDED)
def test_one_that_the_change_adds_takes_no_effect(
    repository: Repository, files: dict[str, str], how: str
) -> None:
    repository.commit(files)

    outcome = repository.check()

    assert (outcome.code, outcome.new, outcome.weakened) == (1, [PAGE], [("shop.page", how)])
    assert repository.check("--accept-exceptions").code == 0
    assert repository.check("--accept-exceptions").weakened == [("shop.page", how)]
    assert repository.check("--accept-exceptions", "--forbid-weakening").code == 1


@pytest.mark.parametrize(
    ("files", "how"),
    [
        ({"shop/order.py": COMMENT}, "comment-added"),
        (with_table("order"), "exception-added"),
        (with_table("*"), "exception-added"),
    ],
    ids=["comment", "table", "wildcard"],
)
def test_one_for_a_known_violation_is_listed_and_passes(
    repository: Repository, files: dict[str, str], how: str
) -> None:
    repository.commit(files)

    outcome = repository.check()

    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])
    assert ("shop.order", how) in outcome.weakened
    assert repository.check("--forbid-weakening").code == 1


@pytest.mark.parametrize(
    "files", [SHOP | {"shop/page.py": COMMENT}, SHOP | {"shop/page.py": IMPORT} | with_table("page")]
)
def test_one_of_the_base_goes_on_in_a_renamed_file(tmp_path: Path, files: dict[str, str]) -> None:
    repository = Repository(
        tmp_path / "shop", {**files, "shop/page.py": files["shop/page.py"] + "X = 1\n"}
    )
    repository.git("mv", "shop/page.py", "shop/site.py")
    table = {"pyproject.toml": files["pyproject.toml"].replace("shop.page", "shop.site")}
    repository.commit({**table, "shop/order.py": IMPORT + "Y = 1\n"})

    outcome = repository.check()

    assert (outcome.code, outcome.new, outcome.weakened, outcome.fixed) == (0, [], [], [])


def test_a_removed_comment_makes_no_violation_new(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", SHOP | {"shop/page.py": COMMENT})
    repository.commit({"shop/page.py": IMPORT})

    outcome = repository.check()

    assert (outcome.code, outcome.new, outcome.weakened) == (0, [], [])
    assert PAGE in outcome.list_edges("existing")


def test_a_comment_that_becomes_a_table_covers_the_same(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", SHOP | {"shop/page.py": COMMENT})
    repository.commit(with_table("page") | {"shop/page.py": IMPORT})

    outcome = repository.check()

    assert (outcome.code, outcome.new, outcome.weakened, outcome.fixed) == (0, [], [], [])


def test_a_comment_inside_a_chain_takes_no_effect_either(tmp_path: Path) -> None:
    files = SHOP | {
        "pyproject.toml": SESSION + TO_LEGACY,
        "shop/helper.py": IMPORT,
    }
    repository = Repository(tmp_path / "shop", files)
    repository.commit({"shop/page.py": "import shop.helper  # archguard: allow[far]: for now\n"})

    outcome = repository.check()

    assert (outcome.code, outcome.new) == (1, [("shop.helper", "shop.legacy")])
    assert outcome.weakened == [("shop.helper", "comment-added")]


def test_a_contract_that_the_change_adds_has_its_comments(repository: Repository) -> None:
    repository.commit(
        {
            "pyproject.toml": SESSION + CONTRACT + TO_LEGACY,
            "shop/page.py": "import shop.order  # archguard: allow[far]: for now\n",
        }
    )

    outcome = repository.check()

    assert (outcome.code, outcome.new, outcome.weakened) == (0, [], [])


def test_kinds_that_the_change_adds_are_listed(repository: Repository) -> None:
    repository.commit(
        {
            "pyproject.toml": SESSION + CONTRACT + 'kinds = ["top-level"]\n',
            "shop/order.py": "def f():\n    " + IMPORT,
        }
    )

    outcome = repository.check()

    assert (outcome.code, outcome.new) == (0, [])
    assert outcome.weakened == [("shop.order", "kinds-changed")]
    assert repository.check("--forbid-weakening").code == 1


@pytest.mark.parametrize(
    "files",
    [
        with_table("order", "until = 2027-01-31\n"),
        SHOP | {"shop/order.py": COMMENT.replace("]:", "] until 2027-01-31:")},
    ],
    ids=["table", "comment"],
)
def test_one_that_expires_is_a_notice_with_a_base_and_fails_without(
    tmp_path: Path, files: dict[str, str]
) -> None:
    files = files | {"shop/invoice.py": ""}
    repository = Repository(tmp_path / "shop", files)
    repository.commit({"shop/new.py": "X = 1\n"})

    def check_alone(day: str) -> int:
        return archguard("check", "--root", repository.folder, "--today", day).returncode

    too_late = repository.check("--today", "2027-02-01")
    assert (too_late.code, too_late.new, too_late.weakened) == (0, [], [])
    assert "expired on 2027-01-31" in too_late.report["contracts"][0]["warnings"][0]
    assert (check_alone("2027-01-31"), check_alone("2027-02-01")) == (0, 1)
    strict = repository.commit(
        {"pyproject.toml": files["pyproject.toml"].replace(CONTRACT, CONTRACT + 'enforce = "strict"\n')}
    )
    assert strict
    assert repository.check("--today", "2027-01-31").code == 0
    assert repository.check("--today", "2027-02-01").code == 1


def test_an_end_that_the_change_puts_off_takes_no_effect(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", with_table("order", "until = 2027-01-31\n"))
    repository.commit(with_table("order", "until = 2028-01-31\n"))

    outcome = repository.check("--today", "2027-02-01")

    assert (outcome.code, outcome.new) == (0, [])
    assert outcome.weakened == [("shop.order", "exception-added")]


def test_a_wildcard_of_the_base_says_how_many_imports_more_it_covers(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", with_table("*"))
    repository.commit({"shop/page.py": IMPORT})

    outcome = repository.check()

    assert (outcome.code, outcome.new) == (0, [])
    (exception,) = _list_exceptions(outcome.report)
    assert (exception["imports"], exception["growth"]) == (3, 1)
    text = archguard("check", "--root", repository.folder, "--base", "main").stdout
    assert "(1 more than at the base)" in " ".join(text.split())


def _list_exceptions(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for contract in report["contracts"] for one in contract["exceptions"]]
