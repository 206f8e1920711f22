"""The code of a Jupyter notebook, to be searched for names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archguard.graph.parsing.decoding import decode_leniently

if TYPE_CHECKING:
    from collections.abc import Iterator


def extract_code_cells(content: bytes) -> str:
    """Return the text of a notebook's code cells; never fails.

    What its other cells say and what its code has printed is left out. Of a file that is no notebook in
    the format of https://nbformat.readthedocs.io the whole text is returned.
    """
    text = decode_leniently(content)
    try:
        return "\n".join(_iterate_code_cells(json.loads(text)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return text.replace("\\n", "\n").replace('"', "\n")


def _iterate_code_cells(notebook: Any) -> Iterator[str]:
    # Up to version 3 of the format a notebook has worksheets, and a cell `input` instead of `source`.
    sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
    for sheet in sheets:
        for cell in sheet["cells"]:
            if cell["cell_type"] == "code":
                source = cell["source"] if "source" in cell else cell["input"]
                yield source if isinstance(source, str) else "".join(source)
