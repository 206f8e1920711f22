"""The examples of the reference are what the tools answer about the README's sample."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.mcp.assistant import ask
from tests.sources.trees import commit_all

REPOSITORY = Path(__file__).parents[3]
PAGE = REPOSITORY / "docs" / "reference" / "mcp.md"


def _contains(answer: Any, expected: Any) -> bool:
    """Return whether an answer says what is expected, and perhaps more keys."""
    if isinstance(expected, dict):
        return all(key in answer and _contains(answer[key], value) for key, value in expected.items())
    if isinstance(expected, list):
        return len(answer) == len(expected) and all(map(_contains, answer, expected))
    return bool(answer == expected)


@pytest.mark.slow
def test_the_documented_answers_are_given(tmp_path: Path) -> None:
    blocks = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    examples = [block for block in map(json.loads, blocks) if "tool" in block]
    root = tmp_path / "shop"
    shutil.copytree(REPOSITORY / "tests" / "samples" / "shop_broken", root)
    commit_all(root)
    tools, answers = ask(
        [(one["tool"], one["arguments"]) for one in examples], "--root", root, folder=tmp_path
    )

    assert len(examples) == 3
    for example, answer in zip(examples, answers, strict=True):
        assert _contains(answer.structured_content, example["answer"]), answer.structured_content
    assert {tool.name for tool in tools} == set(
        re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)
    )


@pytest.mark.parametrize("other", [{"a": [1]}, {"a": [1, 3]}, {"a": [1, 2], "b": 1}])
def test_the_control_another_answer_is_noticed(other: dict[str, Any]) -> None:
    assert _contains({"a": [1, 2], "c": 3}, {"a": [1, 2]})
    assert not _contains({"a": [1, 2], "c": 3}, other)
