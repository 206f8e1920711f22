"""Under which names unread files could offer what is defined elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.definitions.model import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.definitions.model import Binding
    from archguard.definitions.tree_definitions import Definitions

_RENAMING = frozenset({BindingKind.ALIAS, BindingKind.FROM_IMPORT})


def may_be_offered_unread(names: Iterable[str], wanted: str, definitions: Definitions) -> bool:
    """Return whether a name of an unread file may lead to something that has one of these names.

    So it may if the text of an unread file may hold one of the names, or another one that the tree's
    files give to what has it; or if the name in the unread file is one of them, since a star holds none.

    Args:
        names: the names of what is looked for, where it is defined.
        wanted: the name in the unread file.
        definitions: those of the tree.

    Raises:
        WorkerError: no child process can be started.
    """
    known: set[str] = set()
    added = set(names)
    while added:
        known |= added
        if wanted in known:
            return True
        modules = definitions.find_modules_with_name(sorted(added))
        symbols = definitions.symbols.read(module.name for module in modules)
        if any(module.name not in symbols for module in modules):
            return True
        bindings = (binding for read in symbols.values() for binding in read.bindings)
        added = {one.name for one in bindings if _find_source(one) in known} - known
    return False


def _find_source(binding: Binding) -> str:
    """Return the last part of the name that a binding gives another name to; empty if it does not."""
    if binding.kind not in _RENAMING:
        return ""
    return binding.target.rpartition(":")[2].rpartition(".")[2]
