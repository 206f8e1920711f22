"""Which symbols may run which others."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from archguard.definitions.use_reader import read_uses
from archguard.protection.name_table import ModuleTable, NameTable
from archguard.protection.reach import Reach
from archguard.protection.symbol_graph import SymbolGraph, reverse_edges

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def _find_users(
    files: Mapping[str, str], target: str, entry_points: Mapping[str, Sequence[str]] | None = None
) -> Reach:
    """Return the nodes that may run a target, of modules that are packages if others are below them."""
    tables = {}
    for name, text in files.items():
        is_package = any(other.startswith(f"{name}.") for other in files)
        uses = read_uses(dedent(text), name, f"{name}.py", is_package=is_package)
        tables[name] = ModuleTable(uses)
    names = NameTable(frozenset(files), tables, frozenset(), ())
    graph = SymbolGraph(names, entry_points or {})
    return Reach(reverse_edges(graph, graph.list_nodes()), [target])


def test_a_package_leads_from_each_name_to_its_own_definition() -> None:
    files = {
        "shop": "from shop.cart import Cart\nfrom shop.prices import Price\n",
        "shop.cart": "class Cart: ...\n",
        "shop.prices": "class Price: ...\n",
        "use": "import shop\n\ndef cart(): return shop.Cart()\n\ndef price(): return shop.Price()\n",
    }
    reach = _find_users(files, "shop.cart:Cart")

    assert "use:cart" in reach
    assert "use:price" not in reach
    assert reach.list_way("use:cart") == ["use:cart", "shop:Cart", "shop.cart:Cart"]


def test_a_star_binds_what_its_module_binds_and_nothing_else() -> None:
    files = {
        "shop": "from shop.cart import *\n",
        "shop.cart": "class Cart: ...\n",
        "use": "from shop import *\n\ndef cart(): return Cart()\n\ndef other(item): return item\n",
    }
    reach = _find_users(files, "shop.cart:Cart")

    assert "use:cart" in reach
    assert "use:other" not in reach


@pytest.mark.parametrize(
    ("base", "learns"),
    [
        ("class Plugin:\n    def __init_subclass__(cls): ...\n", True),
        ("class Plugin(metaclass=Registry): ...\n", True),
        ("class Plugin: ...\n\ndef run(): return Plugin.__subclasses__()\n", True),
        ("class Plugin: ...\n", False),
        ("class Plugin(metaclass=ABCMeta): ...\n", False),
    ],
)
def test_a_class_may_run_its_subclasses_only_if_it_learns_of_them(base: str, learns: bool) -> None:
    files = {
        "shop": "",
        "shop.plugin": base,
        "shop.red": "from shop.plugin import Plugin\n\nclass Red(Plugin): ...\n",
    }

    assert ("shop.plugin:Plugin" in _find_users(files, "shop.red:Red")) is learns


def test_a_module_that_is_handed_on_means_everything_in_it() -> None:
    files = {
        "shop": "",
        "shop.cart": "class Cart: ...\n",
        "use": "from shop import cart\n\ndef patch(mock): mock(cart, 'Cart')\n\n"
        "def read(): return cart.__name__\n",
    }
    reach = _find_users(files, "shop.cart:Cart")

    assert "use:patch" in reach
    assert "use:read" not in reach


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("'shop.cart.Cart'", True),
        ("'shop.cart:Cart'", True),
        ("'layers: shop.cart.Cart'", True),
        ("f'shop.{name}'", True),
        ("'shop.plugins'", True),
        ("'shop.prices.Price'", False),
        ("'shop'", False),
    ],
)
def test_strings_lead_to_what_they_name(text: str, names: bool) -> None:
    files = {
        "shop": "",
        "shop.cart": "class Cart: ...\n",
        "shop.prices": "class Price: ...\n",
        "use": f"def load(name): return {text}\n",
    }
    reach = _find_users(files, "shop.cart:Cart", {"shop.plugins": ["shop.cart:Cart"]})

    assert ("use:load" in reach) is names


def test_an_object_keeps_what_any_function_gives_it() -> None:
    files = {
        "shop": "",
        "shop.settings": "class Settings: ...\n\nsettings = Settings()\n\ndef show(one): ...\n",
        "shop.cart": "class Cart: ...\n\nclass Other: ...\n",
        "shop.setup": """
            from shop.cart import Cart, Other
            from shop.settings import settings, show

            def configure():
                settings.set(CART=Cart)
                show(Other)
        """,
    }

    assert "shop.settings:settings" in _find_users(files, "shop.cart:Cart")
    assert "shop.settings:show" not in _find_users(files, "shop.cart:Other")


def test_a_function_that_imports_late_runs_what_the_module_calls_on_import() -> None:
    files = {
        "shop": "",
        "shop.hooks": "def install(): ...\n",
        "shop.late": "from shop.hooks import install\n\ninstall()\n\ndef go(): ...\n",
        "use": "def late():\n    import shop.late\n\ndef never(): ...\n",
    }
    reach = _find_users(files, "shop.hooks:install")

    assert "use:late" in reach
    assert "use:never" not in reach


def test_circles_of_imports_end() -> None:
    files = {
        "a": "from b import Name\nfrom b import *\n",
        "b": "from a import Name\nfrom a import *\n",
        "use": "from a import Name, other\n\ndef go(): return Name, other\n",
    }

    assert "use:go" in _find_users(files, "b:Name")
