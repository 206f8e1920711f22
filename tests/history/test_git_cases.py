"""Whatever a git history holds: every line is what `archguard check` says of its commit."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.history.histories import BASE, EXECUTABLE, SUBMODULE, Entry, History
from tests.history.running import (
    CONFIGURATION,
    backfill,
    column,
    commits,
    coverage,
    edges,
    exact_lines,
    is_what_check_says,
    lines_of,
    refusal,
)
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
USER = [("p.user", "p.old")]


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A repository without commits."""
    return History(tmp_path / "repository")


# The shape of a history.


def test_a_root_commit_only(history: History) -> None:
    commit = history.commit(BASE)

    (line,) = exact_lines(history.root)

    assert {"commit", "committed_at", "contracts", "coverage", "violations"} <= line.keys()
    assert line["commit"] == commit
    assert line["committed_at"] == "2026-01-01T01:00:00Z"
    assert list(line["contracts"]) == ["old", "strings", "no-cycles"]
    assert line["contracts"]["old"] == {
        "kept": False,
        "violations": 1,
        "exposure": 2,
        "lower_bound": False,
        "added": 1,
        "fixed": 0,
        "reintroduced": 0,
    }
    assert line["coverage"] == {"files": 4, "analysed": 4, "unread": 0}


def test_violations_are_written_only_where_they_are_asked_for(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/more.py": "import p.old\n"})
    full = lines_of(backfill(history.root, "--violations"))

    done = backfill(history.root)

    assert done.stderr == ""
    lines = lines_of(done)
    assert all(line.keys() == {"commit", "committed_at", "contracts", "coverage"} for line in lines)
    assert lines == [{key: line[key] for key in lines[0]} for line in full]


def test_a_merge_is_one_change_of_its_first_parent(history: History) -> None:
    first = history.commit(BASE)
    side = [
        history.commit({"p/side.py": "import p.old\n"}, branch="side", parents=[first]),
        history.commit({"p/side.py": "", "p/late.py": "import p.old\n"}, branch="side"),
    ]
    main = history.commit({"p/main.py": "import p.old\n"})
    merge = history.commit({"p/side.py": "", "p/late.py": "import p.old\n"}, parents=[main, side[-1]])

    lines = exact_lines(history.root)

    assert commits(lines) == [first, main, merge]
    assert column(lines, "violations") == [1, 2, 3]
    assert column(lines, "added") == [1, 1, 1]
    assert column(lines, "fixed") == [0, 0, 0]


def test_without_first_parent_every_commit_of_the_side_branch_is_a_line(history: History) -> None:
    first = history.commit(BASE)
    side = [
        history.commit({"p/side.py": "import p.old\n"}, branch="side", parents=[first]),
        history.commit({"p/side.py": "", "p/late.py": "import p.old\n"}, branch="side"),
    ]
    main = history.commit({"p/main.py": "import p.old\n"})
    merge = history.commit({"p/side.py": "", "p/late.py": "import p.old\n"}, parents=[main, side[-1]])

    found = commits(exact_lines(history.root, "--no-first-parent"))

    assert sorted(found) == sorted([first, *side, main, merge])
    assert found[0] == first
    assert found[-1] == merge
    assert found.index(side[0]) < found.index(side[1])


def test_a_merge_that_takes_neither_side_as_it_is(history: History) -> None:
    first = history.commit(BASE)
    side = history.commit({"p/user.py": "import p.older.x\n"}, branch="side", parents=[first])
    main = history.commit({"p/user.py": "import os\n"})
    history.commit({"p/user.py": "import p.old\nimport p.older.x\n"}, parents=[main, side])

    lines = exact_lines(history.root)

    assert column(lines, "violations") == [1, 0, 2]
    assert column(lines, "reintroduced") == [0, 0, 1]
    both = column(exact_lines(history.root, "--no-first-parent"), "violations")
    assert (both[0], sorted(both[1:3]), both[3]) == (1, [0, 1], 2)


def test_an_octopus_merge(history: History) -> None:
    first = history.commit(BASE)
    sides = [
        history.commit({f"p/{name}.py": "import p.old\n"}, branch=name, parents=[first])
        for name in ("one", "two")
    ]
    history.commit({"p/one.py": "import p.old\n", "p/two.py": "import p.old\n"}, parents=[first, *sides])

    assert column(exact_lines(history.root), "violations") == [1, 3]
    assert len(exact_lines(history.root, "--no-first-parent")) == 4


def test_an_empty_commit_and_one_that_touches_no_python(history: History) -> None:
    made = [
        history.commit(BASE),
        history.commit(),
        history.commit({"README": "text\n", "p/data.txt": ""}),
        history.commit(),
    ]

    lines = exact_lines(history.root)

    assert commits(lines) == made
    assert column(lines, "violations") == [1, 1, 1, 1]
    assert column(lines, "added") == [1, 0, 0, 0]
    assert column(lines, "fixed") == [0, 0, 0, 0]


def test_a_commit_that_is_reverted(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": ""})
    history.commit({"p/user.py": BASE["p/user.py"]})

    lines = exact_lines(history.root)

    assert column(lines, "fixed") == [0, 1, 0]
    assert column(lines, "reintroduced") == [0, 0, 1]
    assert lines[0]["violations"] == lines[2]["violations"]


def test_an_orphan_branch_is_a_history_of_its_own(history: History) -> None:
    history.commit(BASE)
    orphan = [
        history.commit({"p/__init__.py": "", "p/x.py": "import p.old\n"}, branch="new"),
        history.commit({"p/x.py": ""}, branch="new"),
    ]

    lines = exact_lines(history.root, rev="new")

    assert commits(lines) == orphan
    assert column(lines, "violations") == [1, 0]


def test_a_history_with_two_roots(history: History) -> None:
    main = history.commit(BASE)
    other = history.commit({"q/x.py": "", "p/__init__.py": "import p.old\n"}, branch="other")
    merge = history.commit({"q/x.py": "", "p/__init__.py": "import p.old\n"}, parents=[main, other])

    assert commits(exact_lines(history.root)) == [main, merge]
    both = commits(exact_lines(history.root, "--no-first-parent"))
    assert sorted(both[:2]) == sorted([main, other])
    assert both[2:] == [merge]


def test_dates_out_of_order_change_no_order(history: History) -> None:
    made = [
        history.commit(BASE, at="2026-03-01T00:00:00Z"),
        history.commit({"p/a.py": "import p.old\n"}, at="2026-01-01T00:00:00Z"),
        history.commit({"p/b.py": "import p.old\n"}, at="2026-02-01T23:30:00-05:00"),
        history.commit({"p/c.py": "import p.old\n"}, at="2025-12-31T12:00:00+05:30"),
    ]

    lines = exact_lines(history.root)

    assert commits(lines) == made
    assert commits(exact_lines(history.root, "--no-first-parent")) == made
    assert column(lines, "violations") == [1, 2, 3, 4]
    assert [line["committed_at"] for line in lines] == [
        "2026-03-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        "2026-02-02T04:30:00Z",
        "2025-12-31T06:30:00Z",
    ]


# Names, modes and kinds of entries.


def test_a_file_that_is_renamed(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/client.py": BASE["p/user.py"]}, removed=["p/user.py"])

    lines = exact_lines(history.root)

    assert [edges(line) for line in lines] == [USER, [("p.client", "p.old")]]
    assert column(lines, "added") == [1, 1]
    assert column(lines, "fixed") == [0, 1]


def test_a_renamed_file_whose_relative_imports_mean_something_else(history: History) -> None:
    relative = "from . import old\nfrom .older import x\n"
    history.commit(BASE | {"p/rel.py": relative, "p/sub/__init__.py": "", "p/older/x.py": ""})
    history.commit({"p/sub/rel.py": relative}, removed=["p/rel.py"])
    history.commit({"p/sub/rel/__init__.py": relative}, removed=["p/sub/rel.py"])
    history.commit({"p/__init__.py": relative})

    lines = exact_lines(history.root)

    assert column(lines, "violations") == [3, 1, 1, 3]


def test_a_folder_that_is_renamed(history: History) -> None:
    inside = {"__init__.py": "", "one.py": "import p.old\n", "two.py": "from .. import old\n"}
    history.commit(BASE | {f"p/a/{name}": content for name, content in inside.items()})
    history.commit({f"p/b/{name}": content for name, content in inside.items()}, removed=["p/a"])

    lines = exact_lines(history.root)

    assert edges(lines[1]) == [("p.b.one", "p.old"), ("p.b.two", "p.old"), *USER]
    assert column(lines, "fixed") == [0, 2]


def test_a_change_of_the_mode_alone(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": Entry(EXECUTABLE, "import p.old\n")})
    history.commit({"p/user.py": "import p.old\n"})

    lines = exact_lines(history.root)

    assert [edges(line) for line in lines] == [USER] * 3
    assert column(lines, "added") == [1, 0, 0]
    assert column(lines, "fixed") == [0, 0, 0]


def test_a_submodule_comes_moves_and_becomes_a_folder(history: History, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_files(other, {"x.py": "import p.old\n"})
    inside = commit_all(other)
    history.commit(BASE)
    history.commit({"p/sub": Entry(SUBMODULE, inside)})
    history.commit({"p/sub": Entry(SUBMODULE, "1" * 40), "outside": Entry(SUBMODULE, inside)})
    history.commit({"p/sub/x.py": "import p.old\n"}, removed=["p/sub"])
    history.commit({"p/user.py": Entry(SUBMODULE, inside)})

    lines = exact_lines(history.root)

    assert coverage(lines) == [(4, 4, 0), (5, 4, 1), (5, 4, 1), (5, 5, 0), (5, 4, 1)]
    assert column(lines, "violations") == [1, 1, 1, 2, 1]


def test_a_root_that_is_a_submodule(history: History) -> None:
    history.commit(BASE)
    history.commit({"p": Entry(SUBMODULE, "1" * 40)})
    history.commit(BASE, removed=["p"])

    lines = exact_lines(history.root, unjudged=1)

    assert column(lines, "violations") == [1, 0, 1]


def test_a_link_to_a_file_inside_is_that_file_at_every_commit(history: History) -> None:
    history.commit(BASE | {"p/target.py": "import p.old\n", "p/link.py": "-> target.py"})
    history.commit({"p/target.py": "import p.older.x\n"})
    history.commit({"p/link.py": "-> user.py"})
    history.commit(
        {"p/target.py": "", "extra/far.py": "import p.old\n", "p/link.py": "-> ../extra/far.py"}
    )
    history.commit({"extra/far.py": ""})
    history.commit(removed=["extra/far.py"])

    lines = exact_lines(history.root)

    assert [dict(edges(line)).get("p.link") for line in lines] == [
        "p.old",
        "p.older.x",
        "p.old",
        "p.old",
        None,
        None,
    ]
    assert coverage(lines)[-2:] == [(6, 6, 0), (6, 5, 1)]


def test_a_link_through_a_link_to_a_folder(history: History) -> None:
    history.commit(BASE | {"one/x.py": "import p.old\n", "two/x.py": "", "way": "-> one"})
    history.commit({"p/link.py": "-> ../way/x.py"})
    history.commit({"way": "-> two"})
    history.commit(removed=["way"])

    lines = exact_lines(history.root)

    assert column(lines, "violations") == [1, 2, 1, 1]
    assert coverage(lines)[-1] == (5, 4, 1)


def test_links_to_folders_and_out_of_the_tree(history: History, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("import p.old\n", encoding="utf-8")
    history.commit(BASE | {"p/out.py": "-> ../../secret.py", "p/sub/x.py": ""})
    history.commit({"p/loop": "-> .", "p/inside": "-> sub", "p/passwd.py": "-> /etc/passwd"})
    history.commit({"p/out.py": "-> nowhere.py"})
    history.commit(removed=["p/sub/x.py"])
    history.commit({"p/loop/x.py": "import p.old\n"}, removed=["p/loop", "p/passwd.py"])

    lines = exact_lines(history.root)

    assert coverage(lines)[:3] == [(6, 5, 1), (9, 5, 4), (9, 5, 4)]
    assert column(lines, "violations") == [1, 1, 1, 1, 2]


def test_a_file_that_becomes_a_link_and_back(history: History) -> None:
    history.commit(BASE | {"p/clean.py": ""})
    history.commit({"p/user.py": "-> clean.py"})
    history.commit({"p/user.py": "import p.old\n"})

    assert column(exact_lines(history.root), "violations") == [1, 0, 1]


def test_a_module_that_becomes_a_package(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user/__init__.py": "import p.old\n"}, removed=["p/user.py"])
    history.commit({"p/user/__init__.py": "", "p/user/part.py": "import p.old\n"})
    history.commit({"p/user.py": "from . import old\n"}, removed=["p/user"])

    lines = exact_lines(history.root)

    assert [edges(line) for line in lines] == [USER, USER, [("p.user.part", "p.old")], USER]
    assert column(lines, "reintroduced") == [0, 0, 0, 1]


def test_a_file_that_becomes_a_folder_of_the_same_name(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user.py/x.py": "import p.old\n"}, removed=["p/user.py"])
    history.commit({"p/user.py": "import p.old\n"}, removed=["p/user.py"])

    lines = exact_lines(history.root)

    assert coverage(lines) == [(4, 4, 0), (4, 3, 1), (4, 4, 0)]
    assert column(lines, "violations") == [1, 0, 1]


def test_a_module_that_a_package_hides_for_a_while(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user/__init__.py": "import os\n"})
    history.commit(removed=["p/user/__init__.py"])

    lines = exact_lines(history.root)

    assert coverage(lines) == [(4, 4, 0), (5, 4, 1), (4, 4, 0)]
    assert column(lines, "violations") == [1, 0, 1]


def test_names_that_are_not_utf_8_and_names_with_control_characters(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/\udcff\udcfe.py": "import p.old\n", "p/ü.py": "import p.old\n"})
    history.commit(
        {"p/\udcff\udcfe.py": "import os\n", "p/new\nline.py": "", "p/\udce9/x.py": "import p.old\n"}
    )
    history.commit({'p/tab\t"quote.py': ""}, removed=["p/ü.py", "p/\udcff\udcfe.py"])

    lines = exact_lines(history.root)

    assert coverage(lines) == [(4, 4, 0), (6, 5, 1), (8, 5, 3), (7, 4, 3)]
    assert column(lines, "violations") == [1, 2, 2, 1]


# What imports mean depends on the other files.


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


def test_strings_that_name_a_module(history: History) -> None:
    history.commit(BASE | {"p/words.py": 'X = "p.gone.thing"\n'})
    history.commit({"p/gone/__init__.py": "", "p/gone/thing.py": ""})
    history.commit({"p/words.py": "", "p/text.py": 'X = "p.gone"\nimport p.gone.thing\n'})

    lines = exact_lines(history.root)

    assert column(lines, "violations", "strings") == [1, 1, 2]


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


def test_no_file_parses_for_a_while(history: History) -> None:
    history.commit({"p/user.py": "import p.old\n"})
    history.commit({"p/user.py": "import p.old\n<<<<<<< HEAD\n"})
    history.commit({"p/user.py": "import p.old\n"})

    lines = exact_lines(history.root, unjudged=1)

    assert coverage(lines) == [(1, 1, 0), (1, 0, 1), (1, 1, 0)]
    assert column(lines, "lower_bound") == [False, True, False]


# Roots.


def test_a_root_that_does_not_exist_yet_and_is_deleted_in_the_end(history: History) -> None:
    history.commit({"README": ""})
    history.commit({"q/x.py": "import p.old\n"})
    history.commit(BASE)
    history.commit(removed=["p"])

    lines = exact_lines(history.root, unjudged=3)

    assert coverage(lines) == [(0, 0, 0), (0, 0, 0), (4, 4, 0), (0, 0, 0)]
    assert column(lines, "added") == [0, 0, 1, 0]
    assert column(lines, "fixed") == [0, 0, 0, 1]
    assert column(lines, "kept") == [True, True, False, True]
    assert column(lines, "violations", "strings") == [0, 0, 0, 0]


def test_one_of_two_roots_does_not_exist_yet(history: History) -> None:
    text = CONFIGURATION.replace('["p"]\n\n', '["p", "tests"]\n\n', 1)
    history.commit(BASE)
    history.commit({"tests/test_old.py": "import p.old\n"})

    first, second = lines_of(backfill(history.root, "--violations", text=text))

    assert edges(first) == USER
    assert edges(second) == [*USER, ("tests.test_old", "p.old")]
    (alone,) = exact_lines(history.root, rev="main~1")
    assert first == alone
    assert is_what_check_says(second, history.root, text)


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


def test_a_root_that_a_folder_without_python_shadows_no_more(history: History) -> None:
    files = {f"src/{path}": content for path, content in BASE.items()}
    history.commit(files | {"p/data.txt": ""})
    history.commit({"p/__init__.py": "import p.old\n"})
    history.commit(removed=["p/__init__.py"])

    lines = exact_lines(history.root)

    assert [edges(line) for line in lines] == [USER, [("p", "p.old")], USER]


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
    assert is_what_check_says(lines[2], history.root, text)


# Repositories.


def test_a_shallow_clone_works_on_what_is_there_and_says_so(history: History, tmp_path: Path) -> None:
    history.commit(BASE)
    made = [history.commit({f"p/m{n}.py": "import p.old\n"}) for n in range(3)]
    git(tmp_path, "clone", "--quiet", "--depth", "2", history.root.as_uri(), "shallow")

    done = backfill(tmp_path / "shallow")

    (warning,) = done.stderr.splitlines()
    assert warning.startswith("archguard: ")
    assert "shallow" in warning
    lines = exact_lines(tmp_path / "shallow")
    assert commits(lines) == made[1:]
    assert column(lines, "violations") == [3, 4]
    assert column(lines, "added") == [3, 1]
    # The control: the repository itself is not shallow.
    assert backfill(history.root).stderr == ""


def test_contents_that_a_partial_clone_has_not_are_listed_as_unread(
    history: History, tmp_path: Path
) -> None:
    made = [
        history.commit(BASE | {"p/lost.py": "import p.old  # once\n"}),
        history.commit({"p/lost.py": "import p.old  # again\n"}),
        history.commit({"p/lost.py": "import p.old  # and again\n"}),
    ]
    git(history.root, "config", "uploadpack.allowFilter", "true")
    git(history.root, "symbolic-ref", "HEAD", "refs/heads/main")
    url = history.root.as_uri()
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", url, "partial")
    shutil.rmtree(history.root)

    lines = exact_lines(tmp_path / "partial")

    assert commits(lines) == made
    assert coverage(lines) == [(5, 4, 1), (5, 4, 1), (5, 5, 0)]
    assert column(lines, "violations") == [1, 1, 2]


def test_a_mirror_without_any_contents(history: History, tmp_path: Path) -> None:
    history.commit(BASE)
    history.commit(removed=["p/old.py"])
    git(history.root, "config", "uploadpack.allowFilter", "true")
    url = history.root.as_uri()
    git(tmp_path, "clone", "--quiet", "--bare", "--filter=blob:none", url, "mirror.git")
    shutil.rmtree(history.root)

    lines = exact_lines(tmp_path / "mirror.git", unjudged=2)

    assert coverage(lines) == [(4, 0, 4), (3, 0, 3)]


def test_a_lost_object_is_unread_at_every_commit_that_holds_it(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": "import p.old  # lost\n", "p/copy.py": "import p.old  # lost\n"})
    history.commit({"p/more.py": "import p.old\n"})
    history.commit({"p/user.py": "import p.old\n"})
    lost = git(history.root, "rev-parse", "main~1:p/user.py")
    (history.root / ".git" / "objects" / lost[:2] / lost[2:]).unlink()

    lines = exact_lines(history.root)

    assert coverage(lines) == [(4, 4, 0), (5, 3, 2), (6, 4, 2), (6, 5, 1)]


def test_a_lost_tree_is_one_sentence(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": ""})
    lost = git(history.root, "rev-parse", "main~1^{tree}")
    (history.root / ".git" / "objects" / lost[:2] / lost[2:]).unlink()

    done = backfill(history.root)

    assert done.returncode == 2
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("archguard: ")


def test_a_repository_of_sha256_objects(tmp_path: Path) -> None:
    history = History(tmp_path / "repository", "--object-format=sha256")
    made = [
        history.commit(BASE),
        history.commit({"p/user.py": ""}),
        history.commit(removed=["p/old.py"]),
    ]

    lines = exact_lines(history.root)

    assert all(len(commit) == 64 for commit in made)
    assert commits(lines) == made
    assert column(lines, "violations") == [1, 0, 0]


def test_a_bare_repository(tmp_path: Path) -> None:
    history = History(tmp_path / "bare.git", "--bare")
    made = [history.commit(BASE), history.commit({"p/more.py": "import p.old\n"})]

    lines = exact_lines(history.root)

    assert commits(lines) == made
    assert column(lines, "violations") == [1, 2]


def test_a_packed_repository_with_a_commit_graph(history: History) -> None:
    made = [history.commit(BASE), history.commit({"p/more.py": "import p.old\n"}), history.commit()]
    git(history.root, "gc", "--quiet")
    git(history.root, "commit-graph", "write", "--reachable", "--changed-paths")

    assert commits(exact_lines(history.root)) == made


def test_a_linked_work_tree(history: History, tmp_path: Path) -> None:
    first = history.commit(BASE)
    side = history.commit({"p/side.py": "import p.old\n"}, branch="side", parents=[first])
    git(history.root, "worktree", "add", "--quiet", str(tmp_path / "linked"), "side")

    assert commits(exact_lines(tmp_path / "linked", rev="HEAD")) == [first, side]


def test_a_folder_of_a_repository_is_the_top(history: History) -> None:
    history.commit({f"backend/{path}": content for path, content in BASE.items()})
    history.commit({"p/__init__.py": "import p.old\n", "backend/p/more.py": "import p.old\n"})
    (history.root / "backend").mkdir()

    done = backfill(history.root / "backend", "--violations")
    folder = [line["violations"] for line in lines_of(done)]

    assert [[one["occurrences"][0]["path"] for one in line] for line in folder] == [
        ["p/user.py"],
        ["p/more.py", "p/user.py"],
    ]
    exact_lines(history.root / "backend")


def test_a_tag_and_an_older_commit_name_where_a_history_ends(history: History) -> None:
    made = [history.commit(BASE), history.commit({"p/user.py": ""}), history.commit()]
    git(history.root, "tag", "-a", "v1", "-m", "an annotated tag", made[1])

    for rev in ("v1", "main~1", made[1], made[1][:12]):
        assert commits(lines_of(backfill(history.root, rev=rev))) == made[:2]


def test_objects_that_replace_others_are_not_looked_at(history: History) -> None:
    made = [history.commit(BASE), history.commit({"p/user.py": ""}), history.commit()]
    plain = backfill(history.root).stdout
    blobs = [git(history.root, "rev-parse", f"{commit}:p/user.py") for commit in (made[0], made[2])]
    git(history.root, "replace", made[1], made[0])
    git(history.root, "replace", *blobs)

    assert backfill(history.root).stdout == plain


def test_an_unborn_branch_has_no_history(history: History) -> None:
    assert "no such commit" in refusal(backfill(history.root, rev="HEAD"))


def test_the_work_tree_and_the_repository_are_left_as_they_are(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": ""})
    git(history.root, "reset", "--quiet", "--hard")
    write_files(history.root, {"p/user.py": "import p.older.x\n", "untracked.py": ""})

    def everything() -> list[tuple[str, int]]:
        return sorted((str(path), path.lstat().st_mtime_ns) for path in history.root.rglob("*"))

    before = everything()
    done = backfill(history.root, "--violations")

    assert everything() == before
    assert json.loads(done.stdout.splitlines()[-1])["violations"] == []
