"""How many modules an importer frees, compared with taking its imports away on random graphs."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from archguard.consolidation.freed_exposure import count_freed

if TYPE_CHECKING:
    from collections.abc import Iterable

    Imports = set[tuple[str, str]]

_OLD = ("old", "old.sub")


def count(imports: Imports) -> dict[str, int]:
    """Ask what each direct importer of the old modules frees."""
    importers_of: defaultdict[str, set[str]] = defaultdict(set)
    for importer, imported in imports:
        importers_of[imported].add(importer)
    direct = {importer for importer, imported in imports if imported in _OLD and importer not in _OLD}
    return count_freed(direct, importers_of, _OLD.__contains__)


def _reach_old(imports: Imports) -> set[str]:
    """Return the modules that reach an old one, by going through all imports until nothing changes."""
    reaching = set(_OLD)
    while new := {importer for importer, imported in imports if imported in reaching} - reaching:
        reaching |= new
    return reaching.difference(_OLD)


def _without(imports: Imports, importer: str) -> Iterable[tuple[str, str]]:
    return (one for one in imports if one[0] != importer or one[1] not in _OLD)


@pytest.mark.parametrize("seed", range(60))
def test_what_an_importer_frees_is_what_no_longer_reaches_without_its_imports(seed: int) -> None:
    choice = random.Random(seed)
    modules = [*"abcdefgh", *_OLD]
    imports = {tuple(choice.sample(modules, 2)) for _ in range(choice.randint(5, 18))}
    imports.add(("a", "old"))

    freed = count(imports)

    before = _reach_old(imports)
    assert "a" in freed
    for importer, number in freed.items():
        after = _reach_old(set(_without(imports, importer)))
        assert number == len(before - after), importer


def test_an_importer_that_reaches_it_another_way_frees_nothing() -> None:
    assert count({("a", "old"), ("a", "b"), ("b", "old"), ("c", "a")}) == {"a": 0, "b": 1}


def test_without_importers_there_is_nothing_to_free() -> None:
    assert count(set()) == {}
