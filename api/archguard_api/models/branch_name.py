"""Check the name of a branch by git's rules (git-check-ref-format)."""

from __future__ import annotations

import re

MAX_LENGTH = 255
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
