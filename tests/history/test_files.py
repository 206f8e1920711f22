"""Files that are renamed, linked, replaced: every line is what `archguard check` says of its commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.history.histories import BASE, EXECUTABLE, SUBMODULE, Entry, History
from tests.history.running import (
    column,
    coverage,
    edges,
    exact_lines,
)
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
USER = [("p.user", "p.old")]


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
    assert column(lines, "unknown") == [0, 0, 0, 0, 1]


def test_a_root_that_is_a_submodule(history: History) -> None:
    history.commit(BASE)
    history.commit({"p": Entry(SUBMODULE, "1" * 40)})
    history.commit(BASE, removed=["p"])

    before, submodule, after = exact_lines(history.root, unjudged=1)

    assert column([before, after], "violations") == [1, 1]
    assert column([before, after], "added") == [1, 0]
    assert submodule["contracts"] == {}


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
