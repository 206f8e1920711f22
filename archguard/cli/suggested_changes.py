"""Find what a comment on a pull request can suggest for the lines that it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.cli.options.scanning import count_processors
from archguard.cli.options.upload import UploadOptions

if TYPE_CHECKING:
    from archguard.checking.report import Report
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.cli.options.base_revision import BaseOptions
    from archguard.consolidation.suggestions import Suggestion
    from archguard.graph.scanning.cache import Cache


def find_suggestions(
    report: Report, tree: ChosenTree, comparison: BaseOptions, cache: Cache
) -> list[Suggestion]:
    """Return the suggestions for the new violations of a report; empty without a base in git.

    Raises:
        ArchguardError: the tree was changed meanwhile, and cannot be judged now.
    """
    if not any(one.on_changed_lines for one in report.violations):
        return []
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415 (not needed for --help)
    from archguard.cli.base_comparison import open_base  # noqa: PLC0415
    from archguard.consolidation.migration_plan import PlanOptions  # noqa: PLC0415
    from archguard.consolidation.plan_cache import load_or_plan  # noqa: PLC0415
    from archguard.consolidation.report_edits import add_edits  # noqa: PLC0415
    from archguard.consolidation.suggestions import make_suggestions  # noqa: PLC0415
    from archguard.ratchet.base import Base  # noqa: PLC0415
    from archguard.ratchet.changed_lines import find_changed_lines  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415

    source = open_source(tree.folder)
    request = CheckRequest(source, tree.configuration, cache, count_processors())
    base = open_base(comparison, UploadOptions(), request, tree)
    if not isinstance(base, Base):
        return []
    plan = load_or_plan(request, PlanOptions())
    paths = sorted(plan.edits)
    contents = {
        path: content
        for path, content in zip(paths, source.read(paths), strict=True)
        if isinstance(content, bytes)
    }
    return make_suggestions(add_edits(report, plan), contents, find_changed_lines(paths, source, base))
