"""Rewrite one file of a tree that is only text, as `fix` would."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.rewrite.file_rewrite import RewriteRequest, rewrite_file
from archguard.consolidation.rewrite.import_site import Importer
from archguard.consolidation.rewrite.parsed_file import apply_to_content
from archguard.consolidation.rewrite.targets import TargetFinder
from archguard.graph.module_expressions import make_deprecation
from tests.definitions.memory_symbols import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archguard.consolidation.rewrite.refusal import RefusalCode

_EVERY_LINE = frozenset(range(1, 200))

TREE = MemoryTree(
    {
        "p/old.py": """
            from p.home import moved

            class OldCart: pass
            def total(x): return x
            def make(): return OldCart()
            def alone(): return 0
        """,
        "p/new.py": """
            class Cart: pass
            def total(x): return x
        """,
        "p/factory.py": "def make(): return 0",
        "p/home.py": "def moved(): return 1",
        "p/old_helpers.py": "z = 1",
        "p/other.py": "Cart = 1",
        "p/oldp/__init__.py": "",
        "p/oldp/sub.py": "def f(): return 7",
        "p/newp/__init__.py": "",
        "p/newp/sub.py": "def f(): return 7",
        "p/deep/__init__.py": "",
        "p/deep/inner.py": "",
    }
)
REPLACEMENT = {
    "p.old": "p.new",
    "p.old:OldCart": "p.new:Cart",
    "p.old:make": "p.factory:make",
    "p.oldp.**": "p.newp.**",
    "p.gone": "p.new",
}
DEPRECATED = ("p.old", "p.oldp.**", "p.gone")


class Outcome(NamedTuple):
    """What became of a file."""

    content: bytes
    refusals: list[tuple[RefusalCode, int]]


def rewrite(
    content: bytes | str,
    *,
    module: str = "p.user",
    is_package: bool = False,
    names: Iterable[str] = ("p.old",),
    replacement: Mapping[str, str] = REPLACEMENT,
    deprecated: Iterable[str] = DEPRECATED,
    strings: bool = False,
    partial: bool = False,
    lines: frozenset[int] = _EVERY_LINE,
    read_elsewhere: Iterable[str] = (),
) -> Outcome:
    """Return a file after its imports of the deprecated modules `names` were rewritten."""
    encoded = content.encode() if isinstance(content, str) else content
    deprecation = make_deprecation(tuple(deprecated))
    targets = TargetFinder(
        replacement, deprecation, TREE.resolver, TREE.analysis.importable_names.__contains__
    )
    request = RewriteRequest(
        Importer(module, is_package),
        encoded,
        dict.fromkeys(names, lines),
        deprecation,
        targets,
        rewrites_strings=strings,
        is_partial=partial,
        is_read_elsewhere=frozenset(read_elsewhere).__contains__,
    )
    found = rewrite_file(request)
    codes = [(refusal.code, refusal.line) for refusal in found.refusals]
    return Outcome(apply_to_content(encoded, found.make_edits()), codes)
