"""Select tests, or return what an earlier run selected while nothing that it depends on has changed."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.checking.report_cache import list_code_files
from archguard.definitions.collection_rules import (
    CollectionRules,
    read_collection_rules,
    read_entry_points,
)
from archguard.graph.scanning.cache import make_key
from archguard.graph.tree_state import TreeState
from archguard.protection.protecting_test import Gap, ProtectingTest, Selection, UnreadFile, Why

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archguard.graph.model import Analysis, AnalysisOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.protection.question import Question
    from archguard.sources.source import Source


class SelectionRequest(NamedTuple):
    """What tests are selected for, and how."""

    source: Source
    options: AnalysisOptions
    question: Question
    cache: Cache
    jobs: int
    """Child processes at once."""
    progress: Callable[[int, int], None] | None = None
    """Called with the number of files that were scanned, and of all files."""


def load_or_select(request: SelectionRequest) -> Selection:
    """Return the tests of what is asked for.

    Raises:
        ArchguardError: there is no such root or module, or no child process can start.
    """
    source = request.source
    tree_state = TreeState(source, request.options)
    rules = read_collection_rules(
        source, [module.path for module in tree_state.discovery.modules.values()]
    )
    entry_points = read_entry_points(source)
    key = _make_key(request, rules, entry_points) if request.cache.folder is not None else None
    stored = request.cache.load(key) if key else {}
    is_commit = source.commit is not None  # the key has its id, so nothing else can differ
    if stored and (is_commit or tree_state.compute_state(tree_state.stamps) == stored["state"]):
        return decode_selection(stored["selection"])
    # Imported here, not above: a stored selection is found without them.
    from archguard.definitions.use_scan import UseScan  # noqa: PLC0415
    from archguard.graph.analysis import analyse  # noqa: PLC0415
    from archguard.protection.selection import SelectionInput, select  # noqa: PLC0415

    analysis = analyse(
        source,
        request.options,
        cache=request.cache,
        jobs=request.jobs,
        progress=request.progress,
        tree_state=TreeState(source, request.options),
    ).result()
    with UseScan(source, analysis.modules, cache=request.cache, jobs=request.jobs) as scan:
        inputs = SelectionInput(source, analysis, scan, rules, entry_points)
        selection = select(inputs, request.question)
    if key and (analysis.state is not None or _is_final(analysis, is_commit=is_commit)):
        request.cache.store(key, {"state": analysis.state, "selection": selection._asdict()})
    return selection


def replace_by_contexts(
    request: SelectionRequest, selection: Selection, file: str, root: str
) -> Selection:
    """Return the selection with the tests that ran what is asked for, and with those that it missed.

    Args:
        request: what the selection was made for.
        selection: the tests by their source.
        file: the data file of coverage.
        root: the folder of the tree.

    Raises:
        ConfigurationError: the file cannot be read, or says nothing of contexts.
        WorkerError: no child process can be started.
    """
    from archguard.definitions.use_scan import UseScan  # noqa: PLC0415
    from archguard.protection.run_contexts import ContextFile, select_names  # noqa: PLC0415

    modules = TreeState(request.source, request.options).discovery.modules
    paths = [module.path for module in modules.values()]
    rules = read_collection_rules(request.source, paths)
    contexts = ContextFile(file, root, [path for path in paths if rules.collects(path)])
    with UseScan(request.source, modules, cache=request.cache, jobs=request.jobs) as scan:
        uses = scan.read(select_names(modules, selection.asked))
    ran = contexts.list_tests(uses.values(), selection.asked)
    known = {test.path: test for test in selection.tests}
    return selection._replace(
        tests=tuple(known.get(path, ProtectingTest(path, Why.CONTEXT, ())) for path in sorted(ran)),
        missed=tuple(sorted(ran - known.keys())),
    )


def decode_selection(document: Mapping[str, Any]) -> Selection:
    """Return the selection that JSON holds as `_asdict` made it; JSON makes tuples lists."""
    return Selection(
        asked=tuple(document["asked"]),
        tests=tuple(
            ProtectingTest(path, Why(why), tuple(chain)) for path, why, chain in document["tests"]
        ),
        gaps=tuple(map(Gap._make, document["gaps"])),
        untested=tuple(map(Gap._make, document["untested"])),
        collected=document["collected"],
        unread=tuple(map(UnreadFile._make, document["unread"])),
    )


def _is_final(analysis: Analysis, *, is_commit: bool) -> bool:
    return is_commit and not any(file.unknown for file in analysis.unread)


def _make_key(
    request: SelectionRequest, rules: CollectionRules, entry_points: Mapping[str, Sequence[str]]
) -> str:
    versions = [sys.version, version("libcst"), list_code_files()]
    question = [request.options._asdict(), request.question._asdict(), rules._asdict(), entry_points]
    return make_key(["tests", *versions, request.source.spec(), *question])
