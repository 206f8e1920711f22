"""Find the files that a module or package is made of."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from archguard.graph.module_expressions import is_within, iter_with_ancestors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.graph.model import Analysis

_COMPILED = "__pycache__"
_INIT = "__init__"


def find_module_files(analysis: Analysis, root: str, name: str) -> list[str]:
    """Return the paths of the files that leave with a module, in the order of their deletion.

    Of a package these are all files below its folder, compiled ones left out. Its `__init__` comes last,
    so that what an interrupted deletion leaves is still the package.

    Args:
        analysis: the tree.
        root: its folder.
        name: the module.
    """
    paths = {one.path for one in analysis.modules.values() if is_within(one.name, name)}
    paths |= {one.path for one in analysis.unread if is_within(one.module or one.place or "", name)}
    for folder in find_package_folders(analysis, root, name):
        paths |= set(_list_files(root, folder))
    return sorted(paths, key=lambda path: (_is_init(path), -path.count("/"), path))


def find_package_folders(analysis: Analysis, root: str, name: str) -> list[str]:
    """Return the folders of a package, also of one whose files are deleted already; sorted."""
    parts = name.split(".")
    folders = set()
    for ancestor in iter_with_ancestors(name):
        for module in analysis.modules.values():
            if is_within(module.name, ancestor) and (
                top := _find_folder(module.path, module.name, ancestor)
            ):
                folders.add("/".join([top, *parts[len(ancestor.split(".")) :]]))
        if folders:
            break
    return sorted(one for one in folders if os.path.isdir(os.path.join(root, one)))


def remove_empty_folders(root: str, folders: Iterable[str]) -> None:
    """Delete folders in which nothing is left but compiled files."""
    for folder in folders:
        for current, _, names in os.walk(os.path.join(root, folder), topdown=False):
            if os.path.basename(current) == _COMPILED:
                for name in names:
                    with suppress(OSError):
                        os.unlink(os.path.join(current, name))
            with suppress(OSError):  # something is left in it
                os.rmdir(current)


def _find_folder(path: str, module: str, package: str) -> str:
    """Return the folder of a package in which a module lies; empty if the package is a file."""
    below = len(module.split(".")) - len(package.split("."))
    folders = path.split("/")
    depth = below if _is_init(path) else below - 1
    if depth < 0:
        return ""
    return "/".join(folders[: len(folders) - 1 - depth])


def _list_files(root: str, folder: str) -> Iterator[str]:
    for current, folders, names in os.walk(os.path.join(root, folder)):
        folders[:] = sorted(one for one in folders if one != _COMPILED)
        for name in names:
            yield os.path.relpath(os.path.join(current, name), root).replace(os.sep, "/")


def _is_init(path: str) -> bool:
    return path.rpartition("/")[2].partition(".")[0] == _INIT
