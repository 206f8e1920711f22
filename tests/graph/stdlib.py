"""A sample of the standard library's files, with the syntax trees that CPython makes of them."""

from __future__ import annotations

import ast
import functools
import sysconfig
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUPS = range(8)
"""Numbers for `parsed_files`: a test each, so that no test takes long."""


def parsed_files(group: int) -> Iterator[tuple[Path, ast.Module]]:
    """Yield the files of a group that are valid Python, each with its syntax tree.

    Nothing is listed or parsed before the first test asks.
    """
    for path in _sample()[group :: len(GROUPS)]:
        if (tree := _parse(path)) is not None:
            yield path, tree


@functools.cache
def _sample() -> list[Path]:
    """Return every sixth file, some hundred in all."""
    folder = Path(sysconfig.get_path("stdlib"))
    skipped = {"site-packages", "lib2to3", "bad_coding.py", "encoded_modules"}
    inside = (path.relative_to(folder) for path in folder.rglob("*.py"))
    paths = sorted(path for path in inside if skipped.isdisjoint(path.parts))
    return [folder / path for path in paths[::6]]


def _parse(path: Path) -> ast.Module | None:
    """Return a file's syntax tree, or None if it has none on purpose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return None
