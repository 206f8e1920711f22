"""The report that was made before, given again as long as nothing that it rests on has moved."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING

from archguard.checking.request import options_of
from archguard.graph.scanning.cache import key_name
from archguard.graph.tree_state import TreeState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import Report
    from archguard.checking.request import Request

_JUDGES = ("archguard", "grimp", "importlinter")


def check(request: Request) -> Report:
    """Judge every contract of a configuration on a source.

    Raises:
        ArchguardError: there can be no verdict; its message says why.
    """
    name = _name(request)
    kept = request.cache.load(name) if name else {}
    tree_state = TreeState(request.source, options_of(request.configuration)) if kept else None
    if tree_state is not None and tree_state.compute_state(tree_state.stamps) == kept["state"]:
        from archguard.checking.plain import report_of  # noqa: PLC0415

        return report_of(kept["report"])
    from archguard.checking.pipeline import check_all  # noqa: PLC0415 (a third of a warm run)

    report, material = check_all(request, tree_state)
    if name and material.analysis.state is not None:
        from archguard.checking.plain import plain  # noqa: PLC0415 (what reading need not wait for)

        request.cache.store(name, {"state": material.analysis.state, "report": plain(report)})
    return report


def _name(request: Request) -> str | None:
    """What a report on this tree is kept under; None: it may rest on more than we can see."""
    if request.trust_contract_types:
        return None  # code that may read anything
    about = (request.source.spec(), request.configuration)
    return key_name(["report", sys.version, list(_code()), *about])


def _code() -> Iterator[tuple[str, int, int]]:
    """What changes once another version of what judges is installed, or one in place is worked on."""
    for package in _JUDGES:
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            for parent, folders, files in os.walk(folder):
                folders[:] = sorted(set(folders) - {"__pycache__"})
                for file in sorted(files):
                    status = os.stat(os.path.join(parent, file))
                    yield file, status.st_size, status.st_mtime_ns
