from __future__ import annotations

import datetime
import json
from typing import Any

from archguard import __version__
from archguard.checking.report import ReferenceReport
from archguard.graph.model import ImportKind, UnreadFile
from archguard.reporters import Style, render
from tests.reporters.reports import make_contract, make_occurrence, make_report, make_violation


def test_the_whole_document() -> None:
    contract = make_contract(
        1, lower_bound=True, exposure=4, ignored=2, owner="@team", deadline=datetime.date(2026, 12, 31)
    )
    violation = make_violation(
        "app.views",
        "app.old",
        make_occurrence("app/views.py", 3),
        make_occurrence("app/views.py", 9, ImportKind.FUNCTION),
        ghost=True,
        replacement="app.new",
    )

    document = _document(
        make_report(
            violation,
            contracts=[contract],
            references=[ReferenceReport("one-engine", "app.old", "app/tasks.py", 7)],
            unread=[
                UnreadFile("app/bad.py", "a syntax error", 2, ("app.old",)),
                UnreadFile("app/big.py", "too large", None, ()),
                UnreadFile("app/sub", "a submodule", None, (), unknown=True),
            ],
            commit="c0ffee",
        )
    )

    assert document == {
        "format_version": 1,
        "tool": {"name": "archguard", "version": __version__},
        "commit": "c0ffee",
        "contracts": [
            {
                "id": "one-engine",
                "name": "One engine",
                "type": "deprecated",
                "kept": False,
                "violations": 1,
                "new": None,
                "allowed": 0,
                "passed": False,
                "lower_bound": True,
                "exposure": 4,
                "ignored": 2,
                "owner": "@team",
                "deadline": "2026-12-31",
                "stages": [],
                "warnings": [],
                "text": "",
                "guidance": "",
                "unknown": 0,
                "exceptions": [],
            }
        ],
        "violations": [
            {
                "contract": "one-engine",
                "importer": "app.views",
                "imported": "app.old",
                "ghost": True,
                "status": "open",
                "occurrences": [
                    {
                        "path": "app/views.py",
                        "line": 3,
                        "column": None,
                        "kind": "top-level",
                        "statement": "from app.old import Engine",
                        "names": [],
                    },
                    {
                        "path": "app/views.py",
                        "line": 9,
                        "column": None,
                        "kind": "function",
                        "statement": "from app.old import Engine",
                        "names": [],
                    },
                ],
                "replacement": "app.new",
                "actions": [
                    {
                        "kind": "replace",
                        "text": "Import app.new instead of app.old.",
                        "old": "app.old",
                        "new": "app.new",
                    }
                ],
            }
        ],
        "references": [
            {
                "contract": "one-engine",
                "module": "app.old",
                "path": "app/tasks.py",
                "line": 7,
                "kind": "literal",
                "text": "",
            }
        ],
        "coverage": {
            "files": 10,
            "analysed": 7,
            "unread": [
                {"path": "app/bad.py", "reason": "a syntax error", "line": 2, "names": ["app.old"]},
                {"path": "app/big.py", "reason": "too large", "names": []},
                {"path": "app/sub", "reason": "a submodule", "names": [], "unknown": True},
            ],
            "outside": {"files": 0, "names": []},
            "excluded": {"files": 0, "patterns": [], "naming": 0},
            "undecided": [],
        },
        "graph": {"modules": 9, "imports": 20},
        "today": None,
        "notices": [],
    }


def test_without_a_commit_the_commit_is_null() -> None:
    assert _document(make_report())["commit"] is None


def test_a_path_that_does_not_show_is_escaped_so_that_a_script_can_print_it() -> None:
    document = _document(make_report(make_violation("a", "b", make_occurrence("a\n\udce9.py"))))

    assert document["violations"][0]["occurrences"][0]["path"] == r"a\x0a\xe9.py"


def _document(given: Any) -> Any:
    return json.loads(render(given, "json", Style()))
