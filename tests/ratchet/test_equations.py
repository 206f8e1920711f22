"""The two equations on random edits of tree and configuration: `check --base` lists what they say.

new = violations(head, head's contracts) - violations(base, head's contracts)
weakened = violations(head, base's contracts) - violations(head, head's contracts)
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from archguard.checking.pipeline import CheckRequest, check
from archguard.configuration import parse_configuration
from archguard.graph.scanning.cache import Cache
from archguard.ratchet import comparison
from archguard.ratchet.base import open_base
from archguard.ratchet.comparison import compare
from archguard.sources.git.commit import Commit
from tests.history.histories import History
from tests.ratchet.brute_force import Rule, Rules, Tree, drawn_changes, write_tree
from tests.ratchet.repository import CONTRACT, SESSION, SHOP, Repository

if TYPE_CHECKING:
    from pathlib import Path

Identities = set[tuple[str, str, str]]


class Answer(NamedTuple):
    """What a comparison lists."""

    new: Identities
    existing: Identities
    fixed: Identities
    weakened: Identities


def _expect(base: tuple[Tree, Rules], head: tuple[Tree, Rules]) -> Answer:
    (old_tree, old_rules), (tree, rules) = base, head
    judging = rules.with_exceptions_of(old_rules)
    weakened = old_rules.find(tree) - rules.find(tree)
    new = judging.find(tree) - judging.find(old_tree)
    return Answer(
        new=new,
        existing=(judging.find(tree) & judging.find(old_tree) & rules.find(tree))
        | (rules.find(tree) - new),
        fixed=judging.find(old_tree) - judging.find(tree) - weakened,
        weakened=weakened,
    )


class _Comparer:
    """Compares commits of one repository, with one cache."""

    def __init__(self, folder: Path) -> None:
        self._history = History(folder / "repository")
        self._cache = Cache(str(folder / "cache"))
        self._numbers = count()

    def compare(self, base: tuple[Tree, Rules], head: tuple[Tree, Rules]) -> Answer:
        """Commit both trees, and compare them as `check --rev HEAD --base BASE` does."""
        branch = f"b{next(self._numbers)}"
        old = self._history.commit(write_tree(*base), branch=branch, parents=[])
        gone = [path for path in write_tree(*base) if path not in write_tree(*head)]
        new = self._history.commit(write_tree(*head), removed=gone, branch=branch)
        root = str(self._history.root)
        configuration = parse_configuration("pyproject.toml", head[1].write().encode())
        assert configuration is not None
        request = CheckRequest(Commit.find(root, new), configuration, self._cache, jobs=1)
        base_ = open_base(root, old, request.source, configuration, [f"{root}/pyproject.toml"])
        report = check(request).report
        assert not report.errors
        compared = compare(report, request, base_, accept_exceptions=False)
        return Answer(
            {violation.identity for violation in compared.violations if violation.status == "new"},
            {violation.identity for violation in compared.violations if violation.status == "existing"},
            {(one.contract, one.importer, one.imported) for one in compared.fixed},
            {(w.contract, w.importer or "", w.imported or "") for w in compared.weakened},
        )


@pytest.fixture(scope="module")
def comparer(tmp_path_factory: pytest.TempPathFactory) -> _Comparer:
    return _Comparer(tmp_path_factory.mktemp("equations"))


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(change=drawn_changes())
def test_a_comparison_lists_what_the_equations_say(
    change: tuple[tuple[Tree, Rules], tuple[Tree, Rules]], comparer: _Comparer
) -> None:
    base, head = change
    assert comparer.compare(base, head) == _expect(base, head)


def test_the_brute_force_would_see_a_wrong_equation(
    comparer: _Comparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exceptions of the change itself must not count."""
    edge = ("p.a", "p.old")
    strict = Rule(frozenset({"p.old"}), frozenset(), frozenset())
    tree = {"p.a": frozenset({"p.old"})}
    head = (
        tree,
        Rules({"one": strict._replace(allowed=frozenset({edge}))}, frozenset({"p"}), frozenset()),
    )
    base: tuple[Tree, Rules] = {}, Rules({"one": strict}, frozenset({"p"}), frozenset())
    expected = _expect(base, head)
    assert expected.new == expected.weakened == {("one", *edge)}
    assert comparer.compare(base, head) == expected
    monkeypatch.setattr(comparison, "use_exceptions_of", lambda _, configuration: configuration)
    assert comparer.compare(base, head) != expected


def test_deprecating_a_module_with_three_hundred_importers_adds_none(tmp_path: Path) -> None:
    importers = {f"shop/i{number}.py": "import shop.page\n" for number in range(300)}
    repository = Repository(tmp_path / "shop", SHOP | importers)
    both = CONTRACT.replace('["shop.legacy"]', '["shop.legacy", "shop.page"]')
    repository.commit({"pyproject.toml": SESSION + both})
    outcome = repository.check("--forbid-weakening")
    assert (outcome.code, outcome.new, outcome.fixed, outcome.weakened) == (0, [], [], [])
    assert len(outcome.list_edges("existing")) == 302
    repository.commit({"shop/i300.py": "import shop.page\n"})
    assert repository.check().new == [("shop.i300", "shop.page")]
