"""Check the name of a branch by git's rules (git-check-ref-format)."""

from __future__ import annotations

import re

MAX_LENGTH = 255
_MERGE_QUEUE = "gh-readonly-queue/"
_FORBIDDEN = re.compile(
    r"[\x00-\x20\x7f-\x9f~^:?*\[\\]"  # control characters, space, what revisions and globs mean
    r"|\.\.|@\{|//"
    r"|(?:^|/)\."  # a component that begins with a dot
    r"|\.lock(?:/|\Z)|\.\Z"
    r"|^[-/]|/\Z"
)


def is_branch_name(text: str) -> bool:
    """Return whether git would take the text for a branch's name."""
    return 0 < len(text) <= MAX_LENGTH and text not in ("@", "HEAD") and _FORBIDDEN.search(text) is None


def is_head_branch_name(text: str) -> bool:
    """Return whether the text names a branch, or a fork's as `owner:branch`."""
    owner, colon, branch = text.rpartition(":")
    return len(text) <= MAX_LENGTH and is_branch_name(branch) and (not colon or is_branch_name(owner))


def is_merge_queue(text: str) -> bool:
    """Return whether the branch is one that GitHub's merge queue makes and deletes again."""
    return text.startswith(_MERGE_QUEUE)
