"""Exceptions of contracts: what they cover, until when, and what is said of them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest, check
from archguard.configuration import read_configuration
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from archguard.checking.report import ContractReport, Report

    WriteTree = Callable[[Mapping[str, str]], Path]

ROOT = '[tool.importlinter]\nroot_packages = ["shop"]\n'
CART = """\
[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.legacy"]
"""
LAYERS = """\
[[tool.importlinter.contracts]]
id = "layers"
name = "Layers"
type = "layers"
layers = ["shop.api", "shop.legacy"]
"""
EXCEPTION = """\
[[tool.archguard.exceptions]]
contract = "{contract}"
importer = "{importer}"
imported = "{imported}"
reason = "until the new cart is out"
owner = "@cart"
until = 2027-01-31
"""
FILES = {
    "shop/__init__.py": "",
    "shop/legacy/__init__.py": "",
    "shop/legacy/cart.py": "",
    "shop/a.py": "import shop.legacy.cart\n",
    "shop/b.py": "from shop import legacy\n",
}
IN_TIME, TOO_LATE = datetime.date(2027, 1, 31), datetime.date(2027, 2, 1)


def make_exception(importer: str, imported: str = "shop.legacy", contract: str = "one-cart") -> str:
    """Return the table of an exception that ends on 31 January 2027."""
    return EXCEPTION.format(importer=importer, imported=imported, contract=contract)


def judge(root: Path, day: datetime.date = IN_TIME) -> Report:
    """Judge a tree on a day."""
    configuration = read_configuration(str(root / "pyproject.toml"))
    source = open_source(str(root))
    return check(CheckRequest(source, configuration, Cache(None), jobs=1, today=day)).report


def judge_files(write_tree: WriteTree, configuration: str, files: Mapping[str, str]) -> ContractReport:
    """Return the report of the only contract."""
    root = write_tree({**FILES, "pyproject.toml": ROOT + configuration, **files})
    (contract,) = judge(root).contracts
    return contract


def list_importers(report: Report) -> list[str]:
    """Return the importers of the violations."""
    return [violation.importer for violation in report.violations]


def test_a_table_is_an_exception_until_its_last_day_is_over(write_tree: WriteTree) -> None:
    root = write_tree({**FILES, "pyproject.toml": ROOT + CART + make_exception("shop.a")})

    in_time, too_late = judge(root), judge(root, TOO_LATE)

    assert list_importers(in_time) == ["shop.b"]
    assert in_time.contracts[0].allowed == 1
    assert in_time.contracts[0].warnings == ()
    assert list_importers(too_late) == ["shop.a", "shop.b"]
    assert too_late.contracts[0].allowed == 0
    assert "expired on 2027-01-31" in too_late.contracts[0].warnings[0]


@pytest.mark.parametrize("option", ["allowed_importers", "ignore_imports"])
def test_a_table_carries_the_end_of_an_entry(write_tree: WriteTree, option: str) -> None:
    entry = f'{option} = ["shop.a -> shop.legacy.cart"]\n'
    table = make_exception("shop.a", "shop.legacy.cart")
    root = write_tree({**FILES, "pyproject.toml": ROOT + CART + entry + table})

    in_time, too_late = judge(root), judge(root, TOO_LATE)

    assert list_importers(in_time) == ["shop.b"]
    (exception,) = in_time.contracts[0].exceptions
    assert (exception.source, exception.imports) == (option, 1)
    assert (exception.reason, exception.owner) == ("until the new cart is out", "@cart")
    assert list_importers(too_late) == ["shop.a", "shop.b"]


def test_an_exception_of_a_contract_that_follows_chains_takes_the_import_away(
    write_tree: WriteTree,
) -> None:
    files = {
        "shop/legacy/cart.py": "import shop.helper\n",
        "shop/helper.py": "import shop.api.cart\nimport shop.api.order\n",
        "shop/api/__init__.py": "",
        "shop/api/cart.py": "",
        "shop/api/order.py": "",
    }
    without = judge_files(write_tree, LAYERS, files)
    with_it = judge_files(
        write_tree, LAYERS + make_exception("shop.legacy.*", "shop.helper", "layers"), files
    )

    assert (without.violations, without.allowed) == (2, 0)
    assert (with_it.violations, with_it.allowed, with_it.kept) == (0, 2, True)


def test_wildcards_say_how_many_imports_they_cover(write_tree: WriteTree) -> None:
    contract = judge_files(write_tree, CART + 'allowed_importers = ["shop.* -> shop.legacy"]\n', {})

    (exception,) = contract.exceptions
    assert (exception.importer, exception.imports) == ("shop.*", 2)
    assert (contract.violations, contract.allowed) == (0, 2)


def test_an_ignored_import_that_changes_nothing_for_its_contract_is_reported(
    write_tree: WriteTree,
) -> None:
    files = {"shop/api/__init__.py": "import shop.legacy\nimport shop.b\n", "shop/b.py": ""}
    ignore = 'ignore_imports = ["shop.api -> shop.b"]\n'

    contract = judge_files(write_tree, LAYERS + ignore, files)

    assert contract.warnings == (
        "`shop.api -> shop.b` of ignore_imports allows nothing that this contract forbids: remove it.",
    )


def test_an_ignored_import_inside_a_chain_is_not_reported(write_tree: WriteTree) -> None:
    files = {
        "shop/legacy/cart.py": "import shop.one\n",
        "shop/one.py": "import shop.two\n",
        "shop/two.py": "import shop.api\n",
        "shop/legacy/__init__.py": "import shop.three\nimport shop.two\n",
        "shop/three.py": "import shop.two\n",
        "shop/api/__init__.py": "",
    }
    # Only the last of these is on the chain that is shown, and only together do they matter.
    ignored = ["shop.one -> shop.two", "shop.three -> shop.two", "shop.legacy -> shop.two"]

    contract = judge_files(write_tree, LAYERS + f"ignore_imports = {ignored}\n", files)

    assert (contract.violations, contract.allowed) == (0, 1)
    assert contract.warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "import shop.legacy.cart  # archguard: allow[one-cart]: reason\n",
        "import shop.legacy.cart  # noqa  # archguard: allow[other, one-cart] until 2027-01-31: why\n",
        "from shop.legacy import (  # archguard: allow[one-cart]: reason\n    cart,\n)\n",
        "from shop.legacy import (\n    cart,  # archguard:allow[one-cart]: reason\n)\n",
        "from shop.legacy import (\n    # archguard: allow[one-cart]: reason\n    cart,\n)\n",
        "from shop.legacy import (\n    cart,\n)  # archguard: allow[one-cart]: reason\n",
        "def f():\n    from shop.legacy \\\n        import cart  # archguard: allow[one-cart]: reason\n",
    ],
)
def test_a_comment_on_any_line_of_a_statement_is_an_exception(write_tree: WriteTree, text: str) -> None:
    contract = judge_files(write_tree, CART, {"shop/a.py": text, "shop/b.py": ""})

    assert (contract.violations, contract.allowed) == (0, 1)
    assert [exception.importer for exception in contract.exceptions] == ["shop.a"]


@pytest.mark.parametrize(
    "text",
    [
        "# archguard: allow[one-cart]: reason\nimport shop.legacy.cart\n",
        "import shop.legacy.cart\n# archguard: allow[one-cart]: reason\n",
        "import shop.legacy.cart; x = '# archguard: allow[one-cart]: reason'\n",
        "'''\n# archguard: allow[one-cart]: reason\n'''; import shop.legacy.cart\n",
        "import shop.legacy.cart  # archguard: allow(one-cart): reason\n",
        "import shop.legacy.cart  # archguard: allow[one-cart] until tomorrow: reason\n",
        "import shop.legacy.cart  # archguard: allow[one-cart] until 2027-01-30: reason\n",
        "import shop.legacy.cart  # archguard: allow[two-carts]: reason\n",
        "import shop.legacy.cart  # archguard allow[one-cart]: reason\n",
        "import shop.legacy.cart  # archguard: allow[one-cart]: reason\nimport shop.legacy.cart\n",
    ],
)
def test_other_comments_and_strings_are_none(write_tree: WriteTree, text: str) -> None:
    contract = judge_files(write_tree, CART, {"shop/a.py": text, "shop/b.py": ""})

    assert (contract.violations, contract.allowed) == (1, 0)


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("allow[one-cart]", "shop/a.py:1 gives no reason."),
        ("allow[one-cart] until 2027-01-30: x", "shop/a.py:1 expired on 2027-01-30"),
        ("allow(one-cart): x", "shop/a.py:1: this comment allows nothing"),
        ("alow[one-cart]: x", "shop/a.py:1: this comment allows nothing"),
        ("allow[two-carts]: x", "did you mean 'one-cart'?"),
        ("allow[layers]: x", "shop/a.py:1 allows nothing"),
    ],
)
def test_what_is_wrong_with_a_comment_is_reported(
    write_tree: WriteTree, comment: str, message: str
) -> None:
    files = {
        "shop/a.py": f"import shop.legacy  # archguard: {comment}\n",
        "shop/api/__init__.py": "",
        "pyproject.toml": ROOT + CART + LAYERS,
    }
    report = judge(write_tree({**FILES, **files}))

    messages = [*report.notices, *(text for one in report.contracts for text in one.warnings)]
    assert [text for text in messages if message in text]
    assert len(messages) == 1


def test_prose_is_not_reported(write_tree: WriteTree) -> None:
    root = write_tree(
        {
            **FILES,
            "pyproject.toml": ROOT + CART,
            "shop/a.py": "import shop.b  # archguard: the tool looks at this\n",
        }
    )

    report = judge(root)

    assert (report.notices, report.contracts[0].warnings) == ((), ())


def test_a_contract_that_was_not_asked_for_may_stand_in_a_comment(write_tree: WriteTree) -> None:
    files = {
        "shop/a.py": "import shop.legacy  # archguard: allow[one-cart]: reason\n",
        "shop/api/__init__.py": "",
        "pyproject.toml": ROOT + CART + LAYERS,
    }
    root = write_tree({**FILES, **files})
    configuration = read_configuration(str(root / "pyproject.toml")).select(["layers"])

    report = check(CheckRequest(open_source(str(root)), configuration, Cache(None), jobs=1)).report

    assert report.notices == ()


def test_the_former_id_of_a_contract_stands_for_it(write_tree: WriteTree) -> None:
    contract = judge_files(
        write_tree,
        CART.replace('"deprecated"', '"deprecated"\nprevious_ids = ["cart"]'),
        {"shop/a.py": "import shop.legacy  # archguard: allow[cart]: reason\n"},
    )

    assert (contract.violations, contract.allowed) == (1, 1)


def test_strings_that_name_a_module_are_no_imports(write_tree: WriteTree) -> None:
    files = {"shop/a.py": "x = 'shop.legacy'  # archguard: allow[one-cart]: reason\n", "shop/b.py": ""}

    contract = judge_files(write_tree, CART + "count_references = true\n", files)

    assert (contract.violations, contract.allowed) == (1, 0)
    assert "judges no import there" in contract.warnings[0]
