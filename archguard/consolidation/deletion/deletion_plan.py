"""Plan to delete a deprecated module that nobody names but its own tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.consolidation.deletion.module_files import find_module_files, find_package_folders
from archguard.consolidation.deletion.naming_places import NamingPlaces
from archguard.consolidation.module_plan import (
    ModulePlan,
    ModuleRefusal,
    judge_tree,
    list_deprecating,
    make_plan,
    refuse,
)
from archguard.consolidation.own_tests import OwnTests
from archguard.definitions.collection_rules import read_collection_rules
from archguard.definitions.tree_definitions import TreeDefinitions
from archguard.graph.analysis import analyse
from archguard.graph.module_expressions import is_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.checking.pipeline import CheckRequest
    from archguard.graph.model import Analysis, AnalysisOptions

STILL_NAMED = "still-named"
OWN_TEST = "own-test"
SYMBOLIC_LINK = "symbolic-link"


def plan_deletion(
    request: CheckRequest, root: str, name: str, options: AnalysisOptions, *, with_tests: bool
) -> ModulePlan:
    """Return which files leave with a module, or which places still name it.

    Args:
        request: the tree and its contracts.
        root: the tree's folder.
        name: the deprecated module.
        options: how to read the tree with all its tests.
        with_tests: whether the module's own tests leave with it.

    Raises:
        ConfigurationError: no contract deprecates the module.
        ArchguardError: there is no verdict on the tree.
    """
    request, result = judge_tree(request)
    list_deprecating(result, name, "--delete")
    analysis = analyse(request.source, options, cache=request.cache, jobs=request.jobs).result()
    files = find_module_files(analysis, root, name)
    tests = _find_own_tests(request, analysis, name)
    leaving = [*tests, *files] if with_tests else files
    with TreeDefinitions(
        request.source, analysis, cache=request.cache, jobs=request.jobs
    ) as definitions:
        places = NamingPlaces(analysis, request.source, definitions.resolver)
        refusals = list(_refuse_named(places, name, leaving, tests))
        removed = [one.name for one in analysis.modules.values() if with_tests and one.path in tests]
        for test in removed:
            refusals += _refuse_named(places, test, leaving, ())
    refusals += _refuse_links(root, leaving)
    folders = tuple(find_package_folders(analysis, root, name))
    if refusals or not leaving:
        notes: tuple[str, ...] = () if refusals else (f"{name} does not exist any more.",)
        return refuse(result.report, refusals)._replace(notes=notes, folders=folders)
    planned = make_plan(request, result.report, name, edits={}, removed=tuple(leaving))
    data = [path for path in files if not path.endswith((".py", ".pyi"))]
    notes = tuple(f"{path} leaves with {name}." for path in [*tests, *data])
    return planned._replace(notes=notes, folders=folders)


def _find_own_tests(request: CheckRequest, analysis: Analysis, name: str) -> tuple[str, ...]:
    """Return the paths of the module's own tests that do not lie in it."""
    rules = read_collection_rules(request.source, [one.path for one in analysis.modules.values()])
    found = OwnTests(analysis, request.source, rules.collects).find(name)
    inside = {one.path for one in analysis.modules.values() if is_within(one.name, name)}
    return tuple(path for path in found if path not in inside)


def _refuse_named(
    places: NamingPlaces, name: str, leaving: Iterable[str], tests: Iterable[str]
) -> Iterator[ModuleRefusal]:
    own = frozenset(tests)
    for path, line, detail in places.find(name, frozenset(leaving)):
        if path in own:
            yield ModuleRefusal(path, line, OWN_TEST, f"{detail} --with-tests deletes the file, too.")
        else:
            yield ModuleRefusal(path, line, STILL_NAMED, detail)


def _refuse_links(root: str, paths: Iterable[str]) -> Iterator[ModuleRefusal]:
    for path in paths:
        if os.path.islink(os.path.join(root, path)):
            detail = "It is a link, which could not be restored; delete it yourself."
            yield ModuleRefusal(path, 1, SYMBOLIC_LINK, detail)
