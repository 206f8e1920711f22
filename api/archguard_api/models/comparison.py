"""What differs between two snapshots."""

from __future__ import annotations

from pydantic import Field

from archguard_api.models.base import Answer, Commit, Edge, Module, Time


class ViolationId(Answer):
    """What makes a violation the same in another commit."""

    contract: str
    importer: Module
    imported: Module


class ViolationAdded(ViolationId):
    """A violation that `head` has and `base` has not."""

    reintroduced: bool | None = Field(
        description="Whether it was there before `base`; null: the branch's line does not tell."
    )


class ContractCounts(Answer):
    """A contract's verdict at one commit."""

    kept: bool
    violations: int
    exposure: int
    lower_bound: bool
    adoption: int | None


class ContractChange(Answer):
    """A contract of which something differs."""

    id: str
    name: str
    before: ContractCounts | None = Field(description="null: `base` does not have the contract.")
    after: ContractCounts | None = Field(description="null: `head` does not have the contract.")


class Comparison(Answer):
    """What `head` has that `base` has not; and the other way round."""

    base: Commit
    base_at: Time
    head: Commit
    head_at: Time
    contracts: tuple[ContractChange, ...] = Field(description="Those that differ.")
    violations_added: tuple[ViolationAdded, ...]
    violations_fixed: tuple[ViolationId, ...]
    graphs: bool = Field(
        description="Whether both graphs are kept; else nothing is known of imports and modules."
    )
    imports_added: tuple[Edge, ...]
    imports_removed: tuple[Edge, ...]
    modules_added: tuple[str, ...]
    modules_removed: tuple[str, ...]
