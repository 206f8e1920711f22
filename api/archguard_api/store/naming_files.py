"""Count the unread files that could raise a contract's count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.module_expressions import compile_expressions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.snapshot import Contract, UnreadFile


def count_naming(contract: Contract, unread: Sequence[UnreadFile], count: int) -> tuple[int, int]:
    """Count the unread files that surely name what a contract forbids, and those that perhaps do.

    What a contract that follows chains forbids is not looked for in text, so any file could raise it.

    Args:
        contract: the contract.
        unread: the files that could not be read, as far as they are known.
        count: how many there are.
    """
    if not contract.deprecated:
        return (0, count if contract.lower_bound else 0)
    if not unread:
        return (0, 0)
    matches = compile_expressions(contract.deprecated).match
    files = [file for file in unread if file.module is None or not matches(file.module)]
    surely = sum(any(map(matches, file.names)) for file in files)
    unknown = (file.unknown or file.is_folder for file in files if not any(map(matches, file.names)))
    return (surely, sum(unknown))
