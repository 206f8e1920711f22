"""Successive commits with the same configuration are judged together, with the options of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.scanning.cache import Cache
from archguard.history import Backfill, SelfConfiguredBackfill
from archguard.sources.git.history import History as Past
from tests.history.histories import BASE
from tests.sources.trees import git

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.configuration import Configuration
    from archguard.graph.model import AnalysisOptions
    from archguard.history.history_lineage import HistoryLineage
    from tests.history.histories import History


class Making:
    """Makes backfills, and records their options."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self.options: list[AnalysisOptions] = []

    def __call__(
        self, configuration: Configuration, options: AnalysisOptions, lineage: HistoryLineage
    ) -> Backfill:
        self.options.append(options)
        return Backfill(
            self._past, configuration, cache=Cache(None), jobs=1, options=options, lineage=lineage
        )


def _configuration(module: str, option: str = "") -> str:
    return (
        f'[tool.importlinter]\nroot_packages = ["p"]\n{option}\n'
        '[[tool.importlinter.contracts]]\nid = "one"\nname = "x"\ntype = "deprecated"\n'
        f'deprecated_modules = ["{module}"]\n'
    )


def _points(root: Path) -> tuple[SelfConfiguredBackfill, Making, list[dict[str, int]]]:
    past = Past(str(root), "main")
    making = Making(past)
    backfill = SelfConfiguredBackfill(past, None, making)
    points = backfill.run(past.list_commits(first_parent=True), violations=False)
    counts = [{id_: one.report.violations for id_, one in point.contracts.items()} for point in points]
    return backfill, making, counts


def test_each_stretch_looks_for_what_any_of_them_does(history: History) -> None:
    history.commit(BASE | {"pyproject.toml": _configuration("p.old")})
    history.commit({"p/more.py": "import p.old\n"})
    history.commit({"pyproject.toml": _configuration("p.gone", "exclude_type_checking_imports = true")})
    history.commit({"pyproject.toml": _configuration("p.old")})

    _, making, counts = _points(history.root)

    assert counts == [{"one": 1}, {"one": 2}, {"one": 0}, {"one": 2}]
    assert [one.deprecated for one in making.options] == [("p.gone", "p.old")] * 3
    assert [one.exclude_type_checking_imports for one in making.options] == [False, True, False]


def test_a_stretch_without_a_configuration_fixes_nothing(history: History) -> None:
    first = history.commit(BASE | {"pyproject.toml": _configuration("p.old")})
    history.commit(removed=["pyproject.toml"])
    history.commit({"pyproject.toml": _configuration("p.old")})

    backfill, _, counts = _points(history.root)

    assert counts == [{"one": 1}, {}, {"one": 1}]
    (opened,) = backfill.open_violations["one"].values()
    assert (opened.introduced, opened.times) == (first, 1)
    assert backfill.warnings == []


def test_a_configuration_that_the_clone_lacks_is_told(history: History) -> None:
    history.commit(BASE | {"pyproject.toml": _configuration("p.old")})
    history.commit({"pyproject.toml": _configuration("p.other")})
    lost = git(history.root, "rev-parse", "main~1:pyproject.toml")
    (history.root / ".git" / "objects" / lost[:2] / lost[2:]).unlink()

    backfill, _, counts = _points(history.root)

    assert counts == [{}, {"one": 0}]
    (warning,) = backfill.warnings
    assert warning.startswith("pyproject.toml: its content is missing")
