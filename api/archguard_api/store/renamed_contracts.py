"""Carry the violations of a renamed contract over to the id that it has now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archguard.ledger import ViolationLifecycle
    from archguard_api.store.blob_format import Identity

    Lifecycles = Mapping[Identity, ViolationLifecycle[int]]


class CarriedOver(NamedTuple):
    """What differs at a snapshot, with the violations of renamed contracts under their new ids."""

    added: frozenset[Identity]
    missing: frozenset[Identity]
    unknown: frozenset[Identity]
    moved: dict[Identity, Identity]
    """The violations that were open under an earlier id, with what they are now."""
    lifecycles: dict[Identity, ViolationLifecycle[int]]
    """Of violations under their new ids."""


def carry_over(
    lifecycles: Lifecycles,
    previous: Mapping[int, Iterable[int]],
    added: frozenset[Identity],
    missing: frozenset[Identity],
    unknown: frozenset[Identity],
) -> CarriedOver:
    """Give the violations of renamed contracts the ids that these have now.

    Args:
        lifecycles: of every violation that ever existed.
        previous: the earlier ids of the next snapshot's contracts, by id; only of those that have some.
        added: the violations that it lists and that were not open.
        missing: those that were open and that it does not list.
        unknown: those that were open and of which nobody knew whether they existed.
    """
    if not previous:
        return CarriedOver(added, missing, unknown, {}, {})
    successors = {name: contract for contract, names in previous.items() for name in names}
    moved = {
        one: (successors[one[0]], one[1], one[2]) for one in sorted(missing) if one[0] in successors
    }
    carried: dict[Identity, ViolationLifecycle[int]] = {}
    for old, new in moved.items():
        if not _is_open(lifecycles, new):
            carried.setdefault(new, lifecycles[old])
    carried |= _find_closed(lifecycles, previous, added - carried.keys())
    still_missing = {
        new
        for new in moved.values()
        if new not in added and (new in missing or not _is_open(lifecycles, new))
    }
    return CarriedOver(
        added - frozenset(moved.values()),
        (missing - moved.keys()) | still_missing,
        frozenset(moved.get(one, one) for one in unknown),
        moved,
        carried,
    )


def _is_open(lifecycles: Lifecycles, identity: Identity) -> bool:
    lifecycle = lifecycles.get(identity)
    return lifecycle is not None and lifecycle.is_open


def _find_closed(
    lifecycles: Lifecycles, previous: Mapping[int, Iterable[int]], added: Iterable[Identity]
) -> Iterator[tuple[Identity, ViolationLifecycle[int]]]:
    """Yield violations that existed under an earlier id only, and that do again."""
    for contract, importer, imported in added:
        if (contract, importer, imported) in lifecycles:
            continue
        for name in previous.get(contract, ()):
            lifecycle = lifecycles.get((name, importer, imported))
            if lifecycle is not None and not lifecycle.is_open:
                yield (contract, importer, imported), lifecycle
                break
