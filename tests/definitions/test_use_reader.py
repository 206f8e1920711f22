"""What the symbols of a module use, by its text."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from archguard.definitions.module_uses import BODY, Handed
from archguard.definitions.use_reader import read_uses

if TYPE_CHECKING:
    from archguard.definitions.module_uses import ModuleUses, SymbolUses


def _read(text: str) -> ModuleUses:
    return read_uses(dedent(text), "shop.cart", "shop/cart.py", is_package=False)


def _find(text: str, name: str) -> SymbolUses:
    (symbol,) = (one for one in _read(text).symbols if one.name == name)
    return symbol


def test_a_function_uses_the_names_of_its_module_and_no_others() -> None:
    symbol = _find(
        """
        import prices
        from .taxes import add_tax

        def total(lines):
            local = len(lines)
            return add_tax(prices.sum_up(lines)) + local
        """,
        "total",
    )

    assert symbol.names == ("add_tax", "prices.sum_up")


def test_what_a_function_imports_is_used_by_its_own_name() -> None:
    symbol = _find(
        """
        def total():
            from shop import prices as p
            import shop.taxes
            return p.sum_up() + shop.taxes.RATE
        """,
        "total",
    )

    assert symbol.imports == ("shop:prices.sum_up", "shop:taxes.RATE")
    assert symbol.loaded == ("shop.prices", "shop.taxes")


def test_annotations_count_where_a_library_may_read_them() -> None:
    text = """
        from shop import Item

        class Line:
            item: Item

        def show(item: Item): ...

        @route
        def post(item: Item): ...
    """

    assert _find(text, "Line").names == ("Item",)
    assert _find(text, "post").names == ("Item",)
    assert _find(text, "show").names == ()


def test_imports_for_type_checkers_run_nothing() -> None:
    uses = _read(
        """
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from shop.prices import Price
        """
    )

    assert uses.aliases == (("TYPE_CHECKING", "typing:TYPE_CHECKING"),)


def test_code_in_a_string_is_read_for_what_it_imports() -> None:
    symbol = _find(
        """
        def test_it(run):
            run('''
                from shop.prices import Price
                Price()
            ''')
        """,
        "test_it",
    )

    assert symbol.imports == ("shop.prices:Price",)


def test_names_within_longer_strings_are_seen_and_docstrings_are_not() -> None:
    symbol = _find(
        '''
        def make():
            """See shop.docs.Page."""
            return "layers: shop.contracts.Layers"
        ''',
        "make",
    )

    assert symbol.strings == ("shop.contracts.Layers",)


def test_what_a_body_gives_to_a_name_is_told_apart_from_what_a_function_gives() -> None:
    uses = _read(
        """
        from shop.registry import registry, settings

        class Cart: ...

        registry.register(Cart)

        def configure():
            settings.set(CART=Cart())
        """
    )

    assert Handed("registry.register", ("Cart",), is_on_import=True) in uses.handed
    assert Handed("settings.set", ("Cart",), is_on_import=False) in uses.handed


def test_a_global_that_a_function_assigns_keeps_what_it_is_given() -> None:
    uses = _read(
        """
        class Cart: ...
        current = None

        def start():
            global current
            current = Cart()

        def other():
            mine = Cart()
        """
    )

    assert uses.handed == (Handed("current", ("Cart",), is_on_import=False),)


def test_fixtures_have_the_name_that_tests_ask_for() -> None:
    text = """
        import pytest

        @pytest.fixture(name="cart", autouse=True)
        def make_cart(user): ...
    """
    symbol = _find(text, "make_cart")

    assert (symbol.fixture, symbol.is_autouse, symbol.parameters) == ("cart", True, ("user",))


def test_a_class_learns_of_its_subclasses_by_a_hook_or_a_metaclass() -> None:
    text = """
        class Plugin:
            def __init_subclass__(cls): ...

        class Model(metaclass=ModelMeta): ...

        class Port(metaclass=ABCMeta): ...
    """

    registries = {symbol.name for symbol in _read(text).symbols if symbol.is_registry}
    assert registries == {"Plugin", "Model"}


def test_the_body_of_a_module_runs_what_it_calls_on_import() -> None:
    text = """
        def setup(): ...
        def later(): ...

        setup()
        handler = later
    """

    assert _find(text, BODY).names == ("setup",)


def test_the_lines_of_a_function_are_those_that_run_when_it_is_called() -> None:
    symbol = _find(
        "class Cart:\n    size = 1\n\n    def add(self,\n            item):\n        return item\n",
        "Cart",
    )

    assert symbol.bodies == ((6, 6),)
