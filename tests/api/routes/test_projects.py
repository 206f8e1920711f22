"""A project and where one of its branches stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.serving import SHOP
from tests.api.snapshots import upload

if TYPE_CHECKING:
    from tests.api.serving import Service


def test_a_project_is_shown_as_of_the_branch_that_is_asked_for(running: Service) -> None:
    running.upload(upload("a", [("shop.cart", "shop.old")]))
    running.upload(upload("b", [("shop.cart", "shop.old"), ("shop.pay", "shop.old")], branch="next"))

    default, other = running.get(SHOP).json(), running.get(f"{SHOP}?branch=next").json()

    for answer, branch, violations in ((default, "main", 1), (other, "next", 2)):
        (contract,) = answer["contracts"]
        assert (contract["branch"], contract["contract"]["violations"]) == (branch, violations)
        assert answer["now"]["violations"] == violations
        assert answer["now"]["sentence"].startswith(str(violations))
    assert default["default_branch"] == other["default_branch"] == "main"


def test_a_branch_that_is_not_there_is_not_found(running: Service) -> None:
    running.upload(upload("a"))

    assert running.get(f"{SHOP}?branch=nope").status_code == 404
