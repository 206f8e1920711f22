"""The schema of a snapshot: strict, closed, every size bounded.

`format_version` history: 1, the first. A service takes the versions that it knows and refuses others.

What is not in it: source text, authors, addresses, the environment. A snapshot says only what is true
of a commit under a configuration, so whoever reads the commit sends the same bytes; where a build stood
(its branch, its address) is beside it, in `Upload`.
"""

from __future__ import annotations

import datetime
import re
from enum import StrEnum
from itertools import pairwise
from operator import itemgetter, lt
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import ValidationError

FORMAT_VERSION = 1
MAX_MODULES = 200_000
MAX_IMPORTS = 2_000_000
MAX_NAME = 512
MAX_LISTED = 200_000
"""Violations, or files that could not be read."""
# Control characters, and halves of characters: no module, path or branch that people see has them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LAST_SECOND = 253_402_300_799
_MAX_INTEGER = 2**53 - 1


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():  # ten times as quick as the pattern
        return text
    if _UNSEEN.search(text):
        raise ValueError("it holds a control character")
    return text


Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_seen)]
Path = Annotated[str, Field(max_length=4096), AfterValidator(_seen)]
CommitId = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=_MAX_INTEGER)]


class _Wire(BaseModel):
    """Lists stop at their first error: a million of them would fill the memory with reasons."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, ser_json_bytes="utf8")


class ModuleKind(StrEnum):
    """What a module of the graph is; one letter each, to keep a snapshot small."""

    MODULE = "m"
    PACKAGE = "p"
    NAMESPACE = "n"
    """A folder without `__init__.py`."""
    EXTERNAL = "x"
    """Somebody else's package."""
    GHOST = "g"
    """Imported, and not there (any more)."""


class Tool(_Wire):
    """What made the snapshot."""

    name: Name
    version: Name


class Root(_Wire):
    """A root package, and the folder it stands in, relative to the top of the repository."""

    name: Name
    folder: Path


class Graph(_Wire):
    """The import graph: modules by index, imports as pairs of indexes (importer, imported)."""

    modules: Annotated[tuple[str, ...], Field(fail_fast=True, max_length=MAX_MODULES)]
    """Sorted, each once."""
    kinds: Annotated[str, Field(max_length=MAX_MODULES, pattern="^[mpnxg]*$")]
    """A letter for each module: see `ModuleKind`."""
    imports: Annotated[tuple[tuple[int, int], ...], Field(fail_fast=True, max_length=MAX_IMPORTS)]
    """Sorted, each once."""

    @model_validator(mode="after")
    def _is_whole(self) -> Graph:
        if len(self.kinds) != len(self.modules):
            raise ValueError("kinds does not have a letter for each module")
        if not all(map(lt, self.modules, self.modules[1:])) or not all(self.modules[:1]):
            raise ValueError("modules is not sorted, or has one twice")
        if self.modules and max(map(len, self.modules)) > MAX_NAME:
            raise ValueError(f"a module's name is longer than {MAX_NAME}")
        _seen("".join(self.modules))
        _refuse_disorder(self.imports, len(self.modules))
        return self

    def with_imports(self, imports: tuple[tuple[int, int], ...]) -> Graph:
        """The same modules with these imports.

        Raises:
            ValidationError: they are not sorted, or name a module that is not there.
        """
        try:
            _refuse_disorder(imports, len(self.modules))
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


def _refuse_disorder(imports: tuple[tuple[int, int], ...], count: int) -> None:
    if not all(map(lt, imports, imports[1:])):
        raise ValueError("imports is not sorted, or has one twice")
    if not imports:
        return
    imported = list(map(itemgetter(1), imports))
    if imports[0][0] < 0 or imports[-1][0] >= count or min(imported) < 0 or max(imported) >= count:
        raise ValueError("imports names a module that modules does not have")


class Contract(_Wire):
    """A contract's verdict, and what a reader needs to know of it."""

    id: Name
    name: Annotated[str, Field(max_length=4096), AfterValidator(_seen)]
    type: Name
    kept: bool
    violations: Count
    exposure: Count
    """How many modules reach what they must not."""
    lower_bound: bool
    """Whether a file that could not be read could raise the count."""
    adoption: Count | None = None
    """How many modules import a replacement; None where the contract names none."""
    deprecated: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=10_000)] = ()
    """The module expressions of a `deprecated` contract."""
    replacements: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=10_000)] = ()
    owner: Name | None = None
    deadline: Annotated[datetime.date, Field(strict=False)] | None = None


class Occurrence(_Wire):
    """A statement, or string, that makes a violation."""

    path: Path
    line: Count
    kind: Name


class Violation(_Wire):
    """A direct import that a contract forbids."""

    contract: Name
    importer: Name
    imported: Name
    ghost: bool
    replacement: Name | None = None
    occurrences: Annotated[tuple[Occurrence, ...], Field(fail_fast=True, max_length=100_000)]

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes it the same violation in another commit."""
        return (self.contract, self.importer, self.imported)


class UnreadFile(_Wire):
    """A file that is not in the graph."""

    path: Path
    reason: Annotated[str, Field(max_length=4096), AfterValidator(_seen)]
    line: Count | None = None
    names: Annotated[tuple[Name, ...], Field(fail_fast=True, max_length=10_000)] = ()
    """The deprecated modules that its text names."""


class Coverage(_Wire):
    """Which files the numbers speak of."""

    files: Count
    unread: Annotated[tuple[UnreadFile, ...], Field(fail_fast=True, max_length=MAX_LISTED)]


class Snapshot(_Wire):
    """Graph, violations and coverage of one commit under one configuration."""

    format_version: Literal[1]
    tool: Tool
    commit: CommitId
    parent: CommitId | None
    """The first parent; None for a commit without one."""
    committed_at: Annotated[int, Field(ge=0, le=_LAST_SECOND)]
    """Seconds since 1970, by the committer's clock."""
    configuration: Sha256
    """Digest of what the contracts say: see `archguard.snapshot.build`."""
    folder: Path
    """Where in the repository paths begin; empty: at its top."""
    roots: Annotated[tuple[Root, ...], Field(fail_fast=True, max_length=10_000)]
    graph: Graph
    contracts: Annotated[tuple[Contract, ...], Field(fail_fast=True, max_length=1000)]
    violations: Annotated[tuple[Violation, ...], Field(fail_fast=True, max_length=MAX_LISTED)]
    coverage: Coverage

    @model_validator(mode="after")
    def _agrees(self) -> Snapshot:
        if self.parent == self.commit:
            raise ValueError("the commit is its own parent")
        identities = [one.identity for one in self.violations]
        if not all(a < b for a, b in pairwise(identities)):
            raise ValueError("violations is not sorted, or has one twice")
        listed = dict.fromkeys((contract.id for contract in self.contracts), 0)
        if len(listed) != len(self.contracts):
            raise ValueError("contracts has an id twice")
        for contract, _, _ in identities:
            if contract not in listed:
                raise ValueError("violations names a contract that contracts does not have")
            listed[contract] += 1
        if any(listed[contract.id] != contract.violations for contract in self.contracts):
            raise ValueError("a contract's violations are not as many as it says")
        if len(self.coverage.unread) > self.coverage.files:
            raise ValueError("coverage has more unread files than files")
        return self


class Build(_Wire):
    """The build that read the commit, for people who want to look at it."""

    service: Name
    url: Annotated[str, Field(max_length=2048, pattern="^https?://"), AfterValidator(_seen)] | None = (
        None
    )
    pull_request: Annotated[str, Field(max_length=64), AfterValidator(_seen)] | None = None


class Upload(_Wire):
    """What is sent: a snapshot, and where it stands."""

    snapshot: Snapshot
    branch: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_seen)]
    ancestors: Annotated[tuple[CommitId, ...], Field(fail_fast=True, max_length=10_000)] = ()
    """First parents, nearest first, as far as they are known: they tell where a branch was rewritten."""
    build: Build | None = None

    @model_validator(mode="after")
    def _follows(self) -> Upload:
        if self.ancestors and self.ancestors[0] != self.snapshot.parent:
            raise ValueError("ancestors does not begin with the parent")
        if len({self.snapshot.commit, *self.ancestors}) <= len(self.ancestors):
            raise ValueError("ancestors has a commit twice, or the snapshot's own")
        return self
