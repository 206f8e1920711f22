"""What differs between two snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from archguard_api.models.base import Commit, Edge, Module, Time


@dataclass(frozen=True, slots=True)
class ViolationId:
    """What makes a violation the same in another commit."""

    contract: str
    importer: Module
    imported: Module


@dataclass(frozen=True, slots=True)
class ViolationAdded(ViolationId):
    """A violation that `head` has and `base` does not."""

    reintroduced: Annotated[
        bool | None,
        Field(description="Whether it was there before `base`; null: the branch's line does not tell."),
    ]


@dataclass(frozen=True, slots=True)
class ContractCounts:
    """A contract's verdict at one commit."""

    kept: bool
    violations: int
    exposure: int
    lower_bound: bool
    adoption: int | None


@dataclass(frozen=True, slots=True)
class ContractChange:
    """A contract of which something differs."""

    id: str
    name: str
    before: Annotated[
        ContractCounts | None, Field(description="null: `base` has no verdict on the contract.")
    ]
    after: Annotated[
        ContractCounts | None, Field(description="null: `head` has no verdict on the contract.")
    ]
    unjudged: Annotated[
        bool, Field(description="Whether the one without a verdict has the contract all the same.")
    ]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `head` has that `base` does not, and the other way round."""

    base: Commit
    base_at: Time
    head: Commit
    head_at: Time
    contracts: Annotated[tuple[ContractChange, ...], Field(description="Those that differ.")]
    violations_added: tuple[ViolationAdded, ...]
    violations_fixed: tuple[ViolationId, ...]
    violations_dropped: Annotated[
        tuple[ViolationId, ...] | None,
        Field(
            description="Those that `head` does not list though it still has the import: an exception, "
            "a weaker contract or none. null: its graph was dropped, and they are in `violations_fixed`."
        ),
    ]
    violations_unknown: Annotated[
        tuple[ViolationId, ...],
        Field(
            description="Those that one of the two has, while the other could not read the importer: "
            "neither added nor fixed."
        ),
    ]
    graphs: Annotated[
        bool,
        Field(description="Whether both graphs are kept; else nothing is known of imports and modules."),
    ]
    imports_added: tuple[Edge, ...]
    imports_removed: tuple[Edge, ...]
    modules_added: tuple[str, ...]
    modules_removed: tuple[str, ...]
