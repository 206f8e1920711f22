"""Why an import is not rewritten."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class RefusalCode(StrEnum):
    """The reasons, shared by everything that plans or makes changes."""

    NO_REPLACEMENT = "no-replacement"
    """The contract does not say what takes the module's place."""
    MISSING_SYMBOL = "missing-symbol"
    """The replacement has no such name."""
    HOME_DEPRECATED = "home-deprecated"
    """What takes its place is deprecated itself."""
    STAR_IMPORT = "star-import"
    """Which names are imported is not in this file."""
    MODULE_ESCAPES = "module-escapes"
    """The module itself is handed on, so that any of its names may be used."""
    MODULE_ASSIGNED = "module-assigned"
    """One of the module's names is assigned or deleted."""
    NAME_TAKEN = "name-taken"
    """A name that the new import needs, or no longer binds, means something else."""
    STRING_REFERENCE = "string-reference"
    """A string names the module; see `--strings`."""
    DYNAMIC_USE = "dynamic-use"
    """The module is imported by a call."""
    UNREAD_FILE = "unread-file"
    """The file cannot be parsed."""
    IMPORT_CYCLE = "import-cycle"
    """The new import would close a cycle of imports that run when modules are loaded."""
    NEW_VIOLATION = "new-violation"
    """A contract forbids the new import."""
    OVERLAPPING_CHANGE = "overlapping-change"
    """Another contract's change is about the same statement."""


class Refusal(NamedTuple):
    """Why the imports of one deprecated module stay in a file."""

    deprecated: str
    """The module as the contract names it."""
    code: RefusalCode
    line: int
    detail: str
    """A sentence: what is in the way, and what would help."""
