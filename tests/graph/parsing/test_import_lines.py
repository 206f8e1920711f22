"""Statements read from their first line: either as CPython's parser reads them, or not at all."""

from __future__ import annotations

import ast
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.parsing.decoding import decode_source
from archguard.graph.parsing.grimp_scanner import GrimpScanner, ModuleSource
from archguard.graph.parsing.import_lines import read_first_line, read_imported_names
from archguard.graph.parsing.lexer import split_lines
from tests.graph.stdlib import GROUPS, parsed_files


def _imported(text: str, module: str = "a.b", *, is_package: bool = False) -> list[str] | None:
    lines = split_lines(text)
    first = read_first_line(lines[0].strip())
    found = first and read_imported_names(
        first, lambda: ("\n".join(lines[1:]), 0), module, is_package=is_package
    )
    return None if found is None else [f"{name}{' from' * is_from}" for name, is_from in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import a.old", ["a.old"]),
        ("    import a.old  # why", ["a.old"]),
        ("import a.old as o, b", ["a.old", "b"]),
        ("from\ta\fimport\told", ["a.old from"]),
        ("from a import b, c as d", ["a.b from", "a.c from"]),
        ("from a import *", ["a.* from"]),
        ("from a import (b, c)  # why", ["a.b from", "a.c from"]),
        ("from a import(b)", ["a.b from"]),
        ("from a import (\n  b,  # it's )\n  c as d,\n)", ["a.b from", "a.c from"]),
        ("from a import (  # why\n  b)", ["a.b from"]),
        ("from . import b", ["a.b from"]),
        ("from .b.c import d", ["a.b.c.d from"]),
        ("from .. import b", []),
        ("from a import älter, ﬁx", ["a.älter from", "a.fix from"]),
    ],
)
def test_a_statement_with_lines_to_itself_is_read(text: str, found: list[str]) -> None:
    assert _imported(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "import a; import b",
        "if x: import a",
        "lazy import a",
        "import a . b",
        "import a. b",
        "import a .b",
        "import \\\n a",
        "import a, \\\n b",
        "from a import (b, \\\n c)",
        "from a import (b); import c",
        "from . a import b",
        "from .import b",
        'import a  # """; import b',
        "from a import (  # '''; import b",
        "import a)",
        "'import a'",
    ],
)
def test_any_other_is_left_to_somebody_else(text: str) -> None:
    assert _imported(text) is None


_STATEMENTS = [
    "import a",
    "import a.b as c, d",
    "from a import b",
    "from a.b import *",
    "from a import (b)",
    "from a import (\n b,  # )\n c,\n)",
    "from a import (b,\\\n c)",
    "import a . b",
    "import \\\n a",
    "from \\\n a import b",
]
_OTHERS = [
    "lambda: 1",
    "'import a'",
    "'''\nimport a\n'''",
    '"""\nimport a  # """',
    '"""\nfrom a import (  # """',
    "'''\nfrom a import b'''",
    "f'import a {x}'",
    "x = (\n1)",
]
_FAR = "far_away"
_PIECE = st.sampled_from(_STATEMENTS + _OTHERS)
_JOINT = st.sampled_from(["\n", "\n", "\r\n", ";", "; ", "  # it's\n", "  # import q\n", "\nif x: "])


@given(st.lists(st.tuples(_PIECE, _JOINT), max_size=8))
def test_the_scanner_finds_exactly_what_cpython_s_parser_does(parts: list[tuple[str, str]]) -> None:
    text = "".join(piece + joint for piece, joint in parts) + "pass\n"

    found, expected = _scan(text), _read(ast.parse(text))

    # Where a line imports a name in both ways, one of them may be missing.
    assert found <= expected, text
    assert {one[:2] for one in found} == {one[:2] for one in expected}, text


@pytest.mark.parametrize("group", GROUPS)
def test_the_scanner_finds_exactly_what_cpython_s_parser_does_in_its_own_library(group: int) -> None:
    for path, tree in parsed_files(group):
        assert _scan(decode_source(path.read_bytes()).text) == _read(tree), path


def _scan(text: str) -> set[tuple[str, int, bool]]:
    # Deep enough for every relative import, whose names are not compared.
    module = f"{_FAR}.a.b.c.d.e.m"
    found = GrimpScanner(None).scan(
        [ModuleSource(module, is_package=False, source=text, utf8=text.encode())]
    )
    return {
        (name, line, is_from)
        for name, line, _, is_from in found[module]
        if name.partition(".")[0] != _FAR
    }


def _read(tree: ast.Module) -> set[tuple[str, int, bool]]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.name, node.lineno, False) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {(f"{node.module}.{alias.name}", node.lineno, True) for alias in node.names}
    return found


@pytest.mark.parametrize(
    "text",
    ["import a" + " " * 300_000 + ";b", "from a import (\nb)\n" * 20_000, "import a" + ", a" * 5_000],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()

    _scan(text)

    assert time.process_time() - started < 5
