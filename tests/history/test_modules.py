"""Modules and roots that come, go and move: every line is what `archguard check` says of its commit."""

from __future__ import annotations

import pytest

from tests.history.histories import BASE, History
from tests.history.running import (
    CONFIGURATION,
    backfill,
    column,
    compare_with_check,
    coverage,
    edges,
    exact_lines,
    lines_of,
)
from tests.sources.trees import git

pytestmark = pytest.mark.slow
USER = [("p.user", "p.old")]


def test_a_module_is_deleted_while_its_importers_stay_and_comes_back(history: History) -> None:
    history.commit(BASE | {"p/more.py": "from p.old import Thing\n"})
    history.commit(removed=["p/old.py"])
    history.commit({"p/user.py": ""})
    history.commit({"p/old.py": "", "p/user.py": "import p.old\n"})

    lines = exact_lines(history.root)

    assert column(lines, "violations") == [2, 2, 1, 2]
    assert [[one["ghost"] for one in line["violations"]] for line in lines] == [
        [False, False],
        [True, True],
        [True],
        [False, False],
    ]
    assert column(lines, "added") == [2, 0, 0, 1]
    assert column(lines, "fixed") == [0, 0, 1, 0]
    assert column(lines, "reintroduced") == [0, 0, 0, 1]


def test_a_package_is_deleted_while_the_importers_of_what_it_held_stay(history: History) -> None:
    history.commit(BASE | {"p/older/x/__init__.py": "", "p/older/x/deep.py": ""})
    history.commit({"p/two.py": "import p.older.x.deep\n"})
    history.commit(removed=["p/older"])
    history.commit({"p/three.py": ""})

    lines = exact_lines(history.root)

    assert column(lines, "violations") == [1, 2, 2, 2]
    assert column(lines, "added") == [1, 1, 0, 0]


def test_a_ghost_stays_when_the_one_above_it_goes(history: History) -> None:
    history.commit(BASE | {"p/one.py": "import p.older.x\n", "p/two.py": "import p.older.x.deep\n"})
    history.commit({"p/one.py": ""})
    history.commit({"p/one.py": "import p.older.x\n"})

    lines = exact_lines(history.root)

    assert column(lines, "violations") == [3, 2, 3]
    assert column(lines, "fixed") == [0, 1, 0]
    assert column(lines, "reintroduced") == [0, 0, 1]


def test_an_import_changes_its_meaning_while_its_file_does_not(history: History) -> None:
    history.commit(BASE | {"p/a.py": "from p.older import one, two\nfrom p.b import c\n"})
    history.commit({"p/older/__init__.py": "", "p/older/one.py": "from p import a\n"})
    history.commit({"p/b/__init__.py": "", "p/b/c.py": "from p.a import x\n"})
    history.commit({"p/b.py": "import p.a\n", "p/older/two/deep.py": ""}, removed=["p/b"])
    history.commit(removed=["p/older", "p/b.py"])

    lines = exact_lines(history.root)

    assert not all(column(lines, "kept", "no-cycles"))
    assert any(column(lines, "kept", "no-cycles"))


def test_a_star_whose_source_comes_later_decides_what_was_undecided(history: History) -> None:
    star = {"p/__init__.py": "from p.sub.core import *\n", "p/sub/__init__.py": ""}
    history.commit(BASE | star | {"p/user.py": "from p import gone\n"})
    history.commit({"p/sub/core.py": "gone = 1\n"})
    history.commit({"p/sub/core.py": "other = 1\n"})

    lines = exact_lines(history.root)

    assert column(lines, "lower_bound", "strings") == [True, False, False]
    assert column(lines, "violations", "strings") == [0, 0, 1]


def test_strings_that_name_a_module(history: History) -> None:
    history.commit(BASE | {"p/words.py": 'X = "p.gone.thing"\n'})
    history.commit({"p/gone/__init__.py": "", "p/gone/thing.py": ""})
    history.commit({"p/words.py": "", "p/text.py": 'X = "p.gone"\nimport p.gone.thing\n'})

    lines = exact_lines(history.root)

    assert column(lines, "violations", "strings") == [1, 1, 1]


def test_a_file_that_does_not_parse_for_a_while(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": "import p.old\n<<<<<<< HEAD\n", "p/bad.py": "print 'x'\n"})
    history.commit({"p/more.py": "import p.old\n"})
    history.commit({"p/user.py": "import p.old\n", "p/bad.py": b"\xff\n"})

    lines = exact_lines(history.root)

    assert coverage(lines) == [(4, 4, 0), (5, 3, 2), (6, 4, 2), (6, 5, 1)]
    assert column(lines, "violations") == [1, 0, 1, 2]
    assert column(lines, "lower_bound") == [False, True, True, False]
    assert column(lines, "lower_bound", "no-cycles") == [False, True, True, True]
    assert column(lines, "unknown") == [0, 1, 1, 0]
    assert column(lines, "added") == [1, 0, 1, 0]
    assert column(lines, "fixed") == [0, 0, 0, 0]
    assert column(lines, "reintroduced") == [0, 0, 0, 0]


def test_an_importer_that_is_deleted_or_cured_while_it_does_not_parse(history: History) -> None:
    broken = "import p.old\n<<<<<<< HEAD\n"
    history.commit(BASE | {"p/more.py": "import p.old\n"})
    history.commit({"p/user.py": broken, "p/more.py": broken})
    history.commit({"p/user.py": ""}, removed=["p/more.py"])

    lines = exact_lines(history.root)

    assert column(lines, "unknown") == [0, 2, 0]
    assert column(lines, "fixed") == [0, 0, 2]


def test_a_violation_that_a_module_which_does_not_parse_may_still_lead_to(history: History) -> None:
    text = """\
[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
id = "low"
name = "Low does not reach high"
type = "forbidden"
source_modules = ["p.low"]
forbidden_modules = ["p.high"]
"""
    files = {"p/low.py": "import p.helper\n", "p/helper.py": "import p.high\n", "p/high.py": ""}
    files["p/always.py"] = "<<<<<<< HEAD\n"  # it was never a part of the chain
    history.commit(BASE | files)
    history.commit({"p/low.py": "import p.helper\n<<<<<<< HEAD\n"})
    history.commit({"p/low.py": "import p.helper\n"})
    history.commit({"p/low.py": "import p.helper\n<<<<<<< HEAD\n"})
    history.commit({"p/low.py": ""})

    lines = exact_lines(history.root, text=text)

    assert column(lines, "violations", "low") == [1, 0, 1, 0, 0]
    assert column(lines, "unknown", "low") == [0, 1, 0, 1, 0]
    assert column(lines, "fixed", "low") == [0, 0, 0, 0, 1]
    assert column(lines, "reintroduced", "low") == [0, 0, 0, 0, 0]


def test_no_file_parses_for_a_while(history: History) -> None:
    history.commit({"p/user.py": "import p.old\n"})
    history.commit({"p/user.py": "import p.old\n<<<<<<< HEAD\n"})
    history.commit({"p/user.py": "import p.old\n"})

    lines = exact_lines(history.root, unjudged=1)

    assert coverage(lines) == [(1, 1, 0), (1, 0, 1), (1, 1, 0)]
    assert column(lines[::2], "violations") == [1, 1]
    assert column(lines[::2], "added") == [1, 0]


def test_a_root_that_does_not_exist_yet_and_is_deleted_in_the_end(history: History) -> None:
    history.commit({"README": ""})
    history.commit({"q/x.py": "import p.old\n"})
    history.commit(BASE)
    history.commit(removed=["p"])

    lines = exact_lines(history.root, unjudged=3)

    assert coverage(lines) == [(0, 0, 0), (0, 0, 0), (4, 4, 0), (0, 0, 0)]
    assert [line["contracts"].keys() for line in lines] == [
        set(),
        set(),
        {"old", "strings", "no-cycles"},
        set(),
    ]
    assert column(lines[2:3], "added") == [1]


@pytest.mark.parametrize("other_roots", [{}, {"tests/test_p.py": "import p.old\n"}])
def test_a_commit_whose_root_is_renamed_has_no_verdict(
    other_roots: dict[str, str], history: History
) -> None:
    roots = '["p", "tests"]' if other_roots else '["p"]'
    text = CONFIGURATION.replace('["p"]', roots, 1)
    history.commit(BASE | other_roots)
    history.commit({f"q{path[1:]}": content for path, content in BASE.items()}, removed=["p"])
    history.commit(BASE, removed=["q"])

    done = backfill(history.root, "--violations", text=text)

    before, renamed, after = lines_of(done)
    assert renamed["contracts"] == {}
    assert renamed["violations"] == []
    assert not compare_with_check(renamed, history.root, text)
    assert compare_with_check(after, history.root, text)
    assert before["violations"] == after["violations"]
    assert column([after], "added") == column([after], "reintroduced") == [0]
    assert "root package 'p' is gone at " in done.stderr


def test_a_root_of_several_portions_is_followed_file_by_file(history: History) -> None:
    text = CONFIGURATION.replace('["p"]', '["n"]', 1).replace("p.old", "n.old")
    text = text.replace('ancestors = ["p"]', 'ancestors = ["n"]')
    history.commit({"a/n/old.py": "", "a/n/x.py": "import n.old\n"})
    history.commit({"b/n/y.py": "from n import old\n"})
    history.commit({"b/n/__init__.py": "__path__ = extend_path(__path__, __name__)\n"})
    history.commit({"b/n/__init__.py": ""})
    history.commit({"b/n/old.py": "x = 1\n"}, removed=["a"])
    history.commit({"a/n/y.py": "import n.old\n"}, removed=["b/n/__init__.py"])
    history.commit({"a/n/y.py": "import n.x\n"}, removed=["b/n/y.py"])

    lines = exact_lines(history.root, text=text, unjudged=2)

    assert [[importer for importer, _ in edges(line)] for line in lines] == [
        ["n.x"],
        ["n.x", "n.y"],
        ["n.x", "n.y"],
        [],
        ["n.y"],
        [],
        [],
    ]
    judged = [bool(line["contracts"]) for line in lines]
    assert judged == [True, True, True, False, True, False, True]


def test_a_root_that_is_renamed_away_fixes_nothing_and_comes_back(history: History) -> None:
    text = CONFIGURATION.replace('["p"]\n\n', '["p", "q"]\n\n', 1)
    history.commit(BASE | {"q/user.py": "import p.old\n"})
    history.commit({f"r{path[1:]}": content for path, content in BASE.items()}, removed=["p"])
    history.commit(BASE, removed=["r"])

    lines = exact_lines(history.root, text=text, unjudged=1)

    assert [bool(line["contracts"]) for line in lines] == [True, False, True]
    assert column(lines[::2], "violations") == [2, 2]
    assert column(lines[::2], "added") == [2, 0]
    assert column(lines[::2], "fixed") == [0, 0]


def test_a_root_that_was_born_on_another_branch_is_not_gone_here(history: History) -> None:
    text = CONFIGURATION.replace('["p"]\n\n', '["p", "q"]\n\n', 1)
    first = history.commit(BASE)
    history.commit({"q/user.py": "import p.old\n"}, branch="side", parents=[first])
    main = history.commit({"p/more.py": "import p.old\n"})
    history.commit(
        {"q/user.py": "import p.old\n"}, parents=[main, git(history.root, "rev-parse", "side")]
    )

    lines = lines_of(backfill(history.root, "--no-first-parent", text=text))

    assert all(line["contracts"] for line in lines)
    assert column(lines, "fixed") == [0, 0, 0, 0]


def test_one_of_two_roots_does_not_exist_yet(history: History) -> None:
    text = CONFIGURATION.replace('["p"]\n\n', '["p", "tests"]\n\n', 1)
    history.commit(BASE)
    history.commit({"tests/test_old.py": "import p.old\n"})

    first, second = lines_of(backfill(history.root, "--violations", text=text))

    assert edges(first) == USER
    assert edges(second) == [*USER, ("tests.test_old", "p.old")]
    (alone,) = exact_lines(history.root, rev="main~1")
    assert first == alone
    assert compare_with_check(second, history.root, text)


def test_a_root_that_was_a_part_of_another_one_before_it_was_one_of_its_own(history: History) -> None:
    text = CONFIGURATION.replace('["p"]', '["p", "tests"]', 1)
    history.commit(BASE | {"p/tests/__init__.py": "", "p/tests/test_a.py": "import p.old\n"})
    history.commit({"p/tests/test_b.py": "from p import old\n"})
    history.commit({"tests/test_b.py": "from p import old\n"}, removed=["p/tests/test_b.py"])
    history.commit({"tests/test_a.py": "import p.old\n"}, removed=["p/tests"])
    history.commit(removed=["tests"])

    lines = lines_of(backfill(history.root, "--violations", text=text))

    assert all(compare_with_check(line, history.root, text) for line in lines[2:4])
    assert lines[4]["contracts"] == {}
    assert [[edge[0] for edge in edges(line)] for line in lines] == [
        ["p.tests.test_a", "p.user"],
        ["p.tests.test_a", "p.tests.test_b", "p.user"],
        ["p.tests.test_a", "p.user", "tests.test_b"],
        ["p.user", "tests.test_a", "tests.test_b"],
        [],  # a root is gone: no verdict
    ]


def test_a_root_that_moves_into_src_and_further(history: History) -> None:
    history.commit(BASE)
    for before, after in (("p", "src/p"), ("src/p", "python/lib/p")):
        files = {f"{after}{path[1:]}": content for path, content in BASE.items()}
        history.commit(files, removed=[before])

    lines = exact_lines(history.root)

    assert [edges(line) for line in lines] == [USER] * 3
    assert [line["violations"][0]["occurrences"][0]["path"] for line in lines] == [
        "p/user.py",
        "src/p/user.py",
        "python/lib/p/user.py",
    ]
    assert column(lines, "added") == [1, 0, 0]


def test_a_root_that_is_a_package_in_two_places_has_no_verdict_for_a_while(history: History) -> None:
    files = {f"src/{path}": content for path, content in BASE.items()}
    history.commit(files | {"p/data.txt": ""})
    history.commit({"p/__init__.py": "import p.old\n"})
    history.commit(removed=["p/__init__.py"])

    lines = exact_lines(history.root, unjudged=1)

    assert [edges(line) for line in lines] == [USER, [], USER]
    assert lines[1]["contracts"] == {}


def test_a_root_that_is_a_module_before_it_is_a_package(history: History) -> None:
    history.commit({"p.py": "import p.old\n"})
    history.commit(BASE, removed=["p.py"])

    lines = exact_lines(history.root)

    assert [edges(line) for line in lines] == [[("p", "p.old")], USER]


def test_a_contract_that_names_modules_which_do_not_exist_yet(history: History) -> None:
    text = """\
[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
id = "high-low"
name = "High over low"
type = "forbidden"
source_modules = ["p.low"]
forbidden_modules = ["p.high"]
"""
    history.commit(BASE)
    history.commit({"p/low.py": "import p.high\n"})
    history.commit({"p/high.py": ""})

    done = backfill(history.root, "--violations", text=text)

    # As with `check` there is no verdict where a module is missing; but it goes on, and says so.
    lines = lines_of(done)
    assert [line["contracts"].keys() for line in lines] == [set(), set(), {"high-low"}]
    (warning,) = done.stderr.splitlines()
    assert "high-low" in warning
    assert column(lines[2:], "violations", "high-low") == [1]
    assert column(lines[2:], "added", "high-low") == [1]
    assert compare_with_check(lines[2], history.root, text)


MISTYPED = """\
[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
id = "old"
name = "Nothing old"
type = "deprecated"
deprecated_modules = ["p.{module}"]
"""


@pytest.mark.parametrize(
    ("module", "warns"), [("odl", True), ("old", False), ("gone", False), ("ghost", False)]
)
def test_a_deprecated_module_that_never_existed_is_named_at_the_end(
    history: History, module: str, warns: bool
) -> None:
    history.commit(BASE | {"p/gone.py": ""})
    history.commit({"p/user.py": "import p.old\nimport p.ghost\n"}, removed=["p/gone.py"])

    done = backfill(history.root, text=MISTYPED.format(module=module))

    assert len(lines_of(done)) == 2
    assert ("old: deprecated module 'p.odl' does not exist" in done.stderr) is warns
    assert ("did you mean 'p.old'?" in done.stderr) is warns


def test_a_root_that_is_a_link_comes_and_goes_with_what_it_leads_to(history: History) -> None:
    history.commit({"p.py": "-> real.py", "q.py": ""})
    history.commit({"real.py": "import p.old\n"})
    history.commit({"real.py": "import os\n"})
    history.commit({"real.py": "import p.old\n"})
    history.commit({"p.py": "-> nowhere.py"})
    history.commit({"p.py": "-> real.py"})
    history.commit(removed=["real.py"])

    lines = exact_lines(history.root, unjudged=3)

    assert [files for files, _, _ in coverage(lines)] == [0, 1, 1, 1, 0, 1, 0]
    assert [bool(line["contracts"]) for line in lines] == [False, True, True, True, False, True, False]
    judged = [line for line in lines if line["contracts"]]
    assert column(judged, "violations") == [1, 0, 1, 1]
    assert column(judged, "reintroduced") == [0, 0, 1, 0]


def test_other_peoples_packages_come_and_go(history: History) -> None:
    text = CONFIGURATION.replace('["p"]\n', '["p"]\ninclude_external_packages = true\n', 1)
    text = text.replace('["p.gone"]', '["requests", "yaml.loader"]')
    history.commit(BASE | {"p/a.py": "import requests.sessions\nimport yaml\n"})
    history.commit({"p/b.py": "from requests import get\nfrom yaml import loader\n"})
    history.commit({"p/a.py": "", "p/requests.py": "import yaml.loader\n"})
    history.commit({"p/a.py": "import requests, yaml\n"}, removed=["p/b.py", "p/old.py"])

    lines = exact_lines(history.root, text=text)

    assert column(lines, "violations", "strings") == [1, 3, 3, 2]
