"""The rule for earlier ids of contracts, shared by configurations and the wire format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def find_previous_id_problem(previous_ids: Mapping[str, Sequence[str]]) -> str | None:
    """Return what is wrong with earlier ids, as one clause; None if nothing is.

    An id cannot be an earlier one of a contract while a contract has it, the same one included (so that
    there is no cycle), and two contracts cannot go on from one.

    Args:
        previous_ids: the earlier ids of each contract, by its id.
    """
    claimed: dict[str, str] = {}
    for contract, names in previous_ids.items():
        for name in names:
            if name == contract:
                return f"previous_ids of {contract!r} names the contract itself"
            if name in previous_ids:
                return f"previous_ids of {contract!r} names {name!r}, which is a contract now"
            if name in claimed:
                return f"{claimed[name]!r} and {contract!r} both have {name!r} in previous_ids"
        claimed |= dict.fromkeys(names, contract)
    return None
