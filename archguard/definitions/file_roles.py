"""Which files are tests, for `audit`, `tests` and the `canonical` contract, migrations, or vendored."""

from __future__ import annotations

_TEST_FOLDERS = frozenset({"tests", "test", "test_framework", "testing"})
_CONFTEST = "conftest.py"
_MIGRATIONS = "migrations"
_VENDORED = frozenset({"_vendor", "_vendored", "vendor", "vendored", "third_party"})


def is_test_path(path: str) -> bool:
    """Return whether a path, relative to `--root` with `/`, is that of a test file or of its helpers.

    A part of it is `tests`, `test`, `test_framework` or `testing`, or the file's name begins with
    `test_`, ends with `_test.py` or is `conftest.py`.
    """
    *folders, file = path.split("/")
    if not _TEST_FOLDERS.isdisjoint(folders):
        return True
    return file.startswith("test_") or file.endswith("_test.py") or file == _CONFTEST


def is_migration(path: str) -> bool:
    """Return whether a file lies in a folder of database migrations, as Django and Alembic name it."""
    return _MIGRATIONS in path.split("/")[:-1]


def is_vendored(path: str) -> bool:
    """Return whether a file lies in a folder of copies of other projects."""
    return not _VENDORED.isdisjoint(path.split("/")[:-1])
