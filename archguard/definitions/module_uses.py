"""What the symbols of one module use, as immutable values."""

from __future__ import annotations

from typing import NamedTuple

from archguard.definitions.model import BindingKind

BODY = "<body>"
"""The name of what a module does when it is imported."""
WHOLE = "*"
"""The name of everything in a module: what whoever holds the module itself may use."""


class SymbolUses(NamedTuple):
    """What one top-level symbol of a module uses, at any depth inside of it.

    Annotations count where a library may read them: those of fields, and of decorated functions.
    """

    name: str
    line: int
    names: tuple[str, ...] = ()
    """Names of the module's scope, with the attributes read of them: `shop.cart.Cart`."""
    imports: tuple[str, ...] = ()
    """What is imported in it and used: `base:item.attribute`, or `module:` for a module itself."""
    loaded: tuple[str, ...] = ()
    """The modules that are imported inside of it, so that their bodies may run when it does."""
    strings: tuple[str, ...] = ()
    """The strings that may be the name of something: letters, digits, `.`, `:` and `-`."""
    parameters: tuple[str, ...] = ()
    """The parameters of the functions in it."""
    fixture: str = ""
    """The name by which tests ask for it, if it is a fixture of pytest."""
    kind: str = BindingKind.VALUE.value
    """`class`, `function` or `value`."""
    is_autouse: bool = False
    """Whether it is a fixture that every test gets."""
    is_registry: bool = False
    """Whether it is a class that learns of its subclasses: by a metaclass, `__init_subclass__` or
    `__subclasses__`."""
    bases: tuple[str, ...] = ()
    """A class's bases as written, without `[T]`."""
    bodies: tuple[tuple[int, int], ...] = ()
    """The first and last line of what each outermost function does: it runs when that is called."""


class Handed(NamedTuple):
    """Something that a module gives to a name: by a call, a decorator or an assignment."""

    receiver: str
    """As written: `registry.register`, or `base:item.attribute` if a function imports it."""
    names: tuple[str, ...]
    """What it is given, written alike."""
    is_on_import: bool
    """Whether the module's body does so, not a function in it."""


class ModuleUses(NamedTuple):
    """What the text of one module says of its symbols, whichever other modules exist."""

    name: str
    path: str
    is_package: bool
    symbols: tuple[SymbolUses, ...]
    """One for each statement that makes a symbol, and one named `<body>` for what happens on import."""
    aliases: tuple[tuple[str, str], ...]
    """The names that module-level imports bind, in any branch, each with `base:item` or `module:`."""
    stars: tuple[str, ...]
    """The bases of `from base import *`."""
    handed: tuple[Handed, ...]
