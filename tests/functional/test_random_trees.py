"""Of random trees every contract sees what an independent reader sees: alone, and beside all others."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.bound_names import BoundNames
from archguard.graph.module_expressions import Deprecation
from archguard.graph.resolution import DeprecatedImportResolver
from tests.functional.drawn_trees import contracts, trees
from tests.functional.memory_trees import judge_texts
from tests.functional.reader import Reading, read
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping


def _read(files: Mapping[str, str]) -> Reading:
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            write_files(Path(folder), {path: text})
        return read(folder, {"p": "p"})


def _agree(files: dict[str, str], several: list[list[str]]) -> None:
    reading = _read(files)
    together = sorted({name for contract in several for name in contract})
    for contract in several:
        expected = reading.edges(contract).keys()

        assert judge_texts(files, contract).edges == expected
        assert judge_texts(files, contract, together).edges == expected


_draw = given(files=trees(), several=st.lists(contracts, min_size=1, max_size=4))


@_draw
def test_the_independent_reader_agrees(files: dict[str, str], several: list[list[str]]) -> None:
    _agree(files, several)


# Written, not drawn: which trees are drawn depends on what else the process has loaded.
@pytest.mark.parametrize(
    ("owner", "function", "shortcut", "written"),
    [
        # a name without a file is a ghost
        (BoundNames, "binds", lambda *_: False, {"p/old/__init__.py": "x = 1"}),
        # a package binds whatever is imported from it
        (BoundNames, "binds", lambda *_: True, {}),
        # a star asks for no submodule
        (
            BoundNames,
            "list_exports",
            lambda *_: (),
            {"p/old/__init__.py": "__all__ = ['x']", "p/old/x.py": ""},
        ),
        # of two expressions that a module matches, the first in the alphabet is named
        (Deprecation, "identify", lambda self, name: min(self.find_deprecated(name), default=None), {}),
        # no import of a ghost counts
        (DeprecatedImportResolver, "put", lambda *_: None, {}),
    ],
)
def test_a_wrong_shortcut_is_found(
    owner: type,
    function: str,
    shortcut: object,
    written: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {
        "p/__init__.py": "",
        "p/old/__init__.py": "",
        "p/old/y.py": "",
        "p/user.py": "from p.old import x\nfrom p.old import y",
        "p/star.py": "from p.old import *",
        **written,
    }
    several = [["p.old.x"], ["p.old.*"], ["p.old.**"], ["p.old", "p.old.y"]]
    _agree(files, several)
    monkeypatch.setattr(owner, function, shortcut)

    with pytest.raises(AssertionError):
        _agree(files, several)
