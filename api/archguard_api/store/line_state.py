"""What is known of a branch's violations before a snapshot of its line; goes on from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api.store import blob_format
from archguard_api.store.checkpoints import unpack_state
from archguard_api.store.lifecycle import advance_by

if TYPE_CHECKING:
    from archguard.ledger import UnreadSoFar, ViolationLifecycle
    from archguard_api.store.blob_format import Identity
    from archguard_api.store.lifecycle import Changes, SnapshotResult


@dataclass(slots=True)
class LineState:
    """The state before the snapshot at a position."""

    position: int
    lifecycles: dict[Identity, ViolationLifecycle[int]]
    unread: UnreadSoFar[int] | None = None
    listed: bytes = b""
    """The violations that the snapshot before lists, as `blob_format` packs them."""
    unlisted: frozenset[Identity] = frozenset()
    """Those that are open although it does not list them."""
    unknown: frozenset[Identity] = frozenset()
    """Those of them of which nobody knows whether they exist."""
    configuration: bytes | None = None
    """The digest of the snapshot before; None if there is none."""

    def advance(self, result: SnapshotResult, listed: bytes) -> Changes:
        """Go on to the next snapshot, given its result and its violations as `blob_format` packs them.

        That takes as long as much differs from the snapshot before, and no longer.
        """
        difference = blob_format.compare_identities(self.listed, listed)
        changes = advance_by(
            self.lifecycles,
            result,
            difference.added - self.unlisted,
            difference.removed | (self.unlisted - difference.added),
            self.unknown,
            self.unread,
            self.configuration,
        )
        self.lifecycles |= changes.new
        self.lifecycles |= changes.changed
        self.position += 1
        self.listed, self.configuration = listed, changes.configuration
        self.unlisted, self.unknown, self.unread = changes.unlisted, changes.unknown, changes.unread
        return changes


def restore_state(
    position: int, checkpoint: bytes, listed: bytes, configuration: bytes | None = None
) -> LineState:
    """Return the state at a checkpoint.

    Args:
        position: the checkpoint's.
        checkpoint: its packed state.
        listed: the packed violations of the snapshot before it.
        configuration: the digest of that.
    """
    lifecycles, unread = unpack_state(checkpoint)
    is_open = (identity for identity, one in lifecycles.items() if one.fixed is None)
    unlisted = frozenset(is_open) - blob_format.unpack_identities(listed)
    unknown = frozenset(identity for identity in unlisted if lifecycles[identity].unknown)
    return LineState(position, lifecycles, unread, listed, unlisted, unknown, configuration)
