"""Whether a module binds a name, with the modules from which it imports everything."""

from __future__ import annotations

import pytest

from archguard.graph.bound_names import BoundNames
from archguard.graph.discovery import Module
from archguard.graph.parsing.module_bindings import find_bindings

UNREADABLE = "print 'python 2'"


def _bound_names(**sources: str) -> BoundNames:
    """Return what modules bind; the names of packages are written with `_` for `.`."""
    texts = {name.replace("_", "."): source for name, source in sources.items()}
    modules = {name: Module(name, f"{name}.py", is_package=True) for name in texts}
    return BoundNames(
        modules,
        frozenset({"shop.folder"}),
        lambda module: find_bindings(texts[module.name], module.name, is_package=True),
    )


@pytest.mark.parametrize(
    ("sources", "binds"),
    [
        ({"shop": ""}, False),
        ({"shop": "engine = 1"}, True),
        ({"shop": "from shop.core import engine"}, True),
        ({"shop": "from .core.engine import engine"}, True),
        # Importing the missing module itself is no binding.
        ({"shop": "from . import engine"}, False),
        ({"shop": "from .engine import engine"}, False),
        ({"shop": "import shop.engine as engine"}, False),
        ({"shop": "from .engine.deep import engine"}, False),
        ({"shop": "try:\n    from . import engine\nexcept ImportError:\n    engine = None"}, True),
        ({"shop": "from .engine import *"}, False),
        # Nobody can know.
        ({"shop": UNREADABLE}, None),
        ({"shop": "def __getattr__(name): ..."}, None),
        ({"shop": "engine = 1\ndef __getattr__(name): ..."}, True),
        ({"shop": "from json import *"}, None),
        ({"shop": "from .core import *", "shop_core": UNREADABLE}, None),
        ({"shop": "from json import *\nengine = 1"}, True),
        # A star whose source can be read is expanded.
        ({"shop": "from .core import *", "shop_core": "engine = 1"}, True),
        ({"shop": "from .core import *", "shop_core": "motor = 1"}, False),
        ({"shop": "from .core import *", "shop_core": "engine = 1\n__all__ = ['motor']"}, False),
        ({"shop": "from .core import *", "shop_core": "__all__ = ['engine']"}, True),
        ({"shop": "from .core import *", "shop_core": "__all__ = ['motor', *others]"}, None),
        ({"shop": "from .a import *", "shop_a": "from .b import *", "shop_a_b": "engine = 1"}, True),
        ({"shop": "from .core import *", "shop_core": "from .. import *"}, False),
        ({"shop": "from .folder import *"}, False),
    ],
)  # fmt: skip
def test_a_module_binds_a_name(sources: dict[str, str], binds: bool | None) -> None:
    assert _bound_names(**sources).binds("shop", "engine") is binds


def test_a_star_imports_no_private_name() -> None:
    names = _bound_names(shop="from .core import *", shop_core="_engine = 1")

    assert names.binds("shop", "_engine") is False
    assert names.binds("shop.core", "_engine") is True


def test_a_folder_binds_nothing_and_of_an_external_module_nobody_knows() -> None:
    names = _bound_names(shop="")

    assert names.binds("shop.folder", "engine") is False
    assert names.binds("requests", "engine") is None


def test_the_modules_that_an_answer_rests_on_are_known() -> None:
    names = _bound_names(shop="from .core import *", shop_core="", shop_other="")

    names.binds("shop", "engine")

    assert names.consulted == {"shop", "shop.core"}


def test_the_exports_are_the_literal_strings_of_all() -> None:
    names = _bound_names(shop="__all__ = ['engine']", shop_core="")

    assert names.list_exports("shop") == ("engine",)
    assert names.list_exports("shop.core") == names.list_exports("shop.gone") == ()
