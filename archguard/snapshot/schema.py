"""The schema of a snapshot: strict, closed, every size bounded.

`format_version` history: 1, the first; 2, with pull requests and families. New fields are optional, and
left out by what has nothing to say in them. A service accepts the versions that it knows and refuses
others; a client sends to a service that refuses the newest version what version 1 can say: see
`to_version_1`.

A snapshot contains no source text, authors, addresses or environment. It contains only what follows
from a commit and a configuration, so that everybody who checks the commit sends the same bytes. What
depends on the build (its branch, its address) is beside it, in `Upload`.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from itertools import pairwise
from operator import itemgetter, lt
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import ValidationError

from archguard.branch_name import MAX_LENGTH, is_branch_name, is_head_branch_name
from archguard.previous_ids import find_previous_id_problem
from archguard.snapshot.family_schema import (
    MAX_FAMILIES,
    MAX_FAMILY_PATHS,
    Family,
    FamilyPath,
    check_family_paths,
)
from archguard.snapshot.wire_types import (
    MAX_INTEGER,
    MAX_NAME,
    CommitId,
    Count,
    Name,
    Path,
    Sha256,
    Title,
    Wire,
    is_empty,
    is_none,
    refuse_invisible,
)

FORMAT_VERSION: Final = 2
MAX_MODULES = 200_000
MAX_IMPORTS = 2_000_000
MAX_LISTED = 200_000
"""The most violations, and the most unread files."""
MAX_CAUSES = 1000
MAX_MERGED = 1000
_LAST_SECOND = 253_402_300_799


def _check_branch(name: str) -> str:
    if not is_branch_name(name):
        raise ValueError("git has no branch of this name")
    return name


def _check_head_branch(name: str) -> str:
    if not is_head_branch_name(name):
        raise ValueError("git has no branch of this name")
    return name


class ModuleKind(StrEnum):
    """What a module of the graph is; one letter each, to keep a snapshot small."""

    MODULE = "m"
    PACKAGE = "p"
    NAMESPACE = "n"
    """A folder without `__init__.py`."""
    EXTERNAL = "x"
    """A third-party package."""
    GHOST = "g"
    """Imported, but does not exist (any more)."""


class Tool(Wire):
    """What made the snapshot."""

    name: Name
    version: Name


class Root(Wire):
    """A root package, and the folder that contains it, relative to the top of the repository."""

    name: Name
    folder: Path


class Graph(Wire):
    """The import graph: modules by index, imports as pairs of indexes (importer, imported)."""

    modules: Annotated[tuple[str, ...], Field(fail_fast=True, max_length=MAX_MODULES)]
    """Sorted, each once."""
    kinds: Annotated[str, Field(max_length=MAX_MODULES, pattern="^[mpnxg]*$")]
    """A letter for each module: see `ModuleKind`."""
    imports: Annotated[tuple[tuple[int, int], ...], Field(fail_fast=True, max_length=MAX_IMPORTS)]
    """Sorted, each once."""

    @model_validator(mode="after")
    def _check_consistency(self) -> Graph:
        if len(self.kinds) != len(self.modules):
            raise ValueError("kinds does not have a letter for each module")
        if not all(map(lt, self.modules, self.modules[1:])) or not all(self.modules[:1]):
            raise ValueError("modules is not sorted, or has one twice")
        if self.modules and max(map(len, self.modules)) > MAX_NAME:
            raise ValueError(f"a module's name is longer than {MAX_NAME}")
        refuse_invisible("".join(self.modules))
        _check_imports(self.imports, len(self.modules))
        return self

    def with_imports(self, imports: tuple[tuple[int, int], ...]) -> Graph:
        """Return a graph of the same modules with other imports.

        Raises:
            ValidationError: the imports are not sorted, or name a module that does not exist.
        """
        try:
            _check_imports(imports, len(self.modules))
        except ValueError as error:
            raise ValidationError.from_exception_data(
                "Graph",
                [
                    {
                        "type": "value_error",
                        "loc": ("snapshot", "graph"),
                        "input": None,
                        "ctx": {"error": error},
                    }
                ],
            ) from error
        return self.model_copy(update={"imports": imports})


def _check_imports(imports: tuple[tuple[int, int], ...], count: int) -> None:
    if not all(map(lt, imports, imports[1:])):
        raise ValueError("imports is not sorted, or has one twice")
    if not imports:
        return
    imported = list(map(itemgetter(1), imports))
    if imports[0][0] < 0 or imports[-1][0] >= count or min(imported) < 0 or max(imported) >= count:
        raise ValueError("imports names a module that modules does not have")


class Contract(Wire):
    """A contract's verdict, and what a reader needs to know about the contract."""

    id: Name
    name: Title
    type: Name
    kept: bool
    violations: Count
    exposure: Count
    """How many modules can reach what the contract forbids, directly or not."""
    lower_bound: bool
    """Whether a file that could not be read could raise the count."""
    adoption: Count | None = None
    """How many modules import a replacement; None if the contract names none."""
    undecided: Annotated[
        tuple[tuple[Name, Name], ...], Field(fail_fast=True, max_length=MAX_LISTED)
    ] = ()
    """(importer, deprecated module) of imports that cannot be decided, and (module, definition) of
    classes; sorted.
    """
    deprecated: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=10_000)] = ()
    """The module expressions of a `deprecated` contract."""
    replacements: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=10_000)] = ()
    owner: Name | None = None
    deadline: Annotated[datetime.date, Field(strict=False)] | None = None
    previous_ids: Annotated[
        tuple[Name, ...], Field(fail_fast=True, max_length=100, exclude_if=is_empty)
    ] = ()
    """The ids that it had before."""
    unjudged: Annotated[bool, Field(exclude_if=is_empty)] = False
    """Whether it could not be judged; its verdict and counts then say nothing."""
    allowed: Annotated[Count | None, Field(exclude_if=is_none)] = None
    """How many more violations there would be with all exceptions off; None if nobody knows."""
    users: Annotated[Count | None, Field(exclude_if=is_none)] = None
    """How many modules use what is deprecated, directly or behind a re-export."""
    excepted_definitions: Annotated[
        tuple[tuple[Name, Name], ...],
        Field(fail_fast=True, max_length=MAX_LISTED, exclude_if=is_empty),
    ] = ()
    """(module, definition) of the classes that an exception covers; sorted."""
    canonical_missing: Annotated[bool, Field(exclude_if=is_empty)] = False
    """Whether a canonical class does not exist."""


class Occurrence(Wire):
    """A statement or string that causes a violation."""

    path: Path
    line: Count
    kind: Name
    names: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=10_000)] = ()
    """What the statement asks for, in full: the imported module, or what is below it or in it."""


class Violation(Wire):
    """A direct import that a contract forbids."""

    contract: Name
    importer: Name
    imported: Name
    ghost: bool
    replacement: Name | None = None
    occurrences: Annotated[tuple[Occurrence, ...], Field(fail_fast=True, max_length=100_000)]

    @property
    def identity(self) -> tuple[str, str, str]:
        """Identifies the violation across commits."""
        return (self.contract, self.importer, self.imported)


class UnreadFile(Wire):
    """A file that is not in the graph."""

    path: Path
    reason: Title
    line: Count | None = None
    names: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=10_000)] = ()
    """The deprecated modules that its text mentions."""
    module: Name | None = None
    """The module that it defines; None if it cannot be one, or in a snapshot of an earlier version."""
    is_folder: bool = False
    """Whether it is a folder of which nothing is known, such as a submodule."""
    unknown: Annotated[bool, Field(exclude_if=is_empty)] = False
    """Whether not even its text is known, so that it may import anything."""


class Coverage(Wire):
    """Which files the counts are based on."""

    files: Count
    unread: Annotated[tuple[UnreadFile, ...], Field(fail_fast=True, max_length=MAX_LISTED)]


class Snapshot(Wire):
    """Graph, violations and coverage of one commit under one configuration."""

    format_version: Literal[1, 2]
    tool: Tool
    commit: CommitId
    parent: CommitId | None
    """The first parent; None for a commit without one."""
    committed_at: Annotated[int, Field(ge=0, le=_LAST_SECOND)]
    """The committer's date, in seconds since 1970."""
    configuration: Sha256
    """SHA-256 of the configuration: see `archguard.snapshot.build.compute_configuration_digest`."""
    folder: Path
    """The folder of the repository that paths are relative to; empty at the top."""
    roots: Annotated[tuple[Root, ...], Field(fail_fast=True, max_length=10_000)]
    graph: Graph
    contracts: Annotated[tuple[Contract, ...], Field(fail_fast=True, max_length=1000)]
    violations: Annotated[tuple[Violation, ...], Field(fail_fast=True, max_length=MAX_LISTED)]
    coverage: Coverage
    family_paths: Annotated[
        tuple[FamilyPath, ...] | None,
        Field(fail_fast=True, max_length=MAX_FAMILY_PATHS, exclude_if=is_none),
    ] = None
    """Who imports the families of `canonical` contracts, by path; sorted. None: nobody counted them."""

    @model_validator(mode="after")
    def _check_consistency(self) -> Snapshot:
        if self.parent == self.commit:
            raise ValueError("the commit is its own parent")
        identities = [violation.identity for violation in self.violations]
        if not all(a < b for a, b in pairwise(identities)):
            raise ValueError("violations is not sorted, or has one twice")
        counts = dict.fromkeys((contract.id for contract in self.contracts), 0)
        if len(counts) != len(self.contracts):
            raise ValueError("contracts has an id twice")
        problem = find_previous_id_problem({one.id: one.previous_ids for one in self.contracts})
        if problem is not None:
            raise ValueError(problem)
        for contract, _, _ in identities:
            if contract not in counts:
                raise ValueError("violations names a contract that contracts does not have")
            counts[contract] += 1
        check_family_paths(self.family_paths or (), counts)
        if any(counts[contract.id] != contract.violations for contract in self.contracts):
            raise ValueError("a contract's violations are not as many as it says")
        if len(self.coverage.unread) > self.coverage.files:
            raise ValueError("coverage has more unread files than files")
        return self


class Build(Wire):
    """The CI build that checked the commit, so that people can look it up."""

    service: Name
    url: (
        Annotated[str, Field(max_length=2048, pattern="^https?://"), AfterValidator(refuse_invisible)]
        | None
    ) = None
    pull_request: Annotated[str, Field(max_length=64), AfterValidator(refuse_invisible)] | None = None


class PullRequest(Wire):
    """The pull request that proposes the snapshot's commit."""

    number: Annotated[int, Field(ge=1, le=MAX_INTEGER)]
    base_branch: Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(_check_branch)]
    """The branch that it goes into."""
    head_branch: Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(_check_head_branch)]
    """The branch that it comes from; a fork's is `owner:branch`."""
    base_commit: CommitId | None = None
    """The last commit that the two branches have in common; None if the client cannot know it."""


class MergedPull(Wire):
    """A pull request that a commit merged by a squash, as its message says."""

    number: Annotated[int, Field(ge=1, le=MAX_INTEGER)]
    commit: CommitId


class Cause(Wire):
    """An import of a pull request without which some of its new violations would not exist."""

    importer: Name
    imported: Name
    path: Path
    line: Count
    violations: Count
    """How many it makes."""


class Upload(Wire):
    """A snapshot, and where its commit stands: what a client sends."""

    snapshot: Snapshot
    branch: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(refuse_invisible)]
    ancestors: Annotated[tuple[CommitId, ...], Field(fail_fast=True, max_length=10_000)] = ()
    """First parents, nearest first, as far as they are known; they show where a branch was rewritten."""
    build: Build | None = None
    pull_request: Annotated[PullRequest | None, Field(exclude_if=is_empty)] = None
    merged_commits: Annotated[
        tuple[CommitId, ...], Field(fail_fast=True, max_length=MAX_MERGED, exclude_if=is_empty)
    ] = ()
    """What the commit and its ancestors merged: their other parents."""
    merged_pulls: Annotated[
        tuple[MergedPull, ...], Field(fail_fast=True, max_length=MAX_MERGED, exclude_if=is_empty)
    ] = ()
    """What they merged by a squash, nearest first."""
    causes: Annotated[
        tuple[Cause, ...] | None, Field(fail_fast=True, max_length=MAX_CAUSES, exclude_if=is_none)
    ] = None
    """What makes the pull request's new violations; None if nobody looked for it."""
    families: Annotated[
        tuple[Family, ...], Field(fail_fast=True, max_length=MAX_FAMILIES, exclude_if=is_empty)
    ] = ()
    """Those of the snapshot's `canonical` contracts; not sent with each commit of a history."""

    @model_validator(mode="after")
    def _check_ancestors(self) -> Upload:
        if self.ancestors and self.ancestors[0] != self.snapshot.parent:
            raise ValueError("ancestors does not begin with the parent")
        contracts = {contract.id for contract in self.snapshot.contracts}
        named = [family.contract for family in self.families]
        if len(set(named)) != len(named) or not contracts.issuperset(named):
            raise ValueError("families has a contract twice, or one that the snapshot does not have")
        if len({self.snapshot.commit, *self.ancestors}) <= len(self.ancestors):
            raise ValueError("ancestors has a commit twice, or the snapshot's own")
        return self


def to_version_1(snapshot: Snapshot) -> Snapshot:
    """Return what version 1 of the format can say of a snapshot."""
    later: dict[str, object] = {"allowed": None, "users": None, "canonical_missing": False}
    contracts = tuple(one.model_copy(update=later) for one in snapshot.contracts)
    return snapshot.model_copy(
        update={"format_version": 1, "contracts": contracts, "family_paths": None}
    )
