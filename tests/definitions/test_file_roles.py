from __future__ import annotations

import pytest

from archguard.definitions.file_roles import is_test_path


@pytest.mark.parametrize(
    "path",
    [
        "tests/a.py",
        "shop/test/a.py",
        "test_framework/a/b.py",
        "shop/testing/a.py",
        "shop/test_a.py",
        "a_test.py",
        "shop/conftest.py",
    ],
)
def test_a_path_is_that_of_a_test_file(path: str) -> None:
    assert is_test_path(path)


@pytest.mark.parametrize(
    "path", ["shop/a.py", "shop/latest/a.py", "shop/contest.py", "shop/tests_of.py", "shop/testing.py"]
)
def test_a_path_is_that_of_production(path: str) -> None:
    assert not is_test_path(path)
