"""Which classes and aliases a `canonical` contract finds in a tree, and what each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.contract_types.canonical_family import CanonicalRule, find_family
from tests.definitions.memory_symbols import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.contract_types.canonical_family import CanonicalFamily

_CANONICAL = {"p/cart.py": "class Cart: ..."}
_RULE = CanonicalRule(("p.cart:Cart",), ("*Cart",))


def _find(files: Mapping[str, str], rule: CanonicalRule = _RULE) -> CanonicalFamily:
    tree = MemoryTree({**_CANONICAL, **files})
    return find_family(rule, tree.analysis, tree)


def _list_roles(family: CanonicalFamily) -> dict[str, str]:
    return {one.id: one.role.value for one in family.definitions}


def _list_aliases(family: CanonicalFamily) -> dict[str, tuple[str, str]]:
    return {one.id: (one.role.value, one.definition) for one in family.aliases}


def test_classes_at_any_depth_count_by_their_own_name() -> None:
    family = _find(
        {
            "p/old.py": """
                class OldCart: ...
                class Cartoon: ...
                class Shelf:
                    class InnerCart: ...
                def make():
                    class LocalCart: ...
                def FakeCart(): ...
                if OldCart:
                    class LateCart: ...
            """
        }
    )

    assert _list_roles(family) == dict.fromkeys(
        [
            "p.old:LateCart",
            "p.old:OldCart",
            "p.old:Shelf.InnerCart",
            "p.old:make.<locals>.LocalCart",
        ],
        "duplicate",
    )
    assert family.uncounted == {"p.cart:Cart"}


def test_a_name_matches_as_it_is_written() -> None:
    files = {"p/old.py": "class oldcart: ...\nclass OldCart: ..."}

    assert list(_list_roles(_find(files))) == ["p.old:OldCart"]


def test_several_statements_of_one_class_are_one_violation_with_several_lines() -> None:
    family = _find({"p/old.py": "if x:\n    class OldCart: ...\nelse:\n    class OldCart: ..."})

    assert [(one.id, one.lines) for one in family.definitions] == [("p.old:OldCart", (2, 4))]


@pytest.mark.parametrize(
    "text",
    [
        "from typing import Protocol\nclass HasCart(Protocol): ...",
        "from abc import ABC\nclass AnyCart(ABC):\n    def add(self): ...",
    ],
)
def test_interfaces_are_not_counted(text: str) -> None:
    family = _find({"p/base.py": text})

    assert not family.definitions
    assert len(family.uncounted) == 2


def test_a_class_is_counted_if_only_some_of_its_statements_are_an_interface() -> None:
    text = "from typing import Protocol\nclass MyCart(Protocol): ...\nclass MyCart: ..."

    assert [one.lines for one in _find({"p/base.py": text}).definitions] == [(3,)]


def test_test_files_are_judged_if_the_contract_says_so() -> None:
    files = {"p/tests/fakes.py": "class FakeCart: ...", "p/test_cart.py": "class TestCart: ..."}

    assert not _find(files).definitions
    assert _list_roles(_find(files, _RULE._replace(include_tests=True))) == {
        "p.test_cart:TestCart": "test",
        "p.tests.fakes:FakeCart": "test",
    }


def test_roles_are_what_the_source_says() -> None:
    family = _find(
        {
            "p/copy.py": "class Cart: ...",
            "p/safe.py": "try:\n    from p.cart import Cart\nexcept ImportError:\n    class Cart: ...",
            "p/old.py": "class OldCart(Exception): ...",
        }
    )

    assert _list_roles(family) == {
        "p.copy:Cart": "impostor",
        "p.old:OldCart": "duplicate",
        "p.safe:Cart": "fallback",
    }


@pytest.mark.parametrize(
    ("path", "text", "aliases"),
    [
        ("p/a.py", "from p.cart import Cart\nOldCart = Cart", {"p.a:OldCart": ("alias", "p.cart:Cart")}),
        ("p/a.py", "import p.cart as c\nOldCart = c.Cart", {"p.a:OldCart": ("alias", "p.cart:Cart")}),
        ("p/a.py", "from p.cart import Cart as XCart", {"p.a:XCart": ("alias", "p.cart:Cart")}),
        ("p/a/__init__.py", "from p.cart import Cart", {"p.a:Cart": ("re-export", "p.cart:Cart")}),
        (
            "p/a.py",
            "from p.cart import Cart\n__all__ = ['Cart']",
            {"p.a:Cart": ("re-export", "p.cart:Cart")},
        ),
        ("p/a.py", "from p.cart import Cart\nx = Cart()", {}),
        ("p/a.py", "from p.cart import Cart\nBasket = Cart", {}),
        ("p/a.py", "from p.cart import Cart\nmyCart = Cart()", {}),
        ("p/a.py", "from elsewhere import Cart as XCart", {}),
        (
            "p/a.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.cart import Cart as XCart",
            {},
        ),
        ("p/tests/a.py", "from p.cart import Cart as XCart", {}),
    ],
)
def test_other_names_of_a_class_are_aliases_and_re_exports(
    path: str, text: str, aliases: dict[str, tuple[str, str]]
) -> None:
    assert _list_aliases(_find({path: text})) == aliases


@pytest.mark.parametrize("name", ["p:Cart", "p.cart:Cart", "p.names:OldCart"])
def test_the_canonical_class_may_be_named_by_any_path(name: str) -> None:
    files = {
        "p/__init__.py": "from p.cart import Cart",
        "p/names.py": "from p.cart import Cart as OldCart",
    }
    family = _find(files, _RULE._replace(canonical=(name,)))

    assert not family.missing
    assert not family.definitions
    assert name not in _list_aliases(family)


@pytest.mark.parametrize("name", ["p.cart:Crat", "p.gone:Cart", "elsewhere:Cart", "p:cart"])
def test_a_canonical_class_that_does_not_exist_is_missing(name: str) -> None:
    family = _find({}, _RULE._replace(canonical=(name,)))

    assert list(family.missing) == [name]
    assert _list_roles(family) == {"p.cart:Cart": "duplicate"}


def test_where_nobody_can_know_whether_it_exists_the_count_is_a_lower_bound() -> None:
    files = {"p/open.py": "def __getattr__(name): ..."}
    family = _find(files, _RULE._replace(canonical=("p.open:Cart",)))

    assert not family.missing
    assert family.is_lower_bound
    assert not _find(files).is_lower_bound


@pytest.mark.parametrize(
    ("entry", "is_allowed", "is_stale"),
    [
        ("p.old:OldCart", True, False),
        ("p.old:*", True, False),
        ("*Cart", True, False),
        ("p.old:Old", False, True),
        ("p.cart:Cart", False, False),
    ],
)
def test_ids_and_patterns_of_ids_are_allowed(entry: str, *, is_allowed: bool, is_stale: bool) -> None:
    family = _find({"p/old.py": "class OldCart: ..."}, _RULE._replace(allowed=(entry,)))

    assert (family.find_allowing("p.old:OldCart") is not None) == is_allowed
    assert bool(family.list_stale()) == is_stale


def _find_without(files: Mapping[str, str], unread: str, rule: CanonicalRule = _RULE) -> CanonicalFamily:
    tree = MemoryTree({**_CANONICAL, **files}, {unread})
    return find_family(rule, tree.analysis, tree)


_RENAMED_PROTOCOL = {
    "p/compat.py": "from typing import Protocol as Role",
    "p/old.py": "from p.compat import Role\nclass HasCart(Role): ...\nclass OldCart: ...",
}


def test_what_may_be_an_interface_is_undecided_while_its_base_is_unread() -> None:
    read = _find(_RENAMED_PROTOCOL)
    unread = _find_without(_RENAMED_PROTOCOL, "p.compat")

    assert (list(_list_roles(read)), read.undecided) == (["p.old:OldCart"], ())
    assert (list(_list_roles(unread)), unread.undecided) == (["p.old:OldCart"], ("p.old:HasCart",))
    assert unread.is_lower_bound


@pytest.mark.parametrize(
    ("files", "is_undecided"),
    [
        ({"p/base.py": "class Base: ...", "p/old.py": "from p.base import Base"}, False),
        ({"p/base.py": "from abc import ABC as Base", "p/old.py": "from p.base import Base"}, True),
        ({"p/base.py": "from typing import *", "p/old.py": "from p.base import Protocol as Base"}, True),
        (
            {
                "p/base.py": "from p.role import Role as Base",
                "p/role.py": "from typing import Protocol as Role",
                "p/old.py": "from p.base import Base",
            },
            True,
        ),
        ({"p/base.py": "Base = object", "p/old.py": "from p.base import *"}, False),
        ({"p/base.py": "import typing\nBase = typing.Protocol", "p/old.py": "import p.base as b"}, True),
    ],
)
def test_a_class_counts_if_its_unread_base_can_make_no_interface_of_it(
    files: dict[str, str], is_undecided: bool
) -> None:
    base = "b.Base" if "import p.base as b" in files["p/old.py"] else "Base"
    files = {**files, "p/old.py": f"{files['p/old.py']}\nclass XCart({base}): ..."}

    family = _find_without(files, "p.base")

    assert bool(family.undecided) is is_undecided
    assert bool(family.definitions) is not is_undecided


def test_a_class_that_another_base_makes_an_interface_is_decided() -> None:
    text = "from typing import Protocol\nfrom p.compat import Role\nclass HasCart(Role, Protocol): ..."
    family = _find_without({**_RENAMED_PROTOCOL, "p/old.py": text}, "p.compat")

    assert (family.definitions, family.undecided) == ((), ())


@pytest.mark.parametrize(
    "export",
    [
        "from p.cart import Cart",
        "from p.cart import *",
        "from p.basket import Basket as Cart",
        "try:\n    from p.cart import Cart\nexcept ImportError:\n    Cart = None",
    ],
)
def test_what_may_be_canonical_is_undecided_while_the_file_that_offers_it_is_unread(export: str) -> None:
    rule = CanonicalRule(("p:Cart",), ("*Cart",))
    files = {
        "p/__init__.py": export,
        "p/basket.py": "from p.cart import Cart as Basket",
        "p/old.py": "class OldCart: ...",
    }
    read, unread = _find(files, rule), _find_without(files, "p", rule)

    assert (list(_list_roles(read)), read.undecided) == (["p.old:OldCart"], ())
    assert (list(_list_roles(unread)), unread.undecided) == (["p.old:OldCart"], ("p.cart:Cart",))


def test_only_what_an_unread_module_may_offer_under_the_canonical_name_is_undecided() -> None:
    files = {"p/old.py": "class OldCart: ...", "p/shop.py": "class Cart: ..."}
    family = _find_without(files, "p.cart")

    assert list(_list_roles(family)) == ["p.old:OldCart"]
    assert family.undecided == ("p.shop:Cart",)
