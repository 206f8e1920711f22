"""Plans as `archguard plan --format json` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def make_plan(contract: str, **batches: int | None) -> dict[str, Any]:
    """Return a plan: module -> its batch; None: blocked."""
    return {
        "format_version": 1,
        "counts": {"later": "keys may be added"},
        "violations": [make_violation(contract, name, batch) for name, batch in batches.items()],
        "batches": [
            {
                "id": number,
                "owner": "@a",
                "package": "shop",
                "paths": [f"shop/{name}.py" for name, batch in batches.items() if batch == number],
                "violations": 1,
                "predicted": {},
            }
            for number in sorted({batch for batch in batches.values() if batch is not None})
        ],
    }


def make_violation(contract: str, name: str, batch: int | None) -> dict[str, Any]:
    """Return an import of `shop.old`, blocked if it has no batch."""
    return {
        "contract": contract,
        "importer": f"shop.{name}",
        "imported": "shop.old",
        "path": f"shop/{name}.py",
        "status": "blocked" if batch is None else "ready",
        "code": "missing-symbol" if batch is None else None,
        "reason": "shop.new has no total." if batch is None else "",
        "batch": batch,
        "line": 3,
    }


def deletion(
    *modules: str,
    after: Sequence[str] = (),
    importers: Sequence[str] = (),
    own_tests: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a step of the order of deletions."""
    return {
        "modules": [*modules],
        "after": [*after],
        "after_batch": None,
        "importers": [*importers],
        "own_tests": [*own_tests],
    }
