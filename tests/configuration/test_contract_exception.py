"""Exceptions in a configuration file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.configuration.files import TOML, read, refuses

if TYPE_CHECKING:
    from pathlib import Path

EXCEPTION = """
[[tool.archguard.exceptions]]
contract = "one-cart"
importer = "shop.**"
imported = "shop.old_cart"
"""


def test_an_exception_belongs_to_its_contract(tmp_path: Path) -> None:
    text = TOML + EXCEPTION + 'reason = "why"\nowner = "@me"\nuntil = 2027-01-31\n'

    (contract,) = read(tmp_path, text).contracts

    (exception,) = contract.exceptions
    assert (exception.importer, exception.imported) == ("shop.**", "shop.old_cart")
    assert (exception.reason, exception.owner, exception.until) == ("why", "@me", "2027-01-31")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('contract = "one-cart"\n', "", "exception 1 has no contract."),
        ('imported = "shop.old_cart"', 'imported = ""', "exception 1 has no imported."),
        ('"one-cart"\nimporter', '"one-card"\nimporter', ".*'one-card'; did you mean 'one-cart'.*"),
        ("imported =", "imprted =", "exception 1 has no option 'imprted'; did you mean 'imported'.*"),
        ('"shop.**"', '"shop**"', ".*importer: 'shop\\*\\*' cannot be the name of a module."),
        ('"shop.**"', "1", ".*importer must be a text."),
        ('_cart"\n', '_cart"\nuntil = "soon"\n', ".*until: 'soon' is not a date like 2026-12-31."),
        ("[[tool.archguard.exceptions]]", "[tool.archguard.exceptions]", ".*an array of tables.*"),
    ],
)
def test_what_is_no_exception_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert EXCEPTION.count(old) == 1

    refuses(tmp_path, TOML + EXCEPTION.replace(old, new), message)


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ('["top-levle"]', ".*kinds: there is no kind 'top-levle'; did you mean 'top-level'.*"),
        ("[]", ".*kinds is empty.*"),
    ],
)
def test_kinds_that_do_not_exist_are_refused(tmp_path: Path, kinds: str, message: str) -> None:
    refuses(tmp_path, TOML + f"kinds = {kinds}\n", message)
