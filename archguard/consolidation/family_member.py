"""A definition of a family, with everything that its role is decided on."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from archguard.definitions.class_facts import ClassFacts, MethodFacts


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """A class, and what it has to do with the other members of its family."""

    id: str
    name: str
    is_test: bool = False
    """Whether it stands in a test file."""
    is_fallback: bool = False
    """Whether it stands in an `except` that catches ImportError."""
    bases: tuple[str, ...] = ()
    """What it inherits from, directly or not, nearest first: ids, or names of what is elsewhere."""
    is_interface: bool = False
    is_protocol: bool = False
    """Whether it inherits directly from Protocol."""
    facts: ClassFacts | None = None
    inherited: Mapping[str, MethodFacts] = field(default_factory=lambda: MappingProxyType({}))
    """The methods that it inherits from classes of the tree."""
    held: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Attribute -> the member that it holds; empty for one that only its name says to hold one."""
    returned: Set[str] = frozenset()
    """The members that it or a method of it returns."""
    shape: str = ""
    """See `hash_shape`."""
    shingles: Set[int] = frozenset()
    tokens: int = 0
