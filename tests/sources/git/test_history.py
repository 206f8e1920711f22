"""The changes of each commit, compared with git's list of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError
from archguard.sources.git.history import History as Past
from archguard.sources.git.tree import MISSING
from archguard.sources.source import Unreadable
from tests.history.histories import EXECUTABLE, SUBMODULE, Entry
from tests.sources.trees import git

if TYPE_CHECKING:
    from tests.history.histories import History

    Files = dict[str, tuple[str, str]]


def _past(history: History, folder: str = "", rev: str = "main") -> Past:
    return Past(str(history.root / folder), rev)


def _ids(past: Past, *, first_parent: bool = True) -> list[str]:
    return [commit.id for commit in past.list_commits(first_parent=first_parent)]


def _listed(history: History, commit: str, folder: str = "") -> Files:
    """Return path -> (mode, object id), as git lists a commit."""
    tree = f"{commit}:{folder}"
    files = {}
    for line in git(history.root, "-c", "core.quotePath=false", "ls-tree", "-r", tree).splitlines():
        about, _, path = line.partition("\t")
        mode, _, blob = about.split(" ")
        files[path] = (mode, blob)
    return files


def _followed(past: Past, commits: list[str]) -> list[Files]:
    """Return the same for each commit, by applying its changes to the files before it."""
    files: Files = {}
    followed = []
    for changes in past.iter_changes(commits):
        for path, file in changes:
            if file is None:
                del files[path]
            else:
                assert files.get(path) != file  # else it is no change
                files[path] = file
        followed.append(dict(files))
    return followed


@pytest.fixture
def varied(history: History) -> list[str]:
    """A history with every kind of change of a path."""
    return [
        history.commit({"a.py": "1\n", "d/b.py": "1\n", "d/c.py": "1\n"}),
        history.commit({"d/c.py": Entry(EXECUTABLE, "1\n"), "link.py": "-> a.py"}),
        history.commit(),
        history.commit({"d": "a file\n", "sub": Entry(SUBMODULE, "1" * 40)}, removed=["d"]),
        history.commit({"d/b.py": "2\n", "sub/x.py": "", "é.py": ""}, removed=["d", "sub", "link.py"]),
        history.commit(removed=["a.py", "d", "sub", "é.py"]),
    ]


def test_changes_lead_from_each_commit_to_the_next(history: History, varied: list[str]) -> None:
    assert _followed(_past(history), varied) == [_listed(history, commit) for commit in varied]


def test_any_two_commits_are_compared_related_or_not(history: History, varied: list[str]) -> None:
    orphan = history.commit({"a.py": "9\n"}, branch="orphan")
    order = [varied[3], varied[0], orphan, varied[4], varied[1]]

    assert _followed(_past(history), order) == [_listed(history, commit) for commit in order]


def test_below_a_folder_only_what_is_in_it_is_told(history: History) -> None:
    made = [
        history.commit({"in/a.py": "", "inside.py": "", "b.py": ""}),
        history.commit({"in/a.py": "1\n", "inside.py": "1\n", "in/in/a.py": ""}),
        history.commit({"b.py": "1\n"}),
    ]
    (history.root / "in").mkdir()

    followed = _followed(_past(history, "in"), made)

    assert followed == [_listed(history, commit, "in") for commit in made]
    assert [set(files) for files in followed] == [{"a.py"}, {"a.py", "in/a.py"}, {"a.py", "in/a.py"}]


def test_no_commits_have_no_changes(history: History, varied: list[str]) -> None:
    assert list(_past(history).iter_changes([])) == []


def test_commits_come_after_their_parents_whatever_their_dates_say(history: History) -> None:
    first = history.commit({"a.py": ""}, at="2026-03-01T00:00:00Z")
    side = history.commit({"b.py": ""}, branch="side", parents=[first], at="2026-01-01T00:00:00Z")
    main = history.commit({"c.py": ""}, at="2025-01-01T00:00:00Z")
    merge = history.commit({"b.py": ""}, parents=[main, side], at="2024-01-01T00:00:00Z")

    assert _ids(_past(history)) == [first, main, merge]
    every = _ids(_past(history), first_parent=False)
    assert sorted(every) == sorted([first, side, main, merge])
    assert (every[0], every[-1]) == (first, merge)


def test_a_merge_has_all_its_parents_unless_first_parents_are_followed(history: History) -> None:
    first = history.commit({"a.py": ""})
    side = history.commit({"b.py": ""}, branch="side", parents=[first])
    main = history.commit({"c.py": ""})
    merge = history.commit({"b.py": ""}, parents=[main, side])

    def parents(*, first_parent: bool) -> dict[str, tuple[str, ...]]:
        return {one.id: one.parents for one in _past(history).list_commits(first_parent=first_parent)}

    assert parents(first_parent=True) == {first: (), main: (first,), merge: (main,)}
    assert parents(first_parent=False) == {
        first: (),
        side: (first,),
        main: (first,),
        merge: (main, side),
    }


def test_a_commit_s_time_is_the_committer_s_in_seconds(history: History) -> None:
    history.commit({"a.py": ""}, at="1970-01-02T00:00:01+01:00")

    (commit,) = _past(history).list_commits(first_parent=True)

    assert commit.committed_at == 23 * 3600 + 1


def test_objects_are_read_by_their_ids(history: History) -> None:
    history.commit({"a.py": "one\n", "b.py": "three\n"})
    one, three = (git(history.root, "rev-parse", f"main:{name}.py") for name in "ab")
    objects = _past(history).objects

    contents = list(objects.read([three, "0" * 40, one, three], limit=5))

    assert contents[1:3] == [Unreadable(MISSING), b"one\n"]
    assert isinstance(contents[0], Unreadable)
    assert contents[0] == contents[3] != contents[1]
    assert list(objects.fingerprints([one])) == [objects.fingerprint(one, b"one\n")]


def test_a_folder_without_a_repository_or_a_commit_is_one_sentence(history: History) -> None:
    with pytest.raises(SourceError, match=r"^--repo .*/nowhere"):
        _past(history, "nowhere")
    with pytest.raises(SourceError, match="no such commit"):
        _past(history, rev="no-such-branch")
