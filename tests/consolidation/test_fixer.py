"""A batch after which the tree is not as predicted is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest
from archguard.configuration.read import read_configuration
from archguard.consolidation import fixer
from archguard.consolidation.fixer import WRONG_COUNT, Fixer
from archguard.consolidation.migration_plan import PlanOptions
from archguard.consolidation.planner import Planner
from archguard.errors import SourceError
from archguard.graph.scanning.cache import Cache
from archguard.sources.code_owners import CodeOwners
from archguard.sources.open import open_source
from tests.cli.commands.test_fix import READY, read_tree
from tests.cli.commands.test_plan import TREE, write_shop
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.consolidation.migration_plan import MigrationPlan


@pytest.fixture
def request_(tmp_path: Path) -> CheckRequest:
    """What to judge: the tree of the plan's tests."""
    write_shop(tmp_path)
    configuration = read_configuration(str(tmp_path / "pyproject.toml"))
    return CheckRequest(open_source(str(tmp_path)), configuration, Cache(None), jobs=1)


def _plan(request: CheckRequest, size: int = 20) -> MigrationPlan:
    return Planner(request, PlanOptions(batch_size=size), CodeOwners("")).plan()


@pytest.mark.parametrize("error", [0, 1])
def test_a_count_that_was_not_predicted_undoes_the_batch_and_ends_the_run(
    tmp_path: Path, request_: CheckRequest, error: int
) -> None:
    plan = _plan(request_, size=2)
    first, second = plan.batches
    wrong = {"one-cart": first.predicted["one-cart"] - error}
    plan = plan._replace(batches=(first._replace(predicted=wrong), second))
    before = read_tree(tmp_path)

    outcome = list(Fixer(request_, str(tmp_path), plan).fix(plan.batches))

    if error:
        assert [(one.code, one.reason) for one in outcome] == [
            (WRONG_COUNT, "one-cart counts 3 after it, not 2 as predicted.")
        ]
        assert read_tree(tmp_path) == before
    else:
        assert [one.code for one in outcome] == ["", ""]
        assert read_tree(tmp_path) == before | READY


def test_a_failing_commit_undoes_the_batch(tmp_path: Path, request_: CheckRequest) -> None:
    plan = _plan(request_)
    before = read_tree(tmp_path)

    def fail(_: object) -> None:
        raise SourceError("git commit failed.")

    with pytest.raises(SourceError, match="git commit failed"):
        list(Fixer(request_, str(tmp_path), plan, commit=fail).fix(plan.batches))
    assert read_tree(tmp_path) == before


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(
    tmp_path: Path, request_: CheckRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _plan(request_)
    changed = "from shop.old import total  # changed\n"
    make = fixer.make_changes

    def change_meanwhile(*arguments: object) -> object:
        changes = make(*arguments)  # type: ignore[arg-type]
        write_files(tmp_path, {"shop/b/three.py": changed})
        return changes

    monkeypatch.setattr(fixer, "make_changes", change_meanwhile)

    with pytest.raises(SourceError, match=r"shop/b/three\.py was changed by somebody else"):
        list(Fixer(request_, str(tmp_path), plan).fix(plan.batches))
    files = {path: text for path, text in TREE.items() if path.endswith(".py")}
    assert read_tree(tmp_path) == files | {"shop/b/three.py": changed}
