"""Which classes are interfaces: they only say what others do."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from archguard.definitions.definition_reader import does_mostly_nothing
from archguard.definitions.model import Outcome

if TYPE_CHECKING:
    from archguard.definitions.model import Definition, Resolution
    from archguard.definitions.resolver import Resolver

_ABSTRACT = frozenset({"abc.ABC", "ABCMeta"})
_PROTOCOL = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
_KNOWN = {name.rpartition(".")[2]: name for name in sorted(_ABSTRACT | _PROTOCOL)[::-1]}
"""What a base means that leads nowhere, by its own name."""
INTERFACE_NAMES = frozenset(_KNOWN)
"""The names of the bases and metaclasses that make a class an interface."""


def is_interface(definition: Definition, resolver: Resolver) -> bool:
    """Return whether a class is an interface.

    A protocol is one. So is an abstract class without state of which at least half of the methods have
    no body. A base that cannot be followed is what its name says.

    Raises:
        WorkerError: no child process can be started to read a module.
    """
    return definition.is_class and _has_interface_bases(definition, list_bases(definition, resolver))


def find_doubted_bases(definition: Definition, resolver: Resolver) -> list[str]:
    """Return the bases, as written, that unread files hide and that decide whether it is an interface.

    Raises:
        WorkerError: no child process can be started to read a module.
    """
    resolutions = dict(zip(definition.bases, resolver.resolve_bases(definition), strict=True))
    doubted = [written for written, resolution in resolutions.items() if resolution.unread]
    certain = [_name_base(*item) for item in resolutions.items() if item[0] not in doubted]
    is_certain = _has_interface_bases(definition, certain + _list_metaclasses(definition))
    return [] if is_certain else doubted


def _has_interface_bases(definition: Definition, bases: list[str]) -> bool:
    if is_protocol(bases):
        return True
    is_abstract = not _ABSTRACT.isdisjoint(bases) or any(
        _is_abstract(decorator) for method in definition.methods for decorator in method.decorators
    )
    return is_abstract and does_mostly_nothing(definition.methods) and not definition.has_state


def is_protocol(bases: list[str]) -> bool:
    """Return whether a class with these bases is a protocol."""
    return not _PROTOCOL.isdisjoint(bases)


def list_bases(definition: Definition, resolver: Resolver) -> list[str]:
    """Return the ids of a class's bases and metaclass, or the dotted names of those elsewhere.

    Raises:
        WorkerError: no child process can be started to read a module.
    """
    resolutions = resolver.resolve_bases(definition)
    named = map(_name_base, definition.bases, resolutions)
    return [name for name in named if name] + _list_metaclasses(definition)


def _list_metaclasses(definition: Definition) -> list[str]:
    return ["ABCMeta" for keyword in definition.keywords if keyword.endswith("ABCMeta")]


def _name_base(written: str, resolution: Resolution) -> str:
    """Return a base's id, or the dotted name of what is elsewhere; empty if it is not known."""
    if resolution.outcome is Outcome.DEFINITION:
        return resolution.target
    if resolution.outcome is Outcome.OUTSIDE:
        return resolution.target.replace(":", ".")
    name = written.partition("[")[0].strip()
    return name if hasattr(builtins, name) else _KNOWN.get(name.rpartition(".")[2], "")


def _is_abstract(decorator: str) -> bool:
    return decorator.rpartition(".")[2].startswith("abstract") and "(" not in decorator
