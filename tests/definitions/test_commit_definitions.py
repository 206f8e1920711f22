"""Definitions along a history are those of each commit's tree."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from archguard.definitions.commit_definitions import CommitDefinitions
from archguard.definitions.tree_definitions import TreeDefinitions
from archguard.graph.analysis import analyse
from archguard.graph.incremental.analysis import IncrementalAnalysis
from archguard.graph.incremental.discovery import IncrementalDiscovery
from archguard.graph.incremental.scan import IncrementalScan
from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning.cache import Cache
from archguard.sources.git.history import History
from archguard.sources.open import open_source
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.definitions.tree_definitions import Definitions
    from archguard.graph.model import Analysis

_PATTERNS = ("*Engine",)
_NAMES = ("Engine", "Old")
_OPTIONS = AnalysisOptions(("shop",))
_COMMITS: tuple[dict[str | bytes, str | bytes], ...] = (
    {
        "shop/__init__.py": "from shop.engine import Engine",
        "shop/engine.py": "class Engine: pass",
        "shop/old.py": "class OldEngine: pass\nOld = OldEngine",
        "shop/other.py": "class Other: pass",
    },
    {"shop/other.py": "class OtherEngine: pass", "shop/old.py": "from shop.other import Old"},
    {"shop/__init__.py": "from shop.fork import Engine", "shop/fork.py": "class Engine(: pass"},
    {"shop/fork.py": "class Engine: pass"},
    {"README": "Nothing changed."},
)


def _describe(definitions: Definitions, analysis: Analysis) -> object:
    modules = definitions.find_modules_with_class(_PATTERNS)
    read = definitions.symbols.read(module.name for module in modules)
    return (
        [module.path for module in modules],
        {name: [one.statement for one in symbols.definitions] for name, symbols in read.items()},
        {module.name: definitions.symbols.find_unread(module.name) for module in modules},
        {
            (module, name): definitions.resolver.resolve(module, name)
            for module in sorted(analysis.modules)
            for name in _NAMES
        },
    )


def test_each_commit_has_the_definitions_of_its_tree(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    for files in _COMMITS:
        write_files(repository, files)
        commit_all(repository)
    history = History(str(repository), "HEAD")
    cache = Cache(str(tmp_path / "cache"))
    commits = git(repository, "rev-list", "--reverse", "HEAD").split()
    for _ in range(2):  # the second time from the cache
        discovery = IncrementalDiscovery(history.new_tree(), ("shop",), ())
        changes_by_commit = [discovery.advance(one) for one in history.iter_changes(commits)]
        scan = IncrementalScan(history.objects, _OPTIONS, cache=cache, jobs=1)
        scan.scan(one for changes in changes_by_commit for one in changes.changed.values() if one)
        analysis = IncrementalAnalysis(_OPTIONS, scan)
        with closing(CommitDefinitions(analysis, history.objects, cache=cache, jobs=1)) as definitions:
            for commit, changes in zip(commits, changes_by_commit, strict=True):
                analysis.apply(changes)
                definitions.advance(changes)
                source = open_source(str(repository), commit)
                alone = analyse(source, _OPTIONS, cache=Cache(None), jobs=1).result()
                with TreeDefinitions(source, alone, cache=Cache(None), jobs=1) as expected:
                    assert _describe(definitions, analysis.analysis) == _describe(expected, alone)
        scan.close()


@pytest.mark.parametrize(
    ("path", "text", "is_searched_again"),
    [
        ("shop/api.py", "from shop.engine import Engine\ndef use():\n    return 2\n", False),
        ("shop/api.py", "from shop.engine import Engine\n\n# moved\ndef use():\n    return 1\n", False),
        ("shop/user.py", "from shop.api import Engine\n\nprint(Engine)\n", False),
        ("shop/engine.py", "class Motor:\n    pass\n", False),  # all that it has is deprecated
        ("shop/other.py", "from shop.engine import name\n\nprint(2)\n", False),
        ("shop/api.py", "from shop.engine import Engine\ndef Engine():\n    return 1\n", True),
        ("shop/api.py", "try:\n    from shop.engine import Engine\nfinally:\n    pass\n", True),
        ("shop/user.py", "\nfrom shop.api import Engine\n", True),
        ("shop/other.py", "from shop.api import Engine\n", True),
        ("shop/other.py", "from shop.engine import name\nfrom shop import user\n", True),
        ("shop/api.py", "def (:", True),
    ],
)
def test_ways_are_searched_for_again_only_where_a_change_says_something_else(
    path: str, text: str, is_searched_again: bool, tmp_path: Path
) -> None:
    files: dict[str | bytes, str | bytes] = {
        "shop/__init__.py": "",
        "shop/engine.py": "class Engine:\n    pass\n",
        "shop/api.py": "from shop.engine import Engine\ndef use():\n    return 1\n",
        "shop/user.py": "from shop.api import Engine\n",
        "shop/other.py": "from shop.engine import name\n",
    }
    write_files(tmp_path, files)
    commit_all(tmp_path)
    write_files(tmp_path, {path: text})
    commit_all(tmp_path)
    history, cache = History(str(tmp_path), "HEAD"), Cache(None)
    commits = git(tmp_path, "rev-list", "--reverse", "HEAD").split()
    discovery = IncrementalDiscovery(history.new_tree(), ("shop",), ())
    changes_by_commit = [discovery.advance(one) for one in history.iter_changes(commits)]
    scan = IncrementalScan(history.objects, _OPTIONS, cache=cache, jobs=1)
    scan.scan(one for changes in changes_by_commit for one in changes.changed.values() if one)
    analysis = IncrementalAnalysis(_OPTIONS, scan)
    found = []
    with closing(CommitDefinitions(analysis, history.objects, cache=cache, jobs=1)) as definitions:
        for changes in changes_by_commit:
            analysis.apply(changes)
            definitions.advance(changes)
            tree = (analysis.analysis, analysis.graph, definitions.symbols)
            found.append(definitions.ways.find_users(("shop.engine",), {"shop.api"}, *tree))
    scan.close()

    assert (found[0] is not found[1]) is is_searched_again


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    write_files(tmp_path, {"shop/__init__.py": "class Engine: pass"})
    source = open_source(str(tmp_path), None)
    analysis = analyse(source, _OPTIONS, cache=Cache(None), jobs=1).result()
    cache = Cache(str(tmp_path / "cache"))

    with TreeDefinitions(source, analysis, cache=cache, jobs=1):
        pass

    assert cache.is_empty()
    with TreeDefinitions(source, analysis, cache=cache, jobs=1) as definitions:
        assert definitions.resolver.resolve("shop", "Engine").definition == "shop:Engine"
    assert not cache.is_empty()
