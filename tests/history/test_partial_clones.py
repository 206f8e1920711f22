"""A clone without some contents: no line says an exact count, and nothing is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.history.histories import BASE, SUBMODULE, Entry, History
from tests.history.running import backfill, column, exact_lines, lines_of, refusal, warnings_of
from tests.sources.trees import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


def _clone(history: History, to: Path, what: str) -> Path:
    git(history.root, "config", "uploadpack.allowFilter", "true")
    url = f"file://{history.root}"
    git(to.parent, "clone", "--quiet", "--no-local", f"--filter={what}", "--branch=main", url, to.name)
    return to


def test_counts_of_a_blobless_clone_are_lower_bounds_and_that_is_said_once(
    history: History, tmp_path: Path
) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": "pass\n"})
    history.commit({"p/other.py": "# more\n"})
    clone = _clone(history, tmp_path / "clone", "blob:none")

    done = backfill(clone)

    lines = lines_of(done)
    assert column(lines, "violations") == [0, 0, 0]
    assert column(lines, "lower_bound") == [True, True, False]
    (sentence,) = warnings_of(done)
    assert sentence == (
        "archguard: 2 of 3 commits: the counts are only lower bounds, since what could not be read "
        "there may hold more violations. 2 of them held files whose text could not be read. "
        "`archguard check --rev COMMIT` lists the files; in a partial clone, fetch their contents "
        "with `git fetch --refetch --no-filter`."
    )
    assert exact_lines(clone) == lines_of(backfill(clone, "--violations"))

    git(clone, "fetch", "--quiet", "--refetch", "--no-filter")

    assert column(lines_of(backfill(clone)), "violations") == [1, 0, 0]


def test_a_clone_that_lacks_folders_is_refused_with_the_way_out(
    history: History, tmp_path: Path
) -> None:
    history.commit(BASE)
    history.commit({"p/user.py": "pass\n"})
    clone = _clone(history, tmp_path / "clone", "tree:0")

    assert refusal(backfill(clone)).endswith(
        "failed: this is a partial clone, which lacks folders of the history, not only contents of "
        "files; fetch them with `git fetch --refetch --no-filter`."
    )


def test_pointers_and_submodules_lower_the_counts_of_the_commits_that_hold_them(
    history: History,
) -> None:
    history.commit(BASE)
    history.commit({"p/model.py": LFS})
    history.commit({"p/model.py": "import p.old\n"})
    history.commit({"p/vendored": Entry(SUBMODULE, "1" * 40)})
    history.commit({"outside": Entry(SUBMODULE, "1" * 40)}, removed=["p/vendored"])
    history.commit({"p/link.py": "-> ../outside/x.py"})
    history.commit({"p/link.py": "-> nowhere.py"})

    lines = exact_lines(history.root)

    assert column(lines, "lower_bound") == [False, True, False, True, False, True, False]
    assert column(lines, "violations") == [1, 1, 2, 2, 2, 2, 2]


def test_where_every_text_is_known_nothing_is_to_be_fetched(history: History) -> None:
    history.commit(BASE)
    history.commit({"p/broken.py": "import (\n"})

    (sentence,) = warnings_of(backfill(history.root))
    assert sentence.startswith("archguard: 1 of 2 commits: the counts are only lower bounds")
    assert "git fetch" not in sentence
