"""Candidates in a text: at least every name that it imports."""

from __future__ import annotations

import ast
import random
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.parsing.import_candidates import find_candidates, is_from_import


def _names(text: str, module: str = "a.b", *, is_package: bool = False) -> dict[str, bool | None]:
    return find_candidates(text.encode(), module, is_package=is_package)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import a.old", {"a.old": False}),
        ("import a.old as o, a.new", {"a.old": False, "a.new": False}),
        ("import a . old . x", {"a.old.x": False}),
        ("import a.\\\n  old", {"a.old": False}),
        ("from a import old", {"a.old": True}),
        ("from a import new, old as o", {"a.new": True, "a.old": True}),
        ("from a import *", {"a.*": True}),
        ("from a import*", {"a.*": True}),
        ("from a . old import x", {"a.old.x": True}),
        ("from a.old import(x)", {"a.old.x": True}),
        ("from a import (\n  new,\n  old,\n)", {"a.new": True, "a.old": True}),
        ("from a import (  # noqa (x)\n  old,  # )\n new)", {"a.old": True, "a.new": True}),
        ("from a import (  # import this\n  old)", {"a.old": True, "this": False}),
        ("from a \\\n  import \\\n  old", {"a.old": True}),
        ("from a.\\\n  old import x", {"a.old.x": True}),
        ("from\ta\fimport\told", {"a.old": True}),
        ("from . import old", {"a.old": True}),
        ("from .old import x", {"a.old.x": True}),
        ("from . import(old)", {"a.old": True}),
        ("from.import old", {"a.old": True}),
        ("from . old import x", {"a.old.x": True}),
        ("from .. import old", {}),
        ("from ....... import old", {}),
        ("x = 1; from a import old; y", {"a.old": True}),
        ("import x; import y", {"x": False, "y": False}),
        ("if x: import a.old", {"a.old": False}),
        ('if x == "import": import y', {"y": False}),
        ("lazy import a.old", {"a.old": False}),
        ("lazy from a import old", {"a.old": True}),
        ("from importlib import x", {"importlib.x": True}),
        (
            "from a.import_x import from_y, import_z",
            {"a.import_x.from_y": True, "a.import_x.import_z": True},
        ),
        ("from a.from_old import old", {"a.from_old.old": True}),
        ("from a import b\rfrom a import c\r", {"a.b": True, "a.c": True}),
        ("from a import b\r\nimport c\r\n", {"a.b": True, "c": False}),
        ("reimport a; imports = 1; import_module('x')", {}),
        ("import x\nfrom x import y\nimport x.y", {"x": False, "x.y": None}),
        ("from a import älter, ﬁx", {"a.älter": True, "a.fix": True}),
        ("from ऩा.कि import ंग", {"ऩा.कि.ंग": True}),
    ],
)
def test_every_statement_is_found(text: str, found: dict[str, bool | None]) -> None:
    candidates = _names(text + "\n")

    assert {name: candidates.get(name, "absent") for name in found} == found
    if "#" not in text and '"' not in text:
        assert candidates == found


@pytest.mark.parametrize(
    ("module", "is_package", "text", "found"),
    [
        ("a", True, "from . import old", {"a.old"}),
        ("a", True, "from .old import x", {"a.old.x"}),
        ("a.b.c", False, "from .. import old", {"a.old"}),
        ("a.b.c", True, "from ... import old", {"a.old"}),
        ("a.b.c", False, "from ..old.x import y", {"a.old.x.y"}),
        ("a", False, "from . import old", set()),
    ],
)
def test_dots_are_counted_from_the_importer(
    module: str, is_package: bool, text: str, found: set[str]
) -> None:
    assert set(_names(text, module, is_package=is_package)) == found


def test_only_names_that_begin_as_asked_are_found() -> None:
    text = b"import os, a.x, b\nfrom b.c import d\nfrom .y import z\nfrom typing import Any\n"

    assert set(find_candidates(text, "a.m", is_package=False, top_level_names=["a"])) == {"a.x", "a.y.z"}


def test_a_name_imported_in_both_ways_is_told_apart_by_its_line() -> None:
    text = b"'''\nfrom a import b\n'''\nimport a.b\nif x: from a import \\\n    b\n"

    assert find_candidates(text, "m", is_package=False)["a.b"] is None
    assert not is_from_import(text, "a.b", 4, "m", is_package=False)
    assert is_from_import(text, "a.b", 5, "m", is_package=False)


_NAMES = st.sampled_from(["a", "b", "importer", "from_", "імпорт", "x1"])
_SPACE = st.sampled_from([" ", "\t", "  ", " \\\n ", "\f "])
_DOTTED = st.lists(_NAMES, min_size=1, max_size=3).map(".".join)
_ITEM = st.tuples(_NAMES, st.one_of(st.none(), _NAMES))


def _item(item: tuple[str, str | None]) -> str:
    return item[0] if item[1] is None else f"{item[0]} as {item[1]}"


@st.composite
def _statement(draw: st.DrawFn) -> str:
    space = draw(_SPACE)
    if draw(st.booleans()):
        return f"import{space}{draw(_DOTTED)}, {draw(_DOTTED)} as z"
    items = [_item(one) for one in draw(st.lists(_ITEM, min_size=1, max_size=4))]
    base = f"from{space}{draw(_DOTTED)}{draw(_SPACE)}import"
    if draw(st.booleans()):
        comment = draw(st.sampled_from(["", "  # import x", "  # )", "  # ("]))
        return f"{base}({comment}\n" + f",{comment}\n".join(items) + f"{comment}\n)"
    return f"{base}{space}" + f"{draw(_SPACE)},".join(items)


_FILLER = st.sampled_from(
    ["x = 'import ('", '"""\nfrom b import (\n"""', "# from a import (", "y = 1", "f('from a import b')"]
)
_LINE = st.one_of(_statement(), _FILLER)


@given(st.lists(_LINE, max_size=8), st.sampled_from(["\n", "; ", "\n\n"]))
def test_whatever_cpython_s_parser_finds_is_found(lines: list[str], joint: str) -> None:
    text = "if True: pass\n" + "\n".join(
        f"{one}{joint if '#' not in one else chr(10)}pass" for one in lines
    )

    assert _read(text) <= set(_names(text, "m"))


def _read(text: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_whatever_cpython_finds_in_its_own_library_is_found() -> None:
    files = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))
    files = [file for file in files if "site-packages" not in file.parts]
    sample = random.Random(1).sample(files, min(400, len(files)))
    read = 0
    for file in sample:
        text = file.read_bytes()
        try:
            expected = _read(text.decode())
        except (SyntaxError, UnicodeDecodeError, ValueError):
            continue
        read += len(expected)
        assert expected <= set(find_candidates(text, "m", is_package=False)), file
    assert read > 500, f"{sys.version}: the sample holds next to no imports"


@pytest.mark.parametrize(
    "unit",
    [
        "import (",
        "import (#",
        "import ",
        "import a ",
        "\nimport a ",
        "from ",
        "xfrom import ",
        "fromage.import ",
        "from import ",
        "from from_",
        "import \\\n",
        "import (#\n",
        "import a.",
        "import_x ",
    ],
)
def test_no_text_takes_long(unit: str) -> None:
    find_candidates((unit * (300_000 // len(unit))).encode(), "a.b", is_package=False)
