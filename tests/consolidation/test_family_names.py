"""Names that look like those of one job."""

from __future__ import annotations

import pytest

from archguard.consolidation.family_names import find_stem, matches_any, split_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ExecutionEngine", ("execution", "engine")),
        ("HTTPClientV2", ("http", "client", "v", "2")),
        ("get_execution_engine", ("get", "execution", "engine")),
        ("_private", ("private",)),
        ("__", ("__",)),
        ("ÉtatV2", ("état", "v", "2")),
        ("IExecutionEngine", ("i", "execution", "engine")),
    ],
)
def test_a_name_has_words(name: str, words: tuple[str, ...]) -> None:
    assert split_words(name) == words


@pytest.mark.parametrize(
    "name",
    [
        "LegacyCart",
        "OldCart",
        "NewCart",
        "CartV2",
        "Cart2",
        "UnifiedCart",
        "BaseCart",
        "CartLegacy",
        "cart_old",
        "DeprecatedLegacyCart",
    ],
)
def test_words_of_age_and_generality_are_no_part_of_the_job(name: str) -> None:
    assert find_stem(name) == ("cart",)


@pytest.mark.parametrize("name", ["Cart", "UserCart", "CartItem", "Legacy", "Base"])
def test_other_words_are(name: str) -> None:
    assert find_stem(name) == split_words(name)


def test_a_pattern_matches_the_whole_name_and_its_case() -> None:
    assert matches_any("UserCart", ["*Cart"])
    assert not matches_any("UserCarts", ["*Cart"])
    assert not matches_any("usercart", ["*Cart"])
    assert matches_any("UserCarts", ["*Cart", "User*"])
