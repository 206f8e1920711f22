from __future__ import annotations

import pytest

from archguard.definitions.file_roles import is_migration, is_test_path, is_vendored


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


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("shop/migrations/0001_initial.py", True),
        ("shop/migrations/versions/0a_start.py", True),
        ("shop/migrations.py", False),
        ("shop/orders.py", False),
    ],
)
def test_a_file_below_a_folder_of_migrations_is_one(path: str, *, expected: bool) -> None:
    assert is_migration(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("shop/_vendor/six.py", True),
        ("third_party/six/moves.py", True),
        ("shop/vendor.py", False),
        ("shop/vendors/orders.py", False),
    ],
)
def test_a_file_below_a_folder_of_other_projects_is_vendored(path: str, *, expected: bool) -> None:
    assert is_vendored(path) == expected
