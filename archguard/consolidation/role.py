"""What a definition is to the family that it belongs to."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role, in the order in which the rules are asked; the first that fits is the definition's."""

    CANONICAL = "canonical"
    TEST = "test"
    """A test case, or a double that only tests use."""
    FALLBACK = "fallback"
    """What stands in for an import that fails."""
    EXCEPTION = "exception"
    INTERFACE = "interface"
    """A protocol, or an abstract class without bodies."""
    ADAPTER = "adapter"
    """At least half of its methods call one attribute, which holds a member of the family."""
    SUBCLASS = "subclass"
    CLONE = "clone"
    """Its code is that of another member, but for names, or for at most two fifths."""
    WRAPPER = "wrapper"
    """It holds a member of the family."""
    VARIANT = "variant"
    """It has an interface in common with the canonical definition."""
    FACTORY = "factory"
    """It returns members of the family."""
    SAME_NAME = "same-name"
    """It has the name of another member and nothing else in common with it."""
    UNRELATED = "unrelated"
