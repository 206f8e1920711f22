"""The names that modules had before a change renamed their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class ModuleRenames:
    """Modules and packages that were renamed, one to one."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), remaining: Iterable[str] = ()) -> None:
        """Find the renamed packages from the renamed modules.

        Args:
            pairs: the old and the new name of each renamed module.
            remaining: the modules that exist after the change. A package that still holds one of them
                was not renamed, only some of its modules were.
        """
        names = {old: new for old, new in pairs if old != new}
        self._forward = _find_packages(names, remaining) | names
        self._back = {new: old for old, new in self._forward.items()}

    def __bool__(self) -> bool:
        """Return whether anything was renamed."""
        return bool(self._forward)

    def is_renamed(self, name: str) -> bool:
        """Return whether what has this name after the change had another one before."""
        return self.to_old(name) != name

    def to_new(self, name: str) -> str:
        """Return the name after the change of what had this name before."""
        return _replace_ancestor(name, self._forward)

    def to_old(self, name: str) -> str:
        """Return the name before the change of what has this name after it."""
        return _replace_ancestor(name, self._back)


def _replace_ancestor(name: str, names: Mapping[str, str]) -> str:
    ancestor = name.partition(":")[0]  # a symbol is renamed with its module
    while ancestor:
        if ancestor in names:
            return names[ancestor] + name[len(ancestor) :]
        ancestor = ancestor.rpartition(".")[0]
    return name


def _find_packages(names: Mapping[str, str], remaining: Iterable[str]) -> dict[str, str]:
    """Return the packages all of whose modules moved to one other, each under its own last name."""
    targets: dict[str, set[str]] = {}
    for old, new in names.items():
        old_parts, new_parts = old.split("."), new.split(".")
        while len(old_parts) > 1 and len(new_parts) > 1 and old_parts[-1] == new_parts[-1]:
            old_parts.pop()
            new_parts.pop()
            targets.setdefault(".".join(old_parts), set()).add(".".join(new_parts))
    occupied = {ancestor for name in remaining for ancestor in _list_ancestors(name)}
    packages = {old: new for old, (new, *others) in targets.items() if not others}
    moved = {old: new for old, new in packages.items() if old not in occupied and old != new}
    return {old: new for old, new in moved.items() if list(moved.values()).count(new) == 1}


def _list_ancestors(name: str) -> Iterable[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
