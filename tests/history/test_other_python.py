"""Stubs, notebooks, scripts: every line of a history is what `archguard check` says of its commit."""

from __future__ import annotations

import json

import pytest

from tests.history.histories import BASE, EXECUTABLE, Entry, History
from tests.history.running import column, coverage, edges, exact_lines

pytestmark = pytest.mark.slow
CODE = "import p.old\n"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": [CODE]}]})
FORBIDDEN = """\
[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
id = "old"
name = "Nothing fast"
type = "forbidden"
source_modules = ["p.user"]
forbidden_modules = ["p.fast"]
"""


def test_stubs_notebooks_and_scripts_come_and_go(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/other.pyi": CODE})
    history.commit({"p/other.pyi": "import p.user\n", "p/plot.ipynb": NOTEBOOK})
    history.commit({"p/run": "#!/usr/bin/python3\n" + CODE}, removed=["p/plot.ipynb"])
    history.commit({"p/run": Entry(EXECUTABLE, "#!/usr/bin/python3\n" + CODE)})
    history.commit({"p/run": Entry(EXECUTABLE, "#!/bin/sh\n")})
    history.commit({"p/run": Entry(EXECUTABLE, "#!/usr/bin/python3\n" + CODE)}, removed=["p/other.pyi"])
    history.commit(removed=["p/run"])

    lines = exact_lines(history.root)

    assert column(lines, "lower_bound") == [False, True, True, False, True, False, True, False]
    assert [unread for _, _, unread in coverage(lines)] == [0, 1, 2, 1, 2, 1, 1, 0]


def test_a_deprecated_module_that_becomes_cython_is_no_ghost(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/old.pyx": "", "p/old.pyi": ""}, removed=["p/old.py"])
    history.commit(removed=["p/old.pyx"])
    history.commit(removed=["p/old.pyi"])

    lines = exact_lines(history.root)

    assert [edges(line) for line in lines] == [[("p.user", "p.old")]] * 4
    assert [line["violations"][0]["ghost"] for line in lines] == [False, False, False, True]


def test_a_window_module_is_read(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/window.pyw": CODE})
    history.commit({"p/window.py": ""})

    assert column(exact_lines(history.root), "violations") == [1, 2, 1]


def test_a_module_becomes_compiled_for_a_contract_of_another_type(history: History) -> None:
    history.commit(BASE | {"p/user.py": "from p import fast\n", "p/fast.py": ""})
    history.commit({"p/fast.abi3.so": ""}, removed=["p/fast.py"])
    history.commit({"p/user.py": "from p.fast import run\n"})
    history.commit({"p/user.py": ""})

    lines = exact_lines(history.root, text=FORBIDDEN)

    assert column(lines, "violations") == [1, 1, 1, 0]
    assert column(lines, "lower_bound") == [False, True, True, True]
