"""The pull requests that a branch's commits merged by a squash, as their messages say.

Such a commit has no other parent, so nothing else tells. The messages are those that the services write
unless a person changes them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.snapshot.schema import MergedPull
from archguard.snapshot.wire_types import MAX_INTEGER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.sources.git.commit_objects import CommitObject

_GITLAB = "gitlab"
_TRAILER = re.compile(r"^See merge request (?:[\w./-]+)?!(?P<number>\d{1,16})$", re.MULTILINE)
"""GitLab's, below the message."""
_SUBJECTS = (
    re.compile(r"^Merged PR (?P<number>\d{1,16}): "),  # Azure DevOps
    re.compile(r"\(pull request #(?P<number>\d{1,16})\)$"),  # Bitbucket
    re.compile(r"\(#(?P<number>\d{1,16})\)$"),  # GitHub; at GitLab that is the number of an issue
)


def list_merged_pulls(commits: Iterable[CommitObject], service: str | None) -> Iterator[MergedPull]:
    """Yield each pull request that one of some commits merged by its message, in their order.

    Args:
        commits: the commits of a branch, without the side branches that were merged into it.
        service: the name of the CI service, if one runs this.
    """
    for commit in commits:
        if len(commit.parents) == 1 and (number := _find_number(commit.message, service)):
            yield MergedPull(number=number, commit=commit.id)


def _find_number(message: str, service: str | None) -> int | None:
    subject = message.partition("\n")[0].rstrip()
    patterns = () if service == _GITLAB else _SUBJECTS
    matches = [_TRAILER.search(message), *(pattern.search(subject) for pattern in patterns)]
    numbers = [int(match["number"]) for match in matches if match]
    return next((number for number in numbers if 0 < number <= MAX_INTEGER), None)
