"""Ways to hide one import: each is listed as weakened or new, and fails if weakening is forbidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository

if TYPE_CHECKING:
    from pathlib import Path

IMPORTER = "shop.order"
BASE = SHOP | {
    "pyproject.toml": SESSION.replace('"shop"', '"shop", "tests"') + CONTRACT,
    "tests/__init__.py": "",
    "tests/test_order.py": IMPORT,
}
_SESSION = SESSION.replace('"shop"', '"shop", "tests"')
_INI = """\
[importlinter]
root_packages =
    shop
    tests
[importlinter:contract:one-cart]
name = One cart
type = deprecated
deprecated_modules = shop.legacy
"""


class Way(NamedTuple):
    """A change that hides an import."""

    files: dict[str, str | None]
    how: str | None
    """As what it is listed among the weakened; None if as new."""
    importer: str | None = IMPORTER


def _configure(
    options: str = "", contract: str = CONTRACT, session: str = _SESSION
) -> dict[str, str | None]:
    return {"pyproject.toml": session + contract + options}


_TYPE_CHECKING = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    " + IMPORT
WAYS = {
    "an allowed importer": Way(
        _configure('allowed_importers = ["shop.order -> shop.legacy"]\n'), "exception-added"
    ),
    "a wildcard of allowed importers": Way(
        _configure('allowed_importers = ["** -> shop.legacy"]\n'), "exception-added"
    ),
    "an ignored import": Way(
        _configure('ignore_imports = ["shop.order -> shop.legacy"]\n'), "exception-added"
    ),
    "a wildcard of ignored imports": Way(
        _configure('ignore_imports = ["shop.* -> shop.legacy"]\n'), "exception-added"
    ),
    "the contract removed": Way(
        _configure(contract=CONTRACT.replace("one-cart", "x").replace("shop.legacy", "shop.page")),
        "contract-removed",
    ),
    "the contract's id changed": Way(
        _configure(contract=CONTRACT.replace("one-cart", "another")), "contract-removed"
    ),
    "the contract's id goes on, without its module": Way(
        _configure(
            'previous_ids = ["one-cart"]\n',
            CONTRACT.replace("one-cart", "another").replace("shop.legacy", "shop.page"),
        ),
        "module-dropped",
    ),
    "the module dropped": Way(
        _configure(contract=CONTRACT.replace("shop.legacy", "shop.page")), "module-dropped"
    ),
    "the module narrowed to what is below it": Way(
        _configure(contract=CONTRACT.replace('["shop.legacy"]', '["shop.legacy.*", "shop.page"]')),
        "module-dropped",
    ),
    "the contract's type changed": Way(
        _configure(
            contract=CONTRACT.replace('"deprecated"', '"protected"').replace(
                'deprecated_modules = ["shop.legacy"]',
                'protected_modules = ["shop.legacy"]\nallowed_importers = ["shop", "tests"]',
            )
        ),
        "contract-changed",
    ),
    "the file excluded": Way(_configure('[tool.archguard]\nexclude = ["shop/order.py"]\n'), "excluded"),
    "a pattern that excludes it": Way(
        _configure('[tool.archguard]\nexclude = ["*r*er.py"]\n'), "excluded"
    ),
    "its root removed": Way(_configure(session=SESSION), "root-removed", "tests.test_order"),
    "imports for type checkers left out": Way(
        _configure(session=_SESSION + "exclude_type_checking_imports = true\n")
        | {"shop/order.py": _TYPE_CHECKING},
        "contract-changed",
    ),
    "a configuration file that shadows the other": Way(
        {"setup.cfg": _INI + "allowed_importers = shop.order -> shop.legacy\n"}, "exception-added"
    ),
    "a contract that loses something when it moves to another file": Way(
        {
            "pyproject.toml": "[project]\nname = 'shop'\n",
            ".importlinter": _INI.replace("shop.legacy", "shop.page"),
        },
        "module-dropped",
    ),
    "the deprecated module renamed, the contract left": Way(
        {
            "shop/legacy.py": None,
            "shop/modern.py": SHOP["shop/legacy.py"],
            "shop/order.py": IMPORT.replace("legacy", "modern"),
            "shop/invoice.py": "import shop.modern\n",
            "tests/test_order.py": IMPORT.replace("legacy", "modern"),
        },
        "module-renamed",
    ),
    "a contract that never fails": Way(_configure('enforce = "report"\n'), "enforcement-lowered", None),
    "another tree in the place of the root": Way(
        _configure('[tool.archguard]\nsource_roots = ["empty", "."]\n')
        | {"empty/shop/__init__.py": "", "empty/shop/order.py": "", "empty/shop/legacy.py": ""},
        "contract-changed",
    ),
    "a relative import": Way({"shop/page.py": "from . import legacy\n"}, None, "shop.page"),
    "an import under another name": Way(
        {"shop/page.py": "from shop import legacy as modern\n"}, None, "shop.page"
    ),
    "an import in a function": Way(
        {"shop/page.py": f"def f():\n    try:\n        {IMPORT}    except ImportError: ...\n"},
        None,
        "shop.page",
    ),
    "an import of something below it that does not exist": Way(
        {"shop/page.py": "import shop.legacy.gone\n"}, None, "shop.page"
    ),
    "an import moved into a new file": Way(
        {"shop/order.py": "from shop.helper import Cart\n", "shop/helper.py": IMPORT},
        None,
        "shop.helper",
    ),
    "a file that git ignores, and tracks": Way(
        {"shop/page.py": IMPORT, ".gitignore": "page.py\n"}, None, "shop.page"
    ),
    "an import through a star": Way(
        {
            "shop/__init__.py": "__all__ = ['legacy']\n",
            "shop/page.py": "from shop import *\n",
        },
        None,
        "shop.page",
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_hidden_import_is_listed(name: str, tmp_path: Path) -> None:
    way = WAYS[name]
    repository = Repository(tmp_path / "shop", BASE)
    repository.commit(way.files)
    outcome = repository.check("--forbid-weakening")
    assert outcome.code == 1, outcome.error
    if way.how is None:
        assert way.importer in [importer for importer, _ in outcome.new]
    else:
        assert (way.importer, way.how) in outcome.weakened
    assert way.importer not in [importer for importer, _ in outcome.fixed]


def test_what_hides_nothing_is_not_listed(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", BASE)
    repository.commit({"shop/page.py": "import shop.order\n", "README.md": "x"})
    outcome = repository.check("--forbid-weakening")
    assert (outcome.code, outcome.new, outcome.weakened) == (0, [], [])
