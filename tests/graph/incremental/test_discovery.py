"""Discovery along a history gives what discovery of each tree gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.discovery import AmbiguousRootError, Discovery, RootNotFoundError, discover
from archguard.graph.incremental.discovery import IncrementalDiscovery, ModuleVersion
from archguard.sources.git.commands import BlobReader
from archguard.sources.git.tree import GitTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.sources.git.history import FileChange

ROOTS = ("p", "n.q", "c", "n")
_PATHS = st.sampled_from(
    [
        *("p/__init__.py", "p/a.py", "p/a/__init__.py", "p/a/b.py", "p/x.y.py", "p/c/d.py", "p.py"),
        *("src/p/__init__.py", "src/p/z.py", "n/q/__init__.py", "n/q/r.py", "lib/n/q/s.py", "README"),
        *("c/__init__.py", "p/c/__init__.py", "lib/n/q/c/e.py", "c.py", "p/c.py", "lib/p/a.py"),
        *("src/p/a/w.py", "lib/setup.py", "lib/p/pyproject.toml", "lib/p/p/v.py", "lib/c/c/f.py"),
        *("lib/c/setup.py", "lib/p/a/__init__.py", "lib/n/__init__.py", "lib/n/q/__init__.py"),
        *("p/a.pyi", "p/a/__init__.pyi", "p/a.abi3.so", "p/d/e.pyx", "p/a.pyw", "p/run", "n/q/x.ipynb"),
        *("lib/p/a.pyi", "src/p/a/w.pyx", "lib/p/run", "lib/n/q/t.pyi"),
    ]
)
_CONTENTS = {"1": b"#!/usr/bin/python3\n", "2": b"__path__ = extend_path(__path__, __name__)\n"}
_FILES = st.one_of(st.none(), st.tuples(st.sampled_from(("100644", "100755")), st.sampled_from("12")))
_CHANGES = st.dictionaries(_PATHS, _FILES, max_size=6).map(lambda changes: list(changes.items()))


class _Blobs(BlobReader):
    """A reader of two contents, of which one is a script."""

    def __init__(self) -> None:
        super().__init__("")

    def read(self, ids: Sequence[str], limit: int, *, cut: bool = False) -> Iterator[bytes | int | None]:
        """Yield the content of each object."""
        del limit, cut
        yield from map(_CONTENTS.get, ids)


def _discovered(
    tree: GitTree, source_roots: Sequence[str], exclude: Sequence[str]
) -> Discovery | AmbiguousRootError | None:
    """Discover the roots of which there are any."""
    names = set(ROOTS)
    while names:
        try:
            return discover(tree, sorted(names, key=ROOTS.index), source_roots, exclude)
        except AmbiguousRootError as error:
            return error
        except RootNotFoundError as error:
            names -= {name for name in names if str(error).startswith(f"root package {name!r} ")}
    return None


@given(
    st.lists(_CHANGES, max_size=6),
    st.sampled_from([(), ("", "p", "lib/n/q"), ("lib", "", "src")]),
    st.sampled_from([(), ("src", "p/a")]),
)
def test_every_step_leads_to_what_is_discovered(
    history: list[list[FileChange]], source_roots: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    tree = GitTree(_Blobs())
    incremental = IncrementalDiscovery(GitTree(_Blobs()), ROOTS, source_roots, exclude)
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
        discovery = _discovered(tree, source_roots, exclude)
        assert bool(module_changes.ambiguous_roots) == isinstance(discovery, AmbiguousRootError)
        if isinstance(discovery, AmbiguousRootError):
            continue  # `check` would not say what the modules are
        modules = discovery.modules if discovery else {}
        assert {name: one.module for name, one in versions.items()} == modules
        assert all(one.blob == tree.get_blob(one.module.path) for one in versions.values())
        assert names == ({*modules, *discovery.namespaces} if discovery else set())
        assert module_changes.foreign == (discovery.foreign if discovery else frozenset())
        assert [one for one, _ in module_changes.unread] == list(discovery.unread if discovery else ())
        assert module_changes.roots == (discovery.roots if discovery else ())
