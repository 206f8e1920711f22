"""Discovery along a history gives what discovery of each tree gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from archguard.errors import SourceError
from archguard.graph.discovery import Discovery, discover
from archguard.graph.tracking import Tracker, Version
from archguard.sources import Tree
from archguard.sources.git import Blobs

if TYPE_CHECKING:
    from archguard.sources import Change

ROOTS = ("p", "n.q")
_PATHS = st.sampled_from(
    [
        *("p/__init__.py", "p/a.py", "p/a/__init__.py", "p/a/b.py", "p/x.y.py", "p/c/d.py", "p.py"),
        *("src/p/__init__.py", "src/p/z.py", "n/q/__init__.py", "n/q/r.py", "lib/n/q/s.py", "README"),
    ]
)
_FILES = st.one_of(st.none(), st.sampled_from("12").map(lambda blob: ("100644", blob)))
_CHANGES = st.dictionaries(_PATHS, _FILES, max_size=6).map(lambda found: list(found.items()))


class NoBlobs(Blobs):
    """Contents that nobody reads."""

    def __init__(self) -> None:
        super().__init__("")


def _discovered(tree: Tree) -> Discovery | None:
    """What is there if every root that can be found is all that there are."""
    names = []
    for name in ROOTS:
        try:
            discover(tree, [name], ())
        except SourceError:
            continue
        names.append(name)
    return discover(tree, names, ()) if names else None


@given(st.lists(_CHANGES, max_size=6))
def test_every_step_leads_to_what_is_discovered(history: list[list[Change]]) -> None:
    tree, tracked = Tree(NoBlobs()), Tracker(Tree(NoBlobs()), ROOTS, ())
    versions: dict[str, Version] = {}
    nodes: set[str] = set()
    for changes in history:
        tree.change(changes)
        step = tracked.step(changes)
        for name, version in step.changed.items():
            assert versions.get(name) != version
            versions.pop(name, None)
            if version is not None:
                versions[name] = version
        nodes = (nodes | step.added) - step.removed
        found = _discovered(tree)
        modules = found.modules if found else {}
        assert {name: one.module for name, one in versions.items()} == modules
        assert all(one.blob == tree.blob(one.module.path) for one in versions.values())
        assert nodes == ({*modules, *found.namespaces} if found else set())
        assert [one for one, _ in step.unread] == list(found.unread if found else ())
