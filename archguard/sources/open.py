"""Open a source. The modules that read commits are imported only if one is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from archguard.sources.source import FileContents, Source


def open_source(root: str, rev: str | None = None) -> Source:
    """Return the working tree at `root`, or the commit `rev` of the repository there.

    Raises:
        SourceError: the folder, the repository or the revision does not exist.
    """
    if rev is None:
        return WorkingTree(root)
    from archguard.sources.git.commit import Commit  # noqa: PLC0415

    return Commit.find(root, rev)


def reopen(spec: dict[str, str]) -> FileContents:
    """Return the source that `Source.spec` described, opened in this process."""
    fields = dict(spec)
    adapter = fields.pop("adapter")
    if adapter == "working_tree":
        return WorkingTree(fields["root"])
    if adapter == "edited":
        from archguard.sources.edited_tree import EditedContents  # noqa: PLC0415

        return EditedContents(reopen(json.loads(fields["base"])), fields["folder"])
    from archguard.sources.git.commit import Commit  # noqa: PLC0415
    from archguard.sources.git.history import BlobSource  # noqa: PLC0415

    if adapter == "staged":
        from archguard.sources.git.staged_tree import StagedTree  # noqa: PLC0415

        return StagedTree(**fields)
    return Commit(**fields) if adapter == "commit" else BlobSource(**fields)
