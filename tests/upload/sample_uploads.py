"""Small uploads, made by hand."""

from __future__ import annotations

from archguard.snapshot import Coverage, Graph, Snapshot, Tool, Upload


def make_upload(number: int = 1) -> Upload:
    """Return an upload of a commit of this number."""
    snapshot = Snapshot(
        format_version=1,
        tool=Tool(name="archguard", version="1"),
        commit=f"{number:040x}",
        parent=None,
        committed_at=number,
        configuration="0" * 64,
        folder="",
        roots=(),
        graph=Graph(modules=("a", "b"), kinds="mm", imports=((0, 1),)),
        contracts=(),
        violations=(),
        coverage=Coverage(files=2, unread=()),
    )
    return Upload(snapshot=snapshot, branch="main")
