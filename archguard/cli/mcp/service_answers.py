"""Answers from the service: what it says of the newest snapshot of a project's default branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from archguard.cli.mcp.answers import Document, Question, QuestionError
from archguard.cli.mcp.tree_answers import cut, make_replacement_answer
from archguard.consolidation.rewrite.refusal import RefusalCode
from archguard.consolidation.substitutes import Substitute
from archguard.graph.module_expressions import make_deprecation
from archguard.text import suggest
from archguard.upload.project_reader import ProjectReader, get_value

if TYPE_CHECKING:
    from archguard.upload.client import Client

_CONTRACT_KEYS = ("id", "name", "type", "kept", "violations", "lower_bound", "exposure")
_PAGE = 200


class ServiceAnswers:
    """Answers about one project."""

    def __init__(self, client: Client) -> None:
        """Ask nothing yet."""
        self._project = ProjectReader(client)

    def find_replacement(self, question: Question) -> Document:
        """Say what the replacement of the violations is, or else that of the contracts."""
        name = question.get("name")
        module = name.partition(":")[0]
        query = urlencode({"imported": name, "limit": _PAGE})
        known: dict[str, str | None] = {
            get_value(one, "contract", str): one.get("replacement")
            for one in get_value(self._project.read(f"/violations?{query}"), "items", list)
        }
        substitutes = []
        for contract in self._list_contracts():
            deprecated = make_deprecation(tuple(contract["deprecated"])).identify(module)
            if deprecated is None and contract["id"] not in known:
                continue
            replacement = known.get(contract["id"]) or _get_only(contract["replacements"])
            substitutes.append(_make_substitute(contract["id"], deprecated or name, replacement))
        return make_replacement_answer(name, substitutes)

    def find_importers(self, question: Question) -> Document:
        """List the importers of the snapshot's graph, and the violations of the module."""
        name = question.get("name")
        module = self._project.read(f"/modules/{quote(name, safe='')}")
        violations = [
            one for one in get_value(module, "violations", list) if one.get("imported") == name
        ]
        return {
            "name": name,
            "commit": get_value(module, "commit", str),
            **cut("importers", get_value(module, "importers", list), question.limit),
            "violations_total": len(violations),
            "violations": violations[: question.limit],
        }

    def judge_change(self, question: Question) -> Document:  # noqa: ARG002 (the interface)
        """Refuse: a change is judged where it is."""
        raise _needs_tree("judge_change")

    def list_ready(self, question: Question) -> Document:  # noqa: ARG002 (the interface)
        """Refuse: what can be rewritten only the files say."""
        raise _needs_tree("list_ready")

    def describe_contracts(self, question: Question) -> Document:
        """Say what the project's page says."""
        contracts = self._list_contracts()
        label = question.get("contract")
        chosen = [one for one in contracts if label is None or label in (one["id"], one["name"])]
        if not chosen and label is not None:
            hint = suggest(label, [one["id"] for one in contracts])
            raise QuestionError(f"contract: unknown contract '{label}'{hint}")
        return {
            "commit": chosen[0]["commit"] if chosen else None,
            "contracts": [_describe(one) for one in chosen],
        }

    def _list_contracts(self) -> list[dict[str, Any]]:
        """Return the contracts at the tip; those that were removed are left out."""
        return [
            {
                **get_value(one, "contract", dict),
                "state": get_value(one, "state", str),
                "sentence": get_value(one, "sentence", str),
                "commit": get_value(get_value(one, "at", dict), "commit", str),
            }
            for one in get_value(self._project.read(""), "contracts", list)
            if one.get("retired") is None
        ]


def _describe(contract: dict[str, Any]) -> Document:
    return {
        **{key: contract[key] for key in _CONTRACT_KEYS},
        "kept": None if contract.get("unjudged") else contract["kept"],
        "owner": contract.get("owner"),
        "deadline": contract.get("deadline"),
        "state": contract["state"],
        "sentence": contract["sentence"],
    }


def _make_substitute(contract: str, deprecated: str, replacement: str | None) -> Substitute:
    if replacement is not None:
        return Substitute(contract, deprecated, replacement, None, "")
    reason = f"The service knows no single replacement of {deprecated}; a tree may."
    return Substitute(contract, deprecated, None, RefusalCode.NO_REPLACEMENT.value, reason)


def _get_only(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None


def _needs_tree(tool: str) -> QuestionError:
    return QuestionError(f"{tool} needs a tree: start `archguard mcp` in a checkout, without --server.")
