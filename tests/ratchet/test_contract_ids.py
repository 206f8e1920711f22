"""Contracts that get another id in a change, and changes of contracts that are not judged now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository

if TYPE_CHECKING:
    from pathlib import Path

OTHER = CONTRACT.replace("one-cart", "other").replace("One cart", "Other")
RENAMED = CONTRACT.replace("one-cart", "cart")
PREVIOUS = 'previous_ids = ["one-cart"]\n'


def _make(tmp_path: Path, contracts: str) -> Repository:
    return Repository(tmp_path / "shop", SHOP | {"pyproject.toml": SESSION + contracts})


def test_a_contract_goes_on_under_its_previous_id(tmp_path: Path) -> None:
    repository = _make(tmp_path, CONTRACT)
    repository.commit({"pyproject.toml": SESSION + RENAMED + PREVIOUS})
    outcome = repository.check("--forbid-weakening")
    assert (outcome.code, outcome.new, outcome.fixed, outcome.weakened) == (0, [], [], [])
    repository.commit({"shop/page.py": IMPORT})
    assert repository.check().new == [("shop.page", "shop.legacy")]


def test_without_previous_ids_it_is_weakened_and_a_new_one(tmp_path: Path) -> None:
    repository = _make(tmp_path, CONTRACT)
    repository.commit({"pyproject.toml": SESSION + RENAMED})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])
    assert {how for _, how in outcome.weakened} == {"contract-removed"}
    assert {weakening["contract"] for weakening in outcome.report["weakened"]} == {"one-cart"}


def test_what_a_renamed_contract_stops_counting_is_weakened_under_its_id_now(tmp_path: Path) -> None:
    repository = _make(tmp_path, CONTRACT)
    exception = 'allowed_importers = ["shop.order -> shop.legacy"]\n'
    repository.commit({"pyproject.toml": SESSION + RENAMED + PREVIOUS + exception})
    outcome = repository.check()
    assert outcome.weakened == [("shop.order", "exception-added")]
    assert outcome.report["weakened"][0]["contract"] == "cart"
    assert outcome.fixed == []


def test_an_exception_of_the_base_goes_on_with_a_renamed_contract(tmp_path: Path) -> None:
    exception = 'allowed_importers = ["shop.page -> shop.legacy"]\n'
    repository = _make(tmp_path, CONTRACT + exception)
    repository.commit(
        {"pyproject.toml": SESSION + RENAMED + PREVIOUS + exception, "shop/page.py": IMPORT}
    )
    outcome = repository.check()
    assert (outcome.code, outcome.new) == (0, [])


def test_a_renamed_contract_cannot_be_made_less_strict(tmp_path: Path) -> None:
    repository = _make(tmp_path, CONTRACT + 'enforce = "strict"\n')
    repository.commit({"pyproject.toml": SESSION + RENAMED + PREVIOUS + 'enforce = "report"\n'})
    outcome = repository.check()
    assert outcome.code == 1
    assert outcome.weakened == [(None, "enforcement-lowered")]


def test_two_contracts_become_one(tmp_path: Path) -> None:
    other = OTHER.replace("shop.legacy", "shop.page")
    repository = _make(tmp_path, CONTRACT + other)
    both = RENAMED.replace('["shop.legacy"]', '["shop.legacy", "shop.page"]')
    repository.commit({"pyproject.toml": SESSION + both + 'previous_ids = ["one-cart", "other"]\n'})
    outcome = repository.check("--forbid-weakening")
    assert (outcome.code, outcome.new, outcome.fixed, outcome.weakened) == (0, [], [], [])
    half = both.replace(', "shop.page"', "")
    repository.commit(
        {
            "pyproject.toml": SESSION + half + 'previous_ids = ["one-cart", "other"]\n',
            "shop/order.py": "import shop.page\n" + IMPORT,
        }
    )
    outcome = repository.check()
    assert outcome.weakened == [("shop.order", "module-dropped")]


def test_a_contract_that_is_not_asked_for_is_not_removed(tmp_path: Path) -> None:
    repository = _make(tmp_path, CONTRACT + OTHER)
    outcome = repository.check("--contract", "other", "--forbid-weakening")
    assert (outcome.code, outcome.weakened) == (0, [])
    repository.commit({"pyproject.toml": SESSION + OTHER})
    outcome = repository.check("--forbid-weakening")
    assert outcome.code == 1
    assert {weakening["contract"] for weakening in outcome.report["weakened"]} == {"one-cart"}
