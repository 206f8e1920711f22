"""The demo's commits, checked with CPython's parser and without archguard."""

from __future__ import annotations

import ast
import datetime
from functools import cache, lru_cache

import pytest

from archguard.demo import generate_commits, generate_pull_request
from archguard.demo.commits import (
    CANONICAL,
    COMMITS,
    DELETED,
    DRAFT,
    DRAFT_FROM,
    DRAFT_TO,
    ENGINES,
    LOGINS,
    MOVED_AT,
    PRICES,
    REVERTED_AT,
    STORES,
    count_importers,
)
from archguard.demo.shop import KINDS

TODAY = datetime.date(2026, 11, 26)
Tree = dict[str, str]


@lru_cache(maxsize=1)
def _trees() -> list[Tree]:
    trees: list[Tree] = [{}]
    for commit in generate_commits(TODAY):
        tree = {**trees[-1], **commit.files}
        trees.append({path: text for path, text in tree.items() if text is not None})
    return trees[1:]


@cache
def _imported(text: str) -> frozenset[str]:
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    return frozenset(str(node.module) for node in nodes)


def _importers(tree: Tree, modules: tuple[str, ...]) -> set[tuple[str, str]]:
    return {
        (path, module)
        for path, text in tree.items()
        if path.endswith(".py") and path != DRAFT
        for module in _imported(text) & set(modules)
    }


@pytest.mark.parametrize(("old", "curve"), [(ENGINES, PRICES), (STORES, LOGINS)])
def test_each_commit_has_as_many_importers_as_the_curve_says(
    old: tuple[str, ...], curve: tuple[tuple[int, int], ...]
) -> None:
    counts = [len(_importers(tree, old)) for tree in _trees()]

    assert counts == [count_importers(curve, number) for number in range(COMMITS)]


def test_what_comes_back_is_what_one_commit_had_moved() -> None:
    year, moved_at, reverted_at = list(generate_commits(TODAY)), MOVED_AT, REVERTED_AT
    before, moved, left, back = (
        _importers(_trees()[number], ENGINES)
        for number in (moved_at - 1, moved_at, reverted_at - 1, reverted_at)
    )

    assert moved == left < before == back
    assert year[reverted_at].subject == f'Revert "{year[moved_at].subject}"'


def test_each_commit_adds_one_module_and_most_are_named_after_it() -> None:
    year = list(generate_commits(TODAY))
    for number in range(1, COMMITS):
        new = _trees()[number].keys() - _trees()[number - 1].keys() - {DRAFT, "pyproject.toml"}
        assert len(new) == 1, number
    subjects = [commit.subject for commit in year]
    named = [text for text in subjects if ": " in text and text.endswith(" tasks")]
    assert len(named) == len(set(named)) > COMMITS * 3 / 4


def test_the_new_engine_is_taken_up_as_the_old_ones_are_left() -> None:
    adopted = [len(_importers(tree, (CANONICAL,))) for tree in _trees()]

    assert adopted[0] == 0
    assert adopted[-1] == max(count_importers(PRICES, number) for number in range(COMMITS))


def test_some_imports_outlive_their_module() -> None:
    for number, module in DELETED.items():
        path = f"{module.replace('.', '/')}.py"
        assert path in _trees()[number - 1]
        assert path not in _trees()[number]
    assert any(module == DELETED[86] for _, module in _importers(_trees()[86], ENGINES))
    assert any(module == DELETED[104] for _, module in _importers(_trees()[-1], STORES))


def test_only_the_draft_does_not_parse_and_it_names_an_old_engine() -> None:
    for number, tree in enumerate(_trees()):
        assert (DRAFT in tree) == (DRAFT_FROM <= number < DRAFT_TO)
    draft = _trees()[DRAFT_FROM][DRAFT]
    with pytest.raises(SyntaxError):
        ast.parse(draft)
    assert any(engine in draft for engine in ENGINES)


def test_the_year_ends_today_and_has_some_four_hundred_modules() -> None:
    year = list(generate_commits(TODAY))
    times = [commit.at for commit in year]

    assert times == sorted(set(times))
    assert (times[0].date(), times[-1].date()) == (TODAY - datetime.timedelta(days=365), TODAY)
    assert len(year) == COMMITS == 120
    assert 400 <= sum(path.endswith(".py") for path in _trees()[-1]) <= 450


def test_the_story_is_the_same_each_time() -> None:
    assert list(generate_commits(TODAY)) == list(generate_commits(TODAY))


def test_every_kind_of_import_is_there_at_the_end_or_before() -> None:
    text = "".join(_trees()[40].values())

    assert set(KINDS) == {"top-level", "function", "type-checking", "guarded"}
    for sign in ("except ImportError:", "if TYPE_CHECKING:", "    from shop.", "\nfrom shop."):
        assert sign in text


def test_the_pull_request_adds_one_import_of_an_engine_and_fixes_one_of_a_store() -> None:
    year = list(generate_commits(TODAY))
    change = generate_pull_request(year).commit.files

    after = {**_trees()[-1], **{path: text for path, text in change.items() if text is not None}}
    before = _trees()[-1]

    assert len(_importers(after, ENGINES) - _importers(before, ENGINES)) == 1
    assert len(_importers(before, STORES) - _importers(after, STORES)) == 1
    assert _importers(after, STORES) < _importers(before, STORES)
