"""Repositories of any kind, complete or not: every line is what `archguard check` says of its commit."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.history.histories import BASE, History
from tests.history.running import (
    backfill,
    column,
    commits,
    coverage,
    exact_lines,
    lines_of,
    refusal,
    warnings_of,
)
from tests.sources.trees import git, modification_times, write_files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_a_shallow_clone_works_on_what_is_there_and_says_so(history: History, tmp_path: Path) -> None:
    history.commit(BASE)
    made = [history.commit({f"p/m{n}.py": "import p.old\n"}) for n in range(3)]
    git(tmp_path, "clone", "--quiet", "--depth", "2", history.root.as_uri(), "shallow")

    done = backfill(tmp_path / "shallow")

    (warning,) = warnings_of(done)
    assert warning.startswith("archguard: ")
    assert "shallow" in warning
    lines = exact_lines(tmp_path / "shallow")
    assert commits(lines) == made[1:]
    assert column(lines, "violations") == [3, 4]
    assert column(lines, "added") == [3, 1]
    # The control: the repository itself is not shallow.
    assert warnings_of(backfill(history.root)) == []


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

    before = modification_times(history.root)
    done = backfill(history.root, "--violations")

    assert modification_times(history.root) == before
    assert json.loads(done.stdout.splitlines()[-1])["violations"] == []
