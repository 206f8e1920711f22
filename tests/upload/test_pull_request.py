"""Which pull request an upload is of: real repositories, and environments that lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import PullRequest
from archguard.upload.ci import CiFacts
from archguard.upload.pull_request import find_pull_request
from archguard.upload.target import Repository
from tests.history.histories import History
from tests.sources.trees import git

if TYPE_CHECKING:
    from pathlib import Path


class Change:
    """A clone of a repository in which `feature` left `main`, which went on and was merged into it."""

    def __init__(self, folder: Path) -> None:
        origin = History(folder / "origin")
        self.fork_point = origin.commit({"a.py": "1"})
        first = origin.commit({"b.py": "1"}, branch="feature", parents=[self.fork_point])
        self.merged = origin.commit({"c.py": "1"})
        self.head = origin.commit({"b.py": "2"}, branch="feature", parents=[first, self.merged])
        self.tip = origin.commit({"c.py": "2"})
        git(folder, "clone", "--quiet", str(origin.root), "clone")
        git(folder / "clone", "checkout", "--quiet", "feature")
        self.folder = folder / "clone"
        self.repository = Repository(str(self.folder))


@pytest.fixture
def change(tmp_path: Path) -> Change:
    """One."""
    return Change(tmp_path)


def test_it_is_compared_with_the_last_common_commit_merges_into_it_included(change: Change) -> None:
    facts = CiFacts("github", "feature", change.head, "12", base="main")

    assert find_pull_request(change.repository, change.head, facts) == PullRequest(
        number=12, base_branch="main", head_branch="feature", base_commit=change.merged
    )


def test_a_service_that_names_no_base_branch_means_the_remote_s_default(change: Change) -> None:
    found = find_pull_request(change.repository, change.head, CiFacts("circleci", "feature", None, "3"))

    assert found is not None
    assert (found.base_branch, found.base_commit) == ("main", change.merged)


def test_a_shallow_clone_says_what_ci_says_of_the_base_commit_or_nothing(
    change: Change, tmp_path: Path
) -> None:
    origin = (tmp_path / "origin").as_uri()
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=feature", origin, "shallow")
    repository = Repository(str(tmp_path / "shallow"))

    for said in (None, change.merged):
        facts = CiFacts("gitlab", "feature", change.head, "12", base="main", base_commit=said)
        found = find_pull_request(repository, change.head, facts)
        assert found is not None
        assert found.base_commit == said


@pytest.mark.parametrize(
    "facts",
    [
        None,
        CiFacts("github", "feature"),
        CiFacts("github", None, pull_request="12", base="main", is_merge_queue=True),
        CiFacts("github", "feature", pull_request="12; rm -rf", base="main"),
        CiFacts("github", "feature", pull_request="٣", base="main"),
        CiFacts("github", "feature", pull_request="0", base="main"),
        CiFacts("github", "feature", pull_request="9" * 400, base="main"),
        CiFacts("github", "feature", pull_request="12", base="../main"),
        CiFacts("github", "feature", pull_request="12", base="--upload-pack=x"),
        CiFacts("github", "a\x1b[31mb", pull_request="12", base="main"),
        CiFacts("github", "f" * 256, pull_request="12", base="main"),
    ],
)
def test_what_cannot_be_a_pull_request_is_none(change: Change, facts: CiFacts | None) -> None:
    assert find_pull_request(change.repository, change.head, facts) is None


def test_another_commit_that_is_named_by_hand_is_not_the_pull_request_s(change: Change) -> None:
    facts = CiFacts("github", "feature", change.head, "12", base="main")

    assert find_pull_request(change.repository, change.tip, facts) is None


def test_a_commit_that_was_merged_already_has_no_base_commit(change: Change) -> None:
    git(change.folder, "update-ref", "refs/remotes/origin/main", change.head)

    facts = CiFacts("github", "feature", change.head, "12", base="main")
    found = find_pull_request(change.repository, change.head, facts)

    assert found is not None
    assert found.base_commit is None


def test_a_fork_s_branch_is_named_with_its_owner(change: Change) -> None:
    facts = CiFacts("gitlab", "group/eve:main", change.head, "12", base="main")

    found = find_pull_request(change.repository, change.head, facts)

    assert found is not None
    assert found.head_branch == "group/eve:main"
