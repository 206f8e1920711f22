"""Who owns which file: the only module that knows the format of CODEOWNERS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeowners import CodeOwners as ParsedOwners

if TYPE_CHECKING:
    from archguard.sources.source import ReadableTree

# In the order in which GitHub looks for them, and GitLab.
_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


class CodeOwners:
    """The owners that a tree's CODEOWNERS file names."""

    def __init__(self, text: str) -> None:
        """Read the text of the file."""
        self.text = text
        self._parsed = ParsedOwners(text)

    @classmethod
    def read(cls, tree: ReadableTree) -> CodeOwners:
        """Return the owners of a tree; nobody owns anything where there is no file."""
        texts = (content for content in tree.read(_PLACES) if isinstance(content, bytes))
        return cls(next(texts, b"").decode("utf-8", "replace"))

    def find(self, path: str) -> str:
        """Return the owners of a file, separated by spaces; empty if nobody is named."""
        return " ".join(owner for _, owner in self._parsed.of(path))
