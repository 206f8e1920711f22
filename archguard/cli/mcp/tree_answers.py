"""Answers from a working tree, in the words and numbers of `check --format json` and `plan`."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from archguard.checking.pipeline import CheckRequest, check
from archguard.checking.report_cache import load_or_check
from archguard.cli.base_comparison import decide
from archguard.cli.git_base import open_git_base
from archguard.cli.mcp.answers import Document, Question, QuestionError
from archguard.cli.mcp.patched_tree import judge_diff
from archguard.cli.options.base_revision import NO_BASE, BaseOptions
from archguard.cli.tree_verdict import choose_tree
from archguard.consolidation.migration_plan import PlanOptions
from archguard.consolidation.plan_cache import load_or_plan
from archguard.consolidation.substitutes import find_substitutes
from archguard.reporters import json_report, plan_json
from archguard.reporters.actions import describe_replacement
from archguard.reporters.next_step import describe_next_step
from archguard.reporters.plan_text import describe_counts
from archguard.reporters.sentences import NEW, summarize
from archguard.reporters.text import describe_verdict
from archguard.snapshot.graphs import GraphBuilder
from archguard.sources.open import open_source
from archguard.text import escape, suggest

if TYPE_CHECKING:
    from archguard.checking.report import Report
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.consolidation.substitutes import Substitute
    from archguard.graph.scanning.cache import Cache

_HEAD = "HEAD"
_CONTRACT_KEYS = (
    *("id", "name", "type", "kept", "violations", "lower_bound", "exposure"),
    *("owner", "deadline", "new", "passed", "allowed", "error"),
)
_VIOLATION_KEYS = ("contract", "importer", "imported", "ghost", "replacement", "occurrences", "actions")


class TreeAnswers:
    """Answers about the tree that --root and --config name, as it is when a question is asked."""

    def __init__(self, config: tuple[str, ...], root: str | None, cache: Cache, jobs: int) -> None:
        """Read nothing yet."""
        self._config = config
        self._root = root
        self._cache = cache
        self._jobs = jobs

    def find_replacement(self, question: Question) -> Document:
        """Say what the contracts and the plan's mapping say to import instead."""
        request, _ = self._make_request(question)
        result = check(request)
        substitutes = find_substitutes(request, result, question.get("name"))
        return make_replacement_answer(question.get("name"), substitutes)

    def find_importers(self, question: Question) -> Document:
        """List the importers that a snapshot's graph has, and the violations of `check`."""
        name = question.get("name")
        request, _ = self._make_request(question)
        result = check(request)
        graph = GraphBuilder().build(result.inputs.analysis)
        importers = sorted(
            graph.modules[importer] for importer, to in graph.imports if graph.modules[to] == name
        )
        violations = [one for one in result.report.violations if one.imported == name]
        if not importers and not violations and name not in graph.modules:
            raise QuestionError(f"name: the tree has no module '{name}'{suggest(name, graph.modules)}")
        documents = map(json_report.make_violation_document, violations[: question.limit])
        return {
            "name": name,
            "commit": result.report.commit,
            **cut("importers", [*map(escape, importers)], question.limit),
            "violations_total": len(violations),
            "violations": [{key: one[key] for key in _VIOLATION_KEYS} for one in documents],
        }

    def judge_change(self, question: Question) -> Document:
        """Say what `check --base` says, of the working tree or of a diff."""
        request, tree = self._make_request(question)
        configured = tree.configuration.base
        base = question.get("base") or (configured if configured != NO_BASE else "") or _HEAD
        if (diff := question.get("diff")) is not None:
            with tempfile.TemporaryDirectory() as folder:
                report = judge_diff(request, tree, base, diff, folder)
        else:
            opened = open_git_base(base, request, tree)
            report = decide(load_or_check(request), request, opened, BaseOptions(base))
        return _describe_change(report, question.limit)

    def list_ready(self, question: Question) -> Document:
        """List what `plan` says is ready, with its batches."""
        request, tree = self._make_request(question)
        plan = load_or_plan(request, PlanOptions(contracts=_select_ids(tree, question)))
        document = plan_json.make_document(plan)
        ready = [one for one in document["violations"] if one["status"] == "ready"]
        return {
            "sentence": describe_counts(plan),
            "counts": document["counts"],
            "ready": ready[: question.limit],
            "left_out": len(ready[question.limit :]),
            "batches": document["batches"],
        }

    def describe_contracts(self, question: Question) -> Document:
        """Say the verdicts and counts of `check`, in the words of its text."""
        request, tree = self._make_request(question)
        report = decide(load_or_check(request), request, None, BaseOptions())
        wanted = _select_ids(tree, question)
        documents = json_report.make_document(report)["contracts"]
        return {
            "commit": report.commit,
            "contracts": [
                {
                    **{key: document[key] for key in _CONTRACT_KEYS if key in document},
                    "state": None,
                    "sentence": describe_verdict(contract),
                }
                for document, contract in zip(documents, report.contracts, strict=True)
                if not wanted or contract.id in wanted
            ],
        }

    def _make_request(self, question: Question) -> tuple[CheckRequest, ChosenTree]:
        tree = choose_tree(self._config, self._root)
        request = CheckRequest(
            open_source(tree.folder),
            tree.configuration,
            self._cache,
            self._jobs,
            progress=lambda *_: question.refuse_cancelled(),
        )
        return request, tree


def cut(key: str, items: list[str], limit: int) -> Document:
    """Return the first items, how many there are, and how many are left out."""
    return {"total": len(items), key: items[:limit], "left_out": len(items[limit:])}


def make_replacement_answer(name: str, substitutes: list[Substitute]) -> Document:
    """Return the answer on what to import instead of a module or a name."""
    first = next((one for one in substitutes if one.replacement), None)
    if not substitutes:
        sentence = f"No contract deprecates {escape(name)}."
    elif first is not None and first.replacement is not None:
        sentence = describe_replacement(name, first.replacement)
    else:
        sentence = escape(substitutes[0].reason)
    answers = [{**one._asdict(), "reason": escape(one.reason)} for one in substitutes]
    return {"name": name, "deprecated": bool(answers), "sentence": sentence, "answers": answers}


def _select_ids(tree: ChosenTree, question: Question) -> tuple[str, ...]:
    """Return the ids of the contracts that are asked for; empty for all."""
    label = question.get("contract")
    chosen = tree.configuration.select([label]).contracts if label is not None else ()
    return tuple(contract.id for contract in chosen)


def _describe_change(report: Report, limit: int) -> Document:
    document = json_report.make_document(report)
    new = [one for one in document["violations"] if one["status"] == NEW]
    keys = ("base", "contracts", "fixed", "weakened", "newly_unread", "notices")
    return {
        "sentence": summarize(report),
        "next": describe_next_step(report),
        "is_new_debt": any(contract.new for contract in report.contracts),
        "passed": report.passed,
        **{key: document[key] for key in keys},
        "new_total": len(new),
        "new": new[:limit],
        "left_out": len(new[limit:]),
    }
