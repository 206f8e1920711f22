"""Some hundred real files: every sixth of the standard library, and their syntax trees."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from pathlib import Path


def _files() -> list[str]:
    folder = Path(sysconfig.get_path("stdlib"))
    inside = (path.relative_to(folder) for path in folder.rglob("*.py"))
    skipped = {"site-packages", "lib2to3", "bad_coding.py", "encoded_modules"}
    skipped |= {"test_fstring.py"}  # nested quotes (PEP 701) are read as adjacent strings: docs/adr/0005
    sorted_paths = sorted(path for path in inside if skipped.isdisjoint(path.parts))
    return [str(folder / path) for path in sorted_paths[::6] if parse(folder / path) is not None]


def parse(path: Path) -> ast.Module | None:
    """Return the syntax tree of a file; None if it is invalid on purpose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return None


STDLIB_FILES = _files()
