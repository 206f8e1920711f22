"""The code of a notebook, and of what only looks like one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.parsing.notebook import extract_code_cells


def _cell(kind: str, **others: Any) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, **others}


@pytest.mark.parametrize(
    "notebook",
    [
        {"cells": [_cell("code", source=["import a\n", "import b"]), _cell("code", source="import c")]},
        {
            "worksheets": [
                {"cells": [_cell("code", input=["import a\n", "import b"], outputs=["d"])]},
                {"cells": [_cell("markdown", source="e"), _cell("code", input="import c")]},
            ]
        },
    ],
    ids=["version 4", "version 3"],
)
def test_the_code_cells_and_nothing_else(notebook: dict[str, Any]) -> None:
    assert extract_code_cells(json.dumps(notebook).encode()) == "import a\nimport b\nimport c"


@pytest.mark.parametrize(
    "content",
    [
        b'{"cells": [{"source": ["import a\\n", "import b"',
        b'{"cells": [{"source": ["import a\\n", "import b"]}]}',
        b'["import a\\n", "import b"]',
    ],
)
def test_of_a_file_that_is_no_notebook_every_line_remains(content: bytes) -> None:
    lines = extract_code_cells(content).splitlines()

    assert "import a" in lines
    assert "import b" in lines


@given(st.binary() | st.recursive(st.none() | st.text(), st.lists).map(lambda x: json.dumps(x).encode()))
def test_no_file_makes_it_fail(content: bytes) -> None:
    extract_code_cells(content)


def test_neither_does_one_that_is_nested_too_deeply() -> None:
    assert "import a" in extract_code_cells(b'["import a",' + b"[" * 100_000)
