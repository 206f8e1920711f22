"""The part of the wire format that is about the families of `canonical` contracts."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archguard.snapshot.wire_types import Count, Name, Path, Title, Wire

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

MAX_FAMILIES = 100
MAX_FAMILY_PATHS = 10_000
MAX_FAMILY_ITEMS = 2000
"""The most members, impostors, factories and so on of a family, and the most entries of each."""


class FamilyPath(Wire):
    """One way in which a definition of a `canonical` contract's family is imported."""

    contract: Name
    definition: Name
    """Its id, `module:QualName`."""
    path: Name
    """`module:Name`, as importers write it."""
    importers: Count

    @property
    def identity(self) -> tuple[str, str, str]:
        """What it is about, whatever the count."""
        return (self.contract, self.definition, self.path)


def check_family_paths(paths: Sequence[FamilyPath], contracts: Container[str]) -> None:
    """Refuse paths that are not sorted, or are of other contracts.

    Raises:
        ValueError: they are.
    """
    if not all(a < b for a, b in pairwise(path.identity for path in paths)):
        raise ValueError("family_paths is not sorted, or has one twice")
    if not all(path.contract in contracts for path in paths):
        raise ValueError("family_paths names a contract that contracts does not have")


class SourcePlace(Wire):
    """A line of a file."""

    path: Path
    line: Count


class PathCount(Wire):
    """How many modules import a definition by one path."""

    path: Name
    """`module:Name`, as they write it."""
    importers: Count


class MemberStatus(StrEnum):
    """What a `canonical` contract makes of a definition of its family."""

    CANONICAL = "canonical"
    VIOLATION = "violation"
    ALLOWED = "allowed"
    INTERFACE = "interface"
    TEST = "test"
    """It stands in a test file, and the contract does not judge these."""


class FamilyMember(Wire):
    """A class statement of a family."""

    id: Name
    """`module:QualName`, or `module:QualName#2` for a second statement of it."""
    path: Path
    line: Count
    role: Name
    """As `archguard audit` says it, a first guess beside its facts; `proposed` where it proposes the
    canonical definition of a part of the family.
    """
    status: Annotated[MemberStatus, Field(strict=False)]
    facts: Annotated[tuple[Title, ...], Field(fail_fast=True, max_length=100)] = ()
    """What the source says, in sentences; those that decided the role first."""
    importers: Count = 0
    """The modules that import it, by any path; 0 for what stands in a test file."""
    test_importers: Count = 0
    """Those of them that are test files."""
    paths: Annotated[tuple[PathCount, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)] = ()
    """Sorted by path."""


class FamilyImpostor(Wire):
    """A name that leads to another definition than its namesakes."""

    name: Name
    target: Name
    """The id of the definition that it leads to."""
    symbols: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)]
    """Where: `module:Name`."""
    expected: Name
    """The id of the definition that its namesakes lead to."""


class FamilyFactory(Wire):
    """A class or function that returns members of the family."""

    id: Name
    path: Path
    line: Count
    returns: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)]
    same_returns: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)] = ()
    """The other factories that return some of the same."""


class FamilyMissingName(Wire):
    """A symbol that is imported, and that its module does not have."""

    symbol: Name
    """`module:Name`."""
    places: Annotated[tuple[SourcePlace, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)]


class Family(Wire):
    """The definitions that a `canonical` contract is about, as `archguard audit` lists them."""

    contract: Name
    canonical: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)]
    """The canonical definitions as the contract names them."""
    members: Annotated[tuple[FamilyMember, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)]
    """Those of production code first."""
    impostors: Annotated[
        tuple[FamilyImpostor, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)
    ] = ()
    factories: Annotated[
        tuple[FamilyFactory, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)
    ] = ()
    missing: Annotated[
        tuple[FamilyMissingName, ...], Field(fail_fast=True, max_length=MAX_FAMILY_ITEMS)
    ] = ()
    omitted: Count = 0
    """How many members, impostors, factories and missing names had no room here."""
