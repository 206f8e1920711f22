"""What an administrator sets of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from archguard.branch_name import MAX_LENGTH, is_branch_name
from archguard_api.models.link_template import is_link_template

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_STALE_AFTER_DAYS = 30


def _check_link(text: str) -> str:
    if not is_link_template(text):
        raise ValueError(
            "an http(s) address with {path} after its host, and perhaps {commit} and {line}"
        )
    return text


def _check_branch(text: str) -> str:
    if not is_branch_name(text):
        raise ValueError("git has no branch of this name")
    return text


class ProjectSettings(BaseModel):
    """What an administrator sets of a project; what is left out has its default."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    link: Annotated[str, Field(max_length=2048), AfterValidator(_check_link)] | None = Field(
        default=None,
        description="A source line's address at the forge, with `{commit}`, `{path}` and `{line}`.",
        examples=["https://git.example.org/shop/blob/{commit}/{path}#L{line}"],
    )
    default_branch: (
        Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(_check_branch)] | None
    ) = Field(default=None, description="null: `main`, `master` or the first.", examples=["main"])
    stale_after_days: Annotated[int, Field(ge=1, le=36_500)] | None = Field(
        default=DEFAULT_STALE_AFTER_DAYS,
        description="A branch whose last commit is older is stale; null: never.",
    )
    delete_branches_after_days: Annotated[int, Field(ge=1, le=36_500)] | None = Field(
        default=None,
        description="A branch that no snapshot was uploaded to for longer is deleted, but for the "
        "default one; null: none is.",
    )
    keep_graphs_days: Annotated[int, Field(ge=0, le=36_500)] | None = Field(
        default=None,
        description="Graphs of snapshots received earlier are dropped, as by `prune`; null: none is.",
    )


def read_stored_settings(stored: Mapping[str, object]) -> ProjectSettings:
    """Return settings as they are stored; an earlier version let other keys and values in."""
    known = {name: value for name, value in stored.items() if name in ProjectSettings.model_fields}
    return ProjectSettings.model_construct(**known)  # type: ignore[arg-type]  # it was checked then
