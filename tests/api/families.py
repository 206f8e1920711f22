"""Uploads of a project that has a contract about a family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.snapshot import Family, FamilyPath, Upload
from tests.api.snapshots import upload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENGINE = "one-engine"
CANONICAL = "shop.engine:Engine"
COPY = "shop.copy:EngineCopy"


def family(**changes: Any) -> Family:
    """A canonical class, a copy of it, and a test."""
    parts: dict[str, Any] = {
        "contract": ENGINE,
        "canonical": (CANONICAL,),
        "members": (
            _member(CANONICAL, "canonical", "canonical", importers=3, test_importers=1),
            _member(COPY, "clone", "violation", importers=1),
            _member("tests.test_engine:TestEngine", "test", "test"),
        ),
        "impostors": (
            {"name": "Engine", "target": COPY, "symbols": ("shop:Engine",), "expected": CANONICAL},
        ),
        "factories": ({"id": "shop.make:make", "path": "shop/make.py", "line": 3, "returns": (COPY,)},),
        "missing": (
            {"symbol": "shop.engine:OldEngine", "places": ({"path": "shop/use.py", "line": 1},)},
        ),
    }
    return Family.model_validate({**parts, **changes})


def _member(id_: str, role: str, status: str, **counts: int) -> dict[str, Any]:
    path = f"{id_.partition(':')[0].replace('.', '/')}.py"
    return {"id": id_, "path": path, "line": 7, "role": role, "status": status, **counts}


def with_family(
    sent: Upload,
    counts: Mapping[tuple[str, str], int] | None,
    families: tuple[Family, ...] = (),
) -> Upload:
    """Return an upload whose contract is about a family, with the importers by definition and path."""
    snapshot = sent.snapshot
    (contract,) = snapshot.contracts
    renamed = contract.model_copy(update={"id": ENGINE, "type": "canonical"})
    violations = tuple(one.model_copy(update={"contract": ENGINE}) for one in snapshot.violations)
    paths = counts and tuple(
        FamilyPath(contract=ENGINE, definition=definition, path=path, importers=importers)
        for (definition, path), importers in sorted(counts.items())
    )
    changed = snapshot.model_copy(
        update={
            "format_version": 2,
            "contracts": (renamed,),
            "violations": violations,
            "family_paths": None if counts is None else paths or (),
        }
    )
    return Upload.model_validate_json(
        sent.model_copy(update={"snapshot": changed, "families": families}).model_dump_json()
    )


def line(counts: Sequence[Mapping[tuple[str, str], int] | None]) -> list[Upload]:
    """A history of these counts; its tip has the family's definitions."""
    uploads = [
        with_family(
            upload(number, parent=number - 1 if number else None, at=1_700_000_000 + number * 60), one
        )
        for number, one in enumerate(counts)
    ]
    return [*uploads[:-1], uploads[-1].model_copy(update={"families": (family(),)})]
