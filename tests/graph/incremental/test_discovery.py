"""Discovery along a history gives what discovery of each tree gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from archguard.errors import SourceError
from archguard.graph.discovery import Discovery, Root, discover, find_nested_roots, find_root
from archguard.graph.incremental.discovery import IncrementalDiscovery, ModuleVersion
from archguard.sources.git.commands import BlobReader
from archguard.sources.git.tree import GitTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.sources.git.history import FileChange

ROOTS = ("p", "n.q", "c")
_PATHS = st.sampled_from(
    [
        *("p/__init__.py", "p/a.py", "p/a/__init__.py", "p/a/b.py", "p/x.y.py", "p/c/d.py", "p.py"),
        *("src/p/__init__.py", "src/p/z.py", "n/q/__init__.py", "n/q/r.py", "lib/n/q/s.py", "README"),
        *("c/__init__.py", "p/c/__init__.py", "lib/n/q/c/e.py", "c.py", "p/c.py"),
        *("p/a.pyi", "p/a/__init__.pyi", "p/a.abi3.so", "p/d/e.pyx", "p/a.pyw", "p/run", "n/q/x.ipynb"),
    ]
)
_FILES = st.one_of(st.none(), st.tuples(st.sampled_from(("100644", "100755")), st.sampled_from("12")))
_CHANGES = st.dictionaries(_PATHS, _FILES, max_size=6).map(lambda changes: list(changes.items()))


class TwoBlobs(BlobReader):
    """A reader of two contents, of which one is a script."""

    def __init__(self) -> None:
        super().__init__("")

    def read_beginning(self, object_id: str, length: int) -> bytes | None:
        return {"1": b"#!/usr/bin/python3\n", "2": b"#!/bin/sh\n"}[object_id][:length]


def _discovered(tree: GitTree, source_roots: Sequence[str]) -> Discovery | None:
    """Discover the roots that exist and are not nested in another one."""
    roots: list[Root] = []
    for name in ROOTS:
        try:
            roots.append(find_root(tree, name, source_roots))
        except SourceError:
            continue
    inner = [] if source_roots else find_nested_roots(roots)
    names = [root.name for root in roots if root not in inner]
    return discover(tree, names, source_roots) if names else None


@given(st.lists(_CHANGES, max_size=6), st.sampled_from([(), ("", "p", "lib/n/q")]))
def test_every_step_leads_to_what_is_discovered(
    history: list[list[FileChange]], source_roots: tuple[str, ...]
) -> None:
    tree, incremental = (
        GitTree(TwoBlobs()),
        IncrementalDiscovery(GitTree(TwoBlobs()), ROOTS, source_roots),
    )
    versions: dict[str, ModuleVersion] = {}
    names: set[str] = set()
    for changes in history:
        tree.apply(changes)
        module_changes = incremental.advance(changes)
        for name, version in module_changes.changed.items():
            assert versions.get(name) != version
            versions.pop(name, None)
            if version is not None:
                versions[name] = version
        names = (names | module_changes.added) - module_changes.removed
        discovery = _discovered(tree, source_roots)
        modules = discovery.modules if discovery else {}
        assert {name: one.module for name, one in versions.items()} == modules
        assert all(one.blob == tree.get_blob(one.module.path) for one in versions.values())
        assert names == ({*modules, *discovery.namespaces} if discovery else set())
        assert module_changes.foreign == (discovery.foreign if discovery else frozenset())
        assert [one for one, _ in module_changes.unread] == list(discovery.unread if discovery else ())
