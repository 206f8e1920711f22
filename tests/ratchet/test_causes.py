"""The imports that make a change's new violations: real repositories, the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from archguard.checking.report import Cause, Causes
from archguard.ratchet.causes import describe_doubts
from tests.ratchet.repository import SESSION, Outcome, Repository

if TYPE_CHECKING:
    from pathlib import Path

CONTRACTS = """
[[tool.importlinter.contracts]]
id = "layers"
name = "Layers"
type = "layers"
layers = ["shop.web", "shop.core"]

[[tool.importlinter.contracts]]
id = "no-sql"
name = "The core knows no SQL"
type = "forbidden"
source_modules = ["shop.core"]
forbidden_modules = ["shop.sql"]
"""
SHOP = {
    "pyproject.toml": SESSION + CONTRACTS,
    "shop/__init__.py": "",
    "shop/core/__init__.py": "",
    "shop/core/slice.py": "",
    "shop/core/old.py": "import shop.shared\n",
    "shop/shared.py": "",
    "shop/helper.py": "import shop.web.one\nimport shop.web.two\nimport shop.deep\n",
    "shop/deep.py": "import shop.sql\nimport shop.web.one\n",
    "shop/sql.py": "",
    "shop/web/__init__.py": "",
    "shop/web/one.py": "",
    "shop/web/two.py": "",
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "shop", SHOP)


def list_causes(outcome: Outcome) -> list[tuple[str, int, int, list[str]]]:
    return [
        (cause["path"], cause["line"], cause["violations"], cause["contracts"])
        for cause in outcome.report["causes"]["imports"]
    ]


def list_own_causes(outcome: Outcome) -> dict[tuple[str, str], list[str]]:
    return {
        (violation["importer"], violation["imported"]): [
            f"{cause['path']}:{cause['line']}" for cause in violation["causes"]
        ]
        for violation in outcome.report["violations"]
        if "causes" in violation
    }


def describe_search(outcome: Outcome) -> dict[str, Any]:
    return {key: value for key, value in outcome.report["causes"].items() if key != "imports"}


ONE = Causes((Cause("shop.a", "shop.b", "shop/a.py", 5, 4),), unique=True, verified=True)
SURE = {"unique": True, "smallest": True, "verified": True, "unexplained": 0}


def test_one_import_far_from_the_violations_is_their_one_cause(repository: Repository) -> None:
    repository.commit({"shop/core/slice.py": "X = 1\n\n\n\nimport shop.helper\n"})
    outcome = repository.check()
    assert len(outcome.new) == 4
    assert list_causes(outcome) == [("shop/core/slice.py", 5, 4, ["layers", "no-sql"])]
    assert describe_search(outcome) == SURE
    assert set(map(tuple, list_own_causes(outcome).values())) == {("shop/core/slice.py:5",)}


def test_the_cause_may_stand_in_a_file_that_no_contract_names(repository: Repository) -> None:
    repository.commit(
        {"shop/shared.py": "import shop.deep\n", "shop/core/slice.py": "import shop.shared\n"}
    )
    outcome = repository.check()
    assert list_causes(outcome) == [("shop/shared.py", 1, 2, ["layers", "no-sql"])]
    assert describe_search(outcome) == SURE


def test_of_two_sets_of_the_same_size_one_is_named_and_the_other_is_said_to_be(
    repository: Repository,
) -> None:
    repository.commit({"shop/core/slice.py": "import shop.new\n", "shop/new.py": "import shop.deep\n"})
    outcome = repository.check()
    assert list_causes(outcome) == [("shop/core/slice.py", 1, 2, ["layers", "no-sql"])]
    assert describe_search(outcome) == SURE | {"unique": False}


def test_two_imports_have_each_their_own_violations(repository: Repository) -> None:
    repository.commit(
        {"shop/core/slice.py": "import shop.web.two\n", "shop/shared.py": "import shop.sql\n"}
    )
    outcome = repository.check()
    assert list_causes(outcome) == [
        ("shop/core/slice.py", 1, 1, ["layers"]),
        ("shop/shared.py", 1, 1, ["no-sql"]),
    ]
    assert list_own_causes(outcome) == {
        ("shop.core.slice", "shop.web.two"): ["shop/core/slice.py:1"],
        ("shop.shared", "shop.sql"): ["shop/shared.py:1"],
    }


def test_a_violation_of_the_base_has_no_cause(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit({"shop/shared.py": "import shop.sql\n"})
    repository.git("checkout", "--quiet", "-b", "later")
    repository.commit({"shop/core/slice.py": "import shop.shared\nimport shop.web.one\n"})
    outcome = repository.check()
    assert outcome.list_edges("existing") == [("shop.shared", "shop.sql")]
    assert list_causes(outcome) == [("shop/core/slice.py", 2, 1, ["layers"])]


def test_a_renamed_file_is_no_cause(repository: Repository) -> None:
    repository.commit({"shop/way.py": "import shop.deep\nA = 1\nB = 2\n"})
    repository.git("branch", "--force", "main")
    repository.git("mv", "shop/way.py", "shop/path.py")
    repository.commit({"shop/core/slice.py": "import shop.path\n"})
    outcome = repository.check()
    assert list_causes(outcome) == [("shop/core/slice.py", 1, 2, ["layers", "no-sql"])]
    assert describe_search(outcome) == SURE


def test_what_a_move_alone_makes_no_import_is_blamed_for(repository: Repository) -> None:
    repository.git("mv", "shop/shared.py", "shop/web/shared.py")
    repository.commit({"shop/core/old.py": "import shop.web.shared\n"})
    outcome = repository.check()
    assert outcome.new == [("shop.core.old", "shop.web.shared")]
    assert list_own_causes(outcome) == {}
    assert outcome.report["causes"]["imports"] == []
    assert outcome.report["causes"]["unexplained"] == 1


def test_if_more_goes_than_what_is_new_that_is_said(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit(
        {
            "shop/core/slice.py": "import shop.way\n",
            "shop/way.py": "import shop.sql\n",
            "shop/hub.py": "import shop.way\nimport shop.web.two\n",
        }
    )
    repository.git("checkout", "--quiet", "-b", "later")
    repository.commit({"shop/core/slice.py": "import shop.hub\n"})
    outcome = repository.check()
    assert outcome.list_edges("existing") == [("shop.way", "shop.sql")]
    assert list_causes(outcome) == [("shop/core/slice.py", 1, 1, ["layers"])]
    assert describe_search(outcome) == SURE | {"verified": False}


def test_an_import_becomes_a_cause_when_the_contract_begins_to_judge_it(tmp_path: Path) -> None:
    kinds = {
        "pyproject.toml": SHOP["pyproject.toml"].replace(
            'type = "layers"', 'type = "layers"\nkinds = ["top-level"]'
        )
    }
    lazily = "def f():\n    import shop.helper\n\n\nfrom shop import shared\n"
    repository = Repository(tmp_path / "shop", SHOP | kinds | {"shop/core/slice.py": lazily})
    repository.commit({"shop/core/slice.py": f"{lazily}import shop.helper\n"})
    outcome = repository.check()
    assert list_causes(outcome) == [("shop/core/slice.py", 6, 3, ["layers"])]
    assert describe_search(outcome) == SURE


def test_a_contract_that_the_base_s_exceptions_spoil_has_no_causes(tmp_path: Path) -> None:
    spoiled = {"pyproject.toml": SESSION + CONTRACTS + 'ignore_imports = ["nonsense"]\n'}
    repository = Repository(tmp_path / "shop", SHOP | spoiled)
    repository.commit(
        {"pyproject.toml": SHOP["pyproject.toml"], "shop/core/slice.py": "import shop.helper\n"}
    )
    outcome = repository.check()
    assert outcome.code == 1
    assert {contract for *_, contracts in list_causes(outcome) for contract in contracts} == {"layers"}


def test_an_import_of_a_contract_without_chains_is_its_own_cause(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop")
    repository.commit({"shop/page.py": "import shop.legacy\n"})
    outcome = repository.check()
    assert outcome.new == [("shop.page", "shop.legacy")]
    assert "causes" not in outcome.report
    assert list_own_causes(outcome) == {}


def test_without_a_new_violation_nothing_is_searched(repository: Repository) -> None:
    repository.commit({"shop/core/slice.py": "import shop.shared\n"})
    assert "causes" not in repository.check().report


@pytest.mark.parametrize(
    ("causes", "doubts"),
    [
        (ONE, []),
        (ONE._replace(unique=False), ["The causes are not the only possible ones"]),
        (ONE._replace(unique=False, smallest=False), ["Fewer than 1 import may do"]),
        (ONE._replace(verified=False), ["Judged again without it, not exactly the new violations"]),
        (ONE._replace(unexplained=1), ["1 new violation comes from no added import"]),
        (Causes(unexplained=2), ["2 new violations come from no added import"]),
    ],
)
def test_every_doubt_is_said(causes: Causes, doubts: list[str]) -> None:
    said = [*describe_doubts(causes)]

    assert len(said) == len(doubts)
    assert all(sentence.startswith(doubt) for sentence, doubt in zip(said, doubts, strict=True))
