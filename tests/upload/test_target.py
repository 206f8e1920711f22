"""Which commit, and on which branch: real repositories as CI services check them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError, UploadError
from archguard.upload.ci import CiFacts
from archguard.upload.target import Repository, Target, find_public_url, find_target
from tests.history.histories import History
from tests.sources.trees import git

if TYPE_CHECKING:
    from pathlib import Path


class Clone:
    """What a CI service clones: a pull request's merge, or a branch."""

    def __init__(self, folder: Path) -> None:
        self.origin = History(folder / "origin")
        self.base = self.origin.commit({"a.py": "1"})
        self.head = self.origin.commit({"b.py": "1"}, branch="feature", parents=[self.base])
        self.tip = self.origin.commit({"c.py": "1"})
        self.merge = self.origin.commit({"b.py": "1"}, branch="merged", parents=[self.tip, self.head])
        self.root = folder / "clone"
        git(folder, "init", "--quiet", str(self.root))

    def check_out(self, commit: str, *, depth: int = 9) -> Repository:
        """Fetch a commit as actions/checkout does, and detach HEAD there."""
        url = self.origin.root.as_uri()
        git(self.origin.root, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(self.root, "fetch", "--quiet", f"--depth={depth}", url, commit)
        git(self.root, "checkout", "--quiet", "--detach", commit)
        return Repository(str(self.root))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """One, still empty."""
    return Clone(tmp_path)


def test_a_pull_request_s_merge_is_never_reported_under_its_head_s_name(clone: Clone) -> None:
    repository = clone.check_out(clone.merge, depth=2)

    target = find_target(repository, None, None, CiFacts("github", "feature", clone.head, "1"))

    assert target == Target(clone.head, "feature", is_head=False)


def test_the_head_commit_itself_checked_out_is_as_good(clone: Clone) -> None:
    repository = clone.check_out(clone.head)

    target = find_target(repository, None, None, CiFacts("github", "feature", clone.head, "1"))

    assert target == Target(clone.head, "feature", is_head=True)


def test_a_clone_with_the_merge_alone_says_what_to_fetch(clone: Clone) -> None:
    repository = clone.check_out(clone.merge, depth=1)

    with pytest.raises(UploadError, match="fetch-depth: 2"):
        find_target(repository, None, None, CiFacts("github", "feature", clone.head, "1"))


def test_another_commit_than_the_pull_request_s_is_not_reported_as_its(clone: Clone) -> None:
    repository = clone.check_out(clone.tip)
    facts = CiFacts("github", "feature", clone.head, "1")

    with pytest.raises(UploadError, match="neither the pull request's commit"):
        find_target(repository, None, None, facts)
    with pytest.raises(UploadError, match="--branch"):
        find_target(repository, clone.tip, None, facts)
    assert find_target(repository, clone.tip, "main", facts).commit == clone.tip


def test_what_cannot_be_told_is_asked_for(clone: Clone) -> None:
    repository = clone.check_out(clone.merge)
    unclear = CiFacts("github", unclear="It cannot be told.")

    with pytest.raises(UploadError, match=r"It cannot be told\."):
        find_target(repository, None, None, unclear)
    assert find_target(repository, clone.head, "feature", unclear).commit == clone.head


def test_a_branch_s_build_is_on_that_branch(clone: Clone) -> None:
    repository = clone.check_out(clone.tip)

    assert find_target(repository, None, None, CiFacts("x", "main")) == Target(
        clone.tip, "main", is_head=True
    )


def test_without_ci_git_knows_the_branch(clone: Clone) -> None:
    repository = clone.check_out(clone.tip)
    git(clone.root, "checkout", "--quiet", "-b", "team/work")
    git(clone.root, "branch", "other", clone.base)
    git(clone.root, "update-ref", "refs/remotes/origin/far/away", clone.base)

    assert find_target(repository, None, None, None) == Target(clone.tip, "team/work", is_head=True)
    assert find_target(repository, "HEAD", None, None).branch == "team/work"
    assert find_target(repository, clone.tip, None, None).branch == "team/work"
    assert find_target(repository, "other", None, None) == Target(clone.base, "other", is_head=False)
    assert find_target(repository, "origin/far/away", None, None).branch == "far/away"


@pytest.mark.parametrize("rev", [None, "HEAD", "v1"])
def test_a_detached_head_or_a_tag_needs_the_branch(clone: Clone, rev: str | None) -> None:
    repository = clone.check_out(clone.tip)
    git(clone.root, "tag", "v1")

    with pytest.raises(UploadError, match="name it with --branch"):
        find_target(repository, rev, None, None)
    assert find_target(repository, rev, "main", None).branch == "main"


def test_a_tag_s_build_is_on_no_branch_even_if_git_knows_one(clone: Clone) -> None:
    repository = clone.check_out(clone.tip)
    git(clone.root, "checkout", "--quiet", "-b", "main")

    with pytest.raises(UploadError, match="name it with --branch"):
        find_target(repository, None, None, CiFacts("github"))


def test_a_repository_without_a_commit_is_one_sentence(clone: Clone) -> None:
    with pytest.raises(SourceError, match="no such commit"):
        find_target(Repository(str(clone.root)), None, None, None)


def test_parents_are_known_beyond_the_end_of_a_shallow_clone(clone: Clone) -> None:
    repository = clone.check_out(clone.tip, depth=1)

    assert repository.objects.list_first_parents(clone.tip, 200) == (clone.base,)
    commit = repository.objects.read(clone.tip)
    assert commit is not None
    assert commit.parents == (clone.base,)
    assert commit.committed_at == int(git(clone.root, "show", "--no-patch", "--format=%ct", clone.tip))


def test_ancestors_end_where_they_are_known(clone: Clone) -> None:
    for number in range(5):
        clone.origin.commit({"c.py": str(number)})
    tip = git(clone.origin.root, "rev-parse", "main")
    line = tuple(git(clone.origin.root, "rev-list", "--first-parent", "main").split()[1:])
    objects = clone.check_out(tip).objects

    assert objects.list_first_parents(tip, 200) == line
    assert objects.list_first_parents(tip, 2) == line[:2]
    assert objects.list_first_parents(tip, 200, {line[3]}) == line[:4]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ci/1?x=1", "https://ci/1?x=1"),
        ("https://user:secret@ci/1", None),
        ("file:///etc", None),
        ("https://ci/\n", None),
        ("https://ci/" + "x" * 2048, None),
        ("https://[", None),
        (None, None),
    ],
)
def test_only_a_plain_address_of_a_build_is_shown(url: str | None, shown: str | None) -> None:
    assert find_public_url(CiFacts("x", url=url)) == shown
