"""A project whose contracts have a life: removed, renamed, and without a verdict at times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.snapshots import DAY, contract, graph, upload, violation

if TYPE_CHECKING:
    from archguard.snapshot import Contract, Upload
    from tests.api.snapshots import Edge

QUEUE, ENGINE, CASH, MAIL = "queue", "engine", "cash", "mail"
OLD_ENGINE = "old-engine"
"""What `ENGINE` was called before."""
RENAMED_AT = 3
COUNTS: dict[str, tuple[int | None, ...]] = {
    QUEUE: (3, 3, 3, 3),
    ENGINE: (5, 4, 4, 3, 3, 2, 2, 1),
    CASH: (2, 2, 2, None, None, 2, 1, 1),
    MAIL: (4, 4, 4, 4, 4, 4, 4, None),
}
"""The violations of each contract at each commit; None: no verdict. `QUEUE` is removed at the end."""
COMMITS = 8


def uploads(now: int) -> list[Upload]:
    """Build the uploads, oldest first: ten days apart, the last one a day old."""
    return [_upload(number, now - DAY - (COMMITS - 1 - number) * 10 * DAY) for number in range(COMMITS)]


def _upload(number: int, at: int) -> Upload:
    plain = upload(
        f"life-{number}",
        parent=f"life-{number - 1}" if number else None,
        ancestors=[f"life-{before}" for before in range(number - 2, -1, -1)],
        at=at - at % 60,
    )
    counts = {name: line[number] for name, line in COUNTS.items() if number < len(line)}
    ids = {name: _id_at(name, number) for name in counts}
    violations = sorted(
        (violation(edge, contract=ids[name]) for name in counts for edge in _edges(name, counts[name])),
        key=lambda one: one.identity,
    )
    imports = [edge for name in COUNTS for edge in _edges(name, max(filter(None, COUNTS[name])))]
    changes = {
        "contracts": tuple(_contract(ids[name], count) for name, count in counts.items()),
        "violations": tuple(violations),
        "graph": graph(imports, ["shop"]),
    }
    return plain.model_copy(update={"snapshot": plain.snapshot.model_copy(update=changes)})


def _id_at(name: str, number: int) -> str:
    return OLD_ENGINE if name == ENGINE and number < RENAMED_AT else name


def _contract(name: str, count: int | None) -> Contract:
    previous = (OLD_ENGINE,) if name == ENGINE else ()
    update = {"unjudged": count is None, "previous_ids": previous}
    return contract(count or 0, name=name).model_copy(update=update)


def _edges(name: str, count: int | None) -> list[Edge]:
    return [(f"shop.{name}.user{number}", f"shop.{name}.old") for number in range(count or 0)]
