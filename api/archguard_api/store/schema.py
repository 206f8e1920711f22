"""The tables, the same for SQLite and PostgreSQL.

Commits and digests are bytes; module names are interned per project; times are seconds since 1970.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

if TYPE_CHECKING:
    from sqlalchemy import CursorResult

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

FOREVER = 2**31 - 1
"""The value of `until` of rows that no rebuild has replaced."""
NAME = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that PostgreSQL, too, sorts by code point, as Python and SQLite do."""


def _belongs_to(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    column = {"branches": "branch_id", "projects": "project_id"}[name]
    return Column(column, Integer, ForeignKey(f"{name}.id"), primary_key=key, nullable=optional)


def _snapshot(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey("snapshots.id"), nullable=optional)


def _content(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey("contents.id"), nullable=optional, index=True)


projects = Table(
    "projects",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", NAME, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("last_upload_at", BigInteger),
    Column("snapshots", Integer, nullable=False),
    Column("default_branch", NAME),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("deleted_at", BigInteger),
    Column("purge_at", BigInteger),
    Column("bytes", BigInteger, nullable=False, server_default="0"),
)
"""`revision` is another random number after each change of what the project's answers show.

`deleted_at` is when somebody asked for the deletion, `purge_at` when the project is deleted for good; 0
once that has begun. `bytes` are those of its contents."""

former_names = Table(
    "former_names",
    metadata,
    Column("name", NAME, primary_key=True),
    _belongs_to("projects"),
    Index("ix_former_names_project_id", "project_id"),
)
"""The names that projects had before; no other project gets one of them."""

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor", NAME),
    Column("project", NAME),
    Column("project_id", Integer),
    Column("subject", NAME),
    Column("details", JSON, nullable=False),
    Index("ix_audit_entries_project_id_id", "project_id", "id"),
    Index("ix_audit_entries_project_id", "project", "id"),
    sqlite_autoincrement=True,
)
"""Who did what. Triggers refuse to change or delete a row, so `project_id` refers to no table: an entry
outlives its project. `key` is random: a transaction that is tried again writes no second entry."""

tokens = Table(
    "tokens",
    metadata,
    Column("id", NAME, primary_key=True),
    Column("project", NAME, index=True),
    Column("scope", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("name", NAME),
    Column("creator", NAME, index=True),
    Column("last_used_at", BigInteger),
    Column("provisional", Boolean, nullable=False, server_default=false()),
    Column("bound_branch", NAME),
    Column("bound_commit", Text),
    Column("bound_pull", BigInteger),
)
"""`creator` is the id of the token that made this one. The end of a `provisional` one is lifted once it
makes another. What is `bound` is of a workflow's token, which has no creator."""

sessions = Table(
    "sessions",
    metadata,
    Column("cookie_hash", LargeBinary, primary_key=True),
    Column("token_id", NAME, ForeignKey("tokens.id"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
)

commits = Table(
    "commits",
    metadata,
    Column("id", Integer, primary_key=True),
    _belongs_to("projects"),
    Column("hash", LargeBinary, nullable=False),
    Column("parent_id", Integer, ForeignKey("commits.id"), index=True),
    Column("linked", Boolean, nullable=False),
    UniqueConstraint("project_id", "hash"),
)
"""Commits and their first parents, with or without a snapshot.

`linked` is true once the parent is known; a linked commit without a parent is a root."""

names = Table(
    "names",
    metadata,
    Column("id", Integer, primary_key=True),
    _belongs_to("projects"),
    Column("name", NAME, nullable=False),
    UniqueConstraint("project_id", "name"),
)
"""Interned strings: module names and contract ids."""

contents = Table(
    "contents",
    metadata,
    Column("id", Integer, primary_key=True),
    _belongs_to("projects"),
    Column("digest", LargeBinary, nullable=False),
    Column("base_id", Integer, ForeignKey("contents.id"), index=True),
    Column("depth", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("project_id", "digest"),
    sqlite_autoincrement=True,  # the id of a pruned row is never used again
)
"""Blobs that snapshots share: graphs, sets of violations, their details, facts; see `blobs.py`."""

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Integer, primary_key=True),
    _belongs_to("projects"),
    Column("commit_id", Integer, ForeignKey("commits.id"), nullable=False),
    Column("configuration", LargeBinary, nullable=False),
    Column("tool_version", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("committed_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("token_id", NAME),
    Column("build", JSON),
    Column("modules", Integer, nullable=False),
    Column("imports", Integer, nullable=False),
    Column("files", BigInteger, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("graph_digest", LargeBinary, nullable=False),
    _content("graph_id", optional=True),
    _content("violations_id"),
    _content("details_id"),
    _content("facts_id"),
    _content("families_id", optional=True),
    _content("paths_id", optional=True),
    Column("deleted_at", BigInteger),
    UniqueConstraint("commit_id", "configuration", "tool_version"),
    Index("ix_snapshots_project_id_id", "project_id", "id"),
    Index("ix_snapshots_deleted_at", "deleted_at"),
)
"""`deleted_at` is set of one that is deleted, while lines that are not rebuilt yet refer to it."""

branches = Table(
    "branches",
    metadata,
    Column("id", Integer, primary_key=True),
    _belongs_to("projects"),
    Column("name", NAME, nullable=False),
    Column("version", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("stale", Boolean, nullable=False),
    Column("length", Integer, nullable=False),
    Column("reached", BigInteger, nullable=False),
    _snapshot("tip_id", optional=True),
    Column("unread", JSON(none_as_null=True)),
    Column("seen_at", BigInteger),
    Column("renamed", JSON(none_as_null=True)),
    Column("rewritten", Boolean, nullable=False, server_default=false()),
    Column("rebuilder", Text),
    Column("lease_ends", BigInteger),
    Column("deleted_at", BigInteger),
    UniqueConstraint("project_id", "name"),
)
"""`version` counts changes, `epoch` rebuilds, `length` the snapshots in order; `stale` branches await a
rebuild, which `rebuilder` may do alone until `lease_ends`; `reached` is `CommitOrder.reached`;
`rewritten` says whether a commit of the branch is not part of its order; `unread` is of the tip, as
`lifecycle_rows.pack_unread` has it; `seen_at` is when a snapshot was last uploaded, a repeated one too;
`renamed` leads from earlier ids of contracts to those that they have now; `deleted_at` is set of one
that is deleted, while its rows are."""

summaries = Table(
    "summaries",
    metadata,
    _belongs_to("branches", key=True),
    Column("epoch", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("figures", JSON, nullable=False),
    Column("line", LargeBinary, nullable=False),
)
"""What is kept of branches' lines, as of an epoch and a length; see `line_summaries.py`."""

branch_snapshots = Table(
    "branch_snapshots",
    metadata,
    _belongs_to("branches", key=True),
    Column("snapshot_id", Integer, ForeignKey("snapshots.id"), primary_key=True, index=True),
    Column("commit_id", Integer, ForeignKey("commits.id"), nullable=False, index=True),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("pushed_again_at", BigInteger, nullable=False, server_default="0"),
)
"""The snapshots that were pushed onto a branch.

`epoch` is the branch's when that was; `pushed_again_at` is when one that a force-push had removed from
the order was pushed again, in seconds since 1970, or 0."""

pulls = Table(
    "pulls",
    metadata,
    _belongs_to("projects", key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("base_branch", NAME, nullable=False),
    Column("head_branch", NAME, nullable=False),
    Column("base_commit", LargeBinary),
    Column("commit_id", Integer, ForeignKey("commits.id"), nullable=False),
    _snapshot("snapshot_id"),
    Column("causes", JSON(none_as_null=True)),
    Column("first_seen_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("merged_at", BigInteger),
    Column("examined_digest", LargeBinary),
    Column("told_to_add", Boolean, nullable=False, server_default=false()),
    Index("ix_pulls_project_id_base_branch_seen_at", "project_id", "base_branch", "seen_at"),
)
"""Pull requests: the last commit and snapshot of each.

`base_commit` is the last commit that it has in common with the branch that it goes into, as far as the
client knew it; `seen_at` is when a snapshot was last uploaded, a repeated one too. `examined_digest` is
of the snapshot that notifications were last considered for, `told_to_add` whether people were told that
it adds violations."""

plans = Table(
    "plans",
    metadata,
    Column("id", Integer, primary_key=True),
    _belongs_to("projects"),
    Column("branch", NAME, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("ix_plans_project_id_branch", "project_id", "branch"),
)
"""What `archguard plan` said of a branch, the newest ones of each; see `plan_rows.py`."""

notification_rules = Table(
    "notification_rules",
    metadata,
    Column("id", NAME, primary_key=True),
    _belongs_to("projects"),
    Column("created_at", BigInteger, nullable=False),
    Column("name", NAME),
    Column("channel", Text, nullable=False),
    Column("target", NAME, nullable=False),
    Column("secret", Text),
    Column("events", JSON, nullable=False),
    Column("owner", NAME),
    Column("silent_days", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("told_silence_since", BigInteger),
    Column("digest_week", Integer, nullable=False),
    Index("ix_notification_rules_project_id", "project_id"),
)
"""Who is told of what. `told_silence_since` is the last upload after which people were told that none
came; `digest_week` the week of the last digest, see `notification_outbox.count_weeks`."""

notification_deliveries = Table(
    "notification_deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", NAME, nullable=False, unique=True),
    _belongs_to("projects"),
    Column("rule_id", NAME, ForeignKey("notification_rules.id"), nullable=False),
    Column("event", Text, nullable=False),
    Column("notice", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", BigInteger),
    Column("claimed_until", BigInteger),
    Column("last_attempt_at", BigInteger),
    Column("last_status", Integer),
    Column("last_error", Text),
    Index("ix_notification_deliveries_project_id_id", "project_id", "id"),
    Index("ix_notification_deliveries_rule_id", "rule_id"),
    Index("ix_notification_deliveries_next_attempt_at", "next_attempt_at"),
    sqlite_autoincrement=True,
)
"""What is sent, or was: the newest of each project. `next_attempt_at` is null once nothing is left to
do; until `claimed_until` one worker, among those of all processes, has it. `key` is its id for
receivers."""

notification_marks = Table(
    "notification_marks",
    metadata,
    _belongs_to("projects", key=True),
    Column("branch_id", Integer),
    Column("version", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("snapshot_id", Integer, nullable=False),
    Column("contracts", JSON, nullable=False),
)
"""Up to where notifications have considered a project's default branch: its version and the day, the
newest snapshot by then, and where each contract stood. It is written with what follows from it."""


trusted_publishers = Table(
    "trusted_publishers",
    metadata,
    Column("id", NAME, primary_key=True),
    _belongs_to("projects"),
    Column("created_at", BigInteger, nullable=False),
    Column("provider", Text, nullable=False),
    Column("issuer", NAME, nullable=False),
    Column("repository", NAME, nullable=False),
    Column("repository_id", NAME, nullable=False),
    Column("branch", NAME),
    Column("environment", NAME),
    Index("ix_trusted_publishers_project_id", "project_id"),
)
"""The workflows that may upload without a token that anybody keeps."""

used_id_tokens = Table(
    "used_id_tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("token_id", NAME, nullable=False),
    Column("forgotten_at", BigInteger, nullable=False, index=True),
)
"""The ID tokens that were exchanged, by the digest of issuer and id, until their age refuses them, and
the token that each was exchanged for."""


def _generations() -> tuple[Column[int], Column[int]]:
    """Return the columns that say to which epochs of its branch a row belongs; see `generations`."""
    return (
        Column("since", Integer, primary_key=True, server_default="0"),
        Column("until", Integer, nullable=False, server_default=str(FOREVER)),
    )


places = Table(
    "places",
    metadata,
    _belongs_to("branches", key=True),
    Column("position", Integer, primary_key=True),
    *_generations(),
    Column("snapshot_id", Integer, ForeignKey("snapshots.id"), nullable=False),
    Index("ix_places_snapshot_id_branch_id", "snapshot_id", "branch_id"),
    sqlite_with_rowid=False,
)
"""The commit order of a branch: the snapshot at each position, from 0 on."""

checkpoints = Table(
    "checkpoints",
    metadata,
    _belongs_to("branches", key=True),
    Column("position", Integer, primary_key=True),
    *_generations(),
    Column("state", LargeBinary, nullable=False),
)
"""What the lifecycles were before the snapshot at some positions; see `checkpoints.py`."""

line_changes = Table(
    "line_changes",
    metadata,
    _belongs_to("branches", key=True),
    Column("position", Integer, primary_key=True),
    *_generations(),
    Column("data", LargeBinary, nullable=False),
)
"""Which violations the snapshots from a position on open and close; see `line_changes.py`."""

points = Table(
    "points",
    metadata,
    _belongs_to("branches", key=True),
    Column("contract_id", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    *_generations(),
    Column("snapshot_id", Integer, nullable=False),
    Column("violations", BigInteger, nullable=False),
    Column("exposure", BigInteger, nullable=False),
    Column("added", Integer, nullable=False),
    Column("fixed", Integer, nullable=False),
    Column("reintroduced", Integer, nullable=False),
    Column("lower_bound", Boolean, nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("adoption", BigInteger),
    Column("unknown", Integer, nullable=False, server_default="0"),
    Column("dropped", Integer),
    Column("allowed", BigInteger),
    Column("judged", Boolean, nullable=False, server_default=true()),
    sqlite_with_rowid=False,
)
"""`dropped` and `allowed` are None where nobody knows them; a contract that could not be judged has a
point without counts, of which `judged` is false.

Like `violations` it has no foreign keys to names and snapshots: with them each deletion of one would
read the whole table."""

violations = Table(
    "violations",
    metadata,
    _belongs_to("branches", key=True),
    Column("contract_id", Integer, primary_key=True),
    Column("importer_id", Integer, primary_key=True),
    Column("imported_id", Integer, primary_key=True),
    *_generations(),
    Column("first_id", Integer, nullable=False),
    Column("introduced_id", Integer, nullable=False),
    Column("introduced_at", BigInteger, nullable=False),
    Column("fixed_id", Integer),
    Column("fixed_at", BigInteger),
    Column("times", Integer, nullable=False),
    Column("unknown", Boolean, nullable=False, server_default=false()),
    Column("dropped", Boolean, nullable=False, server_default=false()),
    sqlite_with_rowid=False,
)
"""The lifecycle of each violation of a branch, up to its tip.

`unknown` is true while nobody can know whether a violation that was not fixed still exists. `dropped` is
true of one that was not fixed, but is not counted any more: `fixed_id` and `fixed_at` say since when."""


def get_new_id(result: CursorResult[Any]) -> int:
    """Return the id of the inserted row."""
    key: Any = result.inserted_primary_key
    return int(key[0])
