"""What files say, put together: the order in which they are read changes nothing."""

from __future__ import annotations

from itertools import permutations

import pytest

from archguard.graph.assembly import Assembly
from archguard.graph.discovery import Discovery, Module, Root
from archguard.graph.model import Analysis, Import, Options, Reference, Scanned, UnreadFile

MODULES = [
    Module(name, f"{name.replace('.', '/')}.py", is_package=False) for name in ("p.a", "p.b", "p.c")
]
FOUND = Discovery(
    roots=(Root("p", "p"),),
    modules={module.name: module for module in MODULES},
    namespaces=frozenset({"p"}),
    unread=(),
)
SAID = {
    "p.a": Scanned(
        imports=(("p.b.x", 2, False, True), ("p.old", 1, False, False), ("json", 3, False, False))
    ),
    "p.b": Scanned(references=(("p.old", 7),)),
    "p.c": Scanned(reason="a syntax error", line=4, names=(("p.old", False),)),
}


def _assembled(order: tuple[Module, ...], *, external: bool) -> Analysis:
    options = Options(root_packages=("p",), deprecated=("p.old",), include_external_packages=external)
    assembly = Assembly(FOUND, options)
    for module in order:
        assembly.add(module, SAID[module.name])
    return assembly.finish({"p/x.y.py": Scanned(reason="a dot")})


def test_imports_ghosts_references_and_what_was_not_read() -> None:
    found = _assembled(tuple(MODULES), external=False)

    assert found.imports == {"p.a": (Import("p.b", 2, lazy=False),), "p.b": ()}
    assert found.ghost_imports == {"p.a": (Import("p.b", 2, lazy=False), Import("p.old", 1, lazy=False))}
    assert found.references == (Reference("p.b", "p/b.py", 7, "p.old"),)
    assert found.unread == (
        UnreadFile("p/c.py", "a syntax error", 4, ("p.old",), "p.c"),
        UnreadFile("p/x.y.py", "a dot", None, ()),
    )
    assert found.files == 4


def test_other_people_s_packages_are_told_if_they_are_asked_for() -> None:
    found = _assembled(tuple(MODULES), external=True)

    assert Import("json", 3, lazy=False) in found.imports["p.a"]


@pytest.mark.parametrize("external", [False, True])
def test_any_order_gives_the_same(external: bool) -> None:
    found = [_assembled(order, external=external) for order in permutations(MODULES)]

    assert all(one == found[0] for one in found)
