"""The modules of a base, told from those of the tree, are what looking at each of its files finds."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError
from archguard.graph.discovery import discover
from archguard.graph.model import AnalysisOptions
from archguard.ratchet.base_discovery import discover_base
from archguard.sources.git.commit import Commit
from archguard.sources.git.renames import compare_work_tree
from archguard.sources.git.work_tree import list_differences
from archguard.sources.open import open_source
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archguard.graph.discovery import Discovery
    from archguard.sources.source import ReadableTree

    Edit = Mapping[str | bytes, str | bytes | None]

FILES: dict[str | bytes, str | bytes] = {
    ".gitignore": "*.so\nbuild/\n",
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/page.py": "x = 1\n",
    "shop/order.py": "",
    "shop/order/__init__.py": "",
    "shop/cart/item.py": "",
    "shop/native.pyi": "",
    "shop/notes.ipynb": "",
    "shop/readme.txt": "",
    "shop/run": "#!/usr/bin/env python\n",
    "lib/bank/__init__.py": "",
    "lib/bank/money.py": "",
    "lib/bank/readme": "",
}
OPTIONS = AnalysisOptions(root_packages=("shop", "bank"))
EXTEND = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
EDITS: dict[str, Edit] = {
    "another content": {"shop/page.py": "y = 2\n"},
    "another content of a package": {"shop/__init__.py": EXTEND},
    "another content of a package in a folder that was searched for": {"lib/bank/__init__.py": EXTEND},
    "a module": {"shop/new.py": ""},
    "a module less": {"shop/page.py": None},
    "a hidden module less": {"shop/order.py": None},
    "a module is no longer hidden": {"shop/order/__init__.py": None},
    "a moved module": {"shop/page.py": None, "shop/cart/page.py": "x = 1\n"},
    "a package that becomes a namespace": {"shop/__init__.py": None},
    "a namespace that becomes a package": {"shop/cart/__init__.py": ""},
    "a stub": {"shop/page.pyi": ""},
    "a stub less": {"shop/native.pyi": None},
    "a compiled module": {"shop/fast.so": ""},
    "a compiled module beside a stub": {"shop/native.so": ""},
    "a compiled module beside a module": {"shop/page.so": ""},
    "a notebook less": {"shop/notes.ipynb": None},
    "a script": {"shop/readme.txt": None, "shop/start": "#!/usr/bin/env python\n"},
    "a script becomes a shell's": {"shop/run": "#!/bin/sh\n"},
    "a link to a module": {"shop/link.py": "-> page.py"},
    "a module becomes a link": {"shop/page.py": "-> cart/item.py"},
    "a link to nothing": {"shop/link.py": "-> nothing.py"},
    "a link to a folder": {"shop/link": "-> cart"},
    "a name with a dot": {"shop/a.b.py": ""},
    "an ignored folder": {"build/shop/__init__.py": ""},
    "another place of a root": {"other/pyproject.toml": "", "other/bank/__init__.py": ""},
    "another place of a namespace": {"src/shop/page.py": "", "shop/__init__.py": None},
    "a place that comes first": {"bank/__init__.py": ""},
    "a module of a root's name": {"bank.py": ""},
    "a root that is a project": {"lib/bank/pyproject.toml": "", "lib/bank/setup.py": ""},
    "a root less": {"lib/bank/__init__.py": None, "lib/bank/money.py": None},
}
RANDOM_PAIRS = 60
COMMITTED = 0.3
"""Share of the pairs whose change is committed."""


class _Pair:
    """A working tree, and a commit that it differs from."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        write_files(folder, FILES)
        self.commit = commit_all(folder)

    def edit(self, files: Edit) -> None:
        """Write files into the tree, and delete those that are None."""
        for name in files:
            path = self.folder / str(name)
            if path.is_symlink() or path.exists():
                path.unlink()
        write_files(self.folder, {name: text for name, text in files.items() if text is not None})

    @property
    def base(self) -> Commit:
        """The commit, of which nothing was read yet."""
        return Commit.find(str(self.folder), self.commit)

    @property
    def tree(self) -> ReadableTree:
        """The working tree."""
        return open_source(str(self.folder))


def _discover(tree: ReadableTree) -> Discovery | str:
    """Return what a tree holds, or what is wrong with it."""
    try:
        return discover(tree, OPTIONS.root_packages, OPTIONS.source_roots)
    except SourceError as error:
        return str(error)


def _discover_base(base: ReadableTree, known: Discovery) -> Discovery | str:
    try:
        return discover_base(base, OPTIONS, known)
    except SourceError as error:
        return str(error)


def _check(pair: _Pair) -> bool:
    """Check what is told of each tree of a pair by the other; return whether it was the same."""
    before, now = _discover(pair.base), _discover(pair.tree)
    told = [
        (_discover_base(tree, other), found)
        for tree, other, found in ((pair.base, now, before), (pair.tree, before, now))
        if not isinstance(other, str)
    ]
    assert [one for one, _ in told] == [found for _, found in told]
    return before == now


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_after_each_edit_the_modules_of_the_base_are_those_that_are_found_there(
    tmp_path: Path, edit: Edit
) -> None:
    pair = _Pair(tmp_path / "tree")
    pair.edit(edit)
    _check(pair)


def test_after_random_edits_the_modules_of_the_base_are_those_that_are_found_there(
    tmp_path: Path,
) -> None:
    chance = random.Random(17)
    equal = 0
    for number in range(RANDOM_PAIRS):
        pair = _Pair(tmp_path / str(number))
        for edit in chance.sample(list(EDITS.values()), chance.randint(1, 4)):
            pair.edit(edit)
        if chance.random() < COMMITTED:
            git(pair.folder, "add", "--all")
            git(pair.folder, "commit", "--quiet", "--allow-empty", "--message", "change")
        equal += _check(pair)
    assert 0 < equal < RANDOM_PAIRS  # or what is known would always do, or never


@pytest.mark.parametrize("name", ["another content", "another content of a package"])
def test_where_contents_alone_differ_the_modules_are_not_looked_for_again(
    tmp_path: Path, name: str
) -> None:
    pair = _Pair(tmp_path / "tree")
    pair.edit(EDITS[name])
    known = _discover(pair.tree)
    assert not isinstance(known, str)
    assert discover_base(pair.base, OPTIONS, known) is known


def test_where_files_are_excluded_the_modules_are_looked_for(tmp_path: Path) -> None:
    pair = _Pair(tmp_path / "tree")
    known = _discover(pair.tree)
    assert not isinstance(known, str)
    options = OPTIONS._replace(exclude=("shop/page.py",))
    found = discover_base(pair.base, options, known)
    assert found == discover(pair.base, OPTIONS.root_packages, (), options.exclude) != known


def test_a_comparison_with_renames_lists_the_same_paths_as_one_without(tmp_path: Path) -> None:
    for number, edit in enumerate(EDITS.values()):
        pair = _Pair(tmp_path / str(number))
        pair.edit(edit)
        git(pair.folder, "add", "--all")
        for prefix in ("", "shop/"):
            folder = str(pair.folder / prefix)
            listed = list_differences(folder, prefix, pair.commit)
            assert compare_work_tree(folder, pair.commit, prefix).paths == listed
