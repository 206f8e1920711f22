"""Over a tree, each tool says what `check` and `plan` say, in the same words and numbers."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from archguard.demo import generate_commits, generate_pull_request, write_repository
from tests.cli.console_script import archguard
from tests.cli.mcp.assistant import ask, read_error
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from mcp_types import CallToolResult, Tool

pytestmark = pytest.mark.slow
OLD = "shop.web.session_store"
SHOP = {
    "pyproject.toml": """\
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.old_cart", "shop.lost_cart"]
replacement = {"shop.old_cart" = "shop.cart"}
""",
    "shop/__init__.py": "",
    "shop/cart.py": "class Cart: ...\n",
    "shop/old_cart.py": "class Cart: ...\nclass Basket: ...\n",
    "shop/lost_cart.py": "class Cart: ...\n",
    "shop/order.py": "from shop.old_cart import Cart\n",
    "shop/gift.py": "from shop.old_cart import Basket\n",
    "shop/wish.py": "import shop.lost_cart\n",
}


class Demo(NamedTuple):
    """The demo's repository, and what the client got of it."""

    root: Path
    diff: str
    """Of its pull request."""
    tools: list[Tool]
    answers: dict[str, CallToolResult]

    def get(self, name: str) -> dict[str, Any]:
        """Return an answer that is no error."""
        answer = self.answers[name]
        assert not answer.is_error, answer
        document: dict[str, Any] = answer.structured_content
        return document


def _read_diff(root: Path, *arguments: str) -> str:
    """Return a diff with the blank lines at its end, which belong to it."""
    file = root / ".git" / "change.diff"
    git(root, "diff", "--output", str(file), *arguments)
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    root = folder / "shop"
    year = [*generate_commits(datetime.date.today())]
    write_repository(str(root), year, generate_pull_request(year))
    diff = _read_diff(root, "main", "gift-cards")
    before = _read_files(root)
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        "replacement": ("find_replacement", {"name": OLD}),
        "importers": ("find_importers", {"name": OLD}),
        "tree": ("judge_change", {}),
        "diff": ("judge_change", {"diff": diff}),
        "ready": ("list_ready", {}),
        "contracts": ("describe_contracts", {}),
    }
    tools, answers = ask([*calls.values()], "--root", root, folder=folder)
    assert _read_files(root) == before
    return Demo(root, diff, tools, dict(zip(calls, answers, strict=True)))


def _read_files(root: Path) -> dict[str, bytes]:
    """Return the content of every file, those of git included."""
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _check(root: Path, *arguments: str) -> dict[str, Any]:
    done = archguard("check", "--root", root, "--format", "json", *arguments)
    assert done.returncode in {0, 1}, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_every_tool_is_listed_as_read_only_with_schemas_of_what_it_takes_and_answers(demo: Demo) -> None:
    names = ["find_replacement", "find_importers", "judge_change", "list_ready", "describe_contracts"]

    assert [tool.name for tool in demo.tools] == names
    for tool in demo.tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema is not None
        assert tool.output_schema["required"]


def test_the_contracts_stand_as_check_says(demo: Demo) -> None:
    report = _check(demo.root)
    done = archguard("check", "--root", demo.root)
    contracts = demo.get("contracts")["contracts"]

    assert len(contracts) == len(report["contracts"]) == 2
    for said, checked in zip(contracts, report["contracts"], strict=True):
        assert {
            key: value for key, value in said.items() if key not in {"state", "sentence"}
        }.items() <= (checked.items())
        assert said["sentence"] in done.stdout


def test_the_importers_are_those_of_the_violations_of_check(demo: Demo) -> None:
    answer = demo.get("importers")
    violations = [one for one in _check(demo.root)["violations"] if one["imported"] == OLD]

    assert violations
    assert answer["importers"] == [one["importer"] for one in violations]
    assert answer["total"] == answer["violations_total"] == len(violations)
    for said, checked in zip(answer["violations"], violations, strict=True):
        assert said.items() <= checked.items()


def test_the_replacement_is_that_of_check_in_its_words(demo: Demo) -> None:
    answer = demo.get("replacement")
    violation = next(one for one in _check(demo.root)["violations"] if one["imported"] == OLD)

    assert answer["deprecated"]
    assert answer["sentence"] == violation["actions"][0]["text"]
    assert [one["replacement"] for one in answer["answers"]] == [violation["replacement"]]


def test_an_unchanged_tree_has_no_new_debt(demo: Demo) -> None:
    answer, report = demo.get("tree"), _check(demo.root, "--base", "HEAD")

    assert not answer["is_new_debt"]
    assert answer["contracts"] == report["contracts"]
    assert answer["base"] == report["base"]


def test_a_diff_is_judged_as_check_judges_the_tree_that_has_it(demo: Demo) -> None:
    answer = demo.get("diff")
    git(demo.root, "checkout", "--quiet", "gift-cards")
    try:
        report = _check(demo.root, "--base", "main")
        text = archguard("check", "--root", demo.root, "--base", "main").stdout
    finally:
        git(demo.root, "checkout", "--quiet", "main")

    assert answer["is_new_debt"]
    assert answer["passed"] is False
    assert answer["contracts"] == report["contracts"]
    assert answer["new"] == [one for one in report["violations"] if one["status"] == "new"]
    assert answer["new_total"] == len(answer["new"]) == 1
    assert answer["fixed"] == report["fixed"]
    assert answer["sentence"].replace("HEAD", "main") in text
    assert answer["next"] in text


def test_what_is_ready_is_what_the_plan_says(demo: Demo) -> None:
    plan = json.loads(archguard("plan", "--root", demo.root, "--format", "json").stdout)
    answer = demo.get("ready")

    assert answer["counts"] == plan["counts"]
    assert answer["batches"] == plan["batches"]
    assert answer["ready"] == [one for one in plan["violations"] if one["status"] == "ready"]


def test_names_are_answered_by_the_mapping_of_the_plan(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    write_files(root, dict(SHOP.items()))
    commit_all(root)
    names = (
        "shop.old_cart:Cart",
        "shop.old_cart.Cart",
        "shop.old_cart:Basket",
        "shop.lost_cart",
        "shop.cart",
    )
    calls = [("find_replacement", {"name": name}) for name in names]
    _, answers = ask([*calls, ("list_ready", {})], "--root", root, folder=tmp_path)
    plan = json.loads(archguard("plan", "--root", root, "--format", "json").stdout)
    reasons = {one["importer"]: one["reason"] for one in plan["violations"]}
    colon, dot, basket, lost, new, ready = (answer.structured_content for answer in answers)

    for answer in (colon, dot):
        assert [one["replacement"] for one in answer["answers"]] == ["shop.cart:Cart"]
        assert answer["answers"][0]["reason"] == reasons["shop.order"]
    assert (basket["answers"][0]["code"], basket["sentence"]) == ("missing-symbol", reasons["shop.gift"])
    assert lost["answers"][0]["code"] == "no-replacement"
    assert lost["sentence"] == reasons["shop.wish"]
    assert (new["deprecated"], new["answers"]) == (False, [])
    assert [one["importer"] for one in ready["ready"]] == ["shop.order"]


def test_a_diff_is_judged_below_the_top_of_a_repository_by_the_contracts_that_it_leaves(
    tmp_path: Path,
) -> None:
    top = tmp_path / "top"
    write_files(top, {f"app/{path}": text for path, text in SHOP.items()})
    commit_all(top)
    write_files(top, {"app/shop/more.py": "import shop.old_cart\n"})
    weaker = SHOP["pyproject.toml"].replace(', "shop.lost_cart"', "")
    write_files(top, {"app/pyproject.toml": weaker})
    git(top, "add", "--all")
    diff = _read_diff(top, "--cached")
    git(top, "reset", "--quiet", "--hard")
    _, answers = ask([("judge_change", {"diff": diff})], "--root", top / "app", folder=tmp_path)
    answer = answers[0].structured_content

    assert [one["importer"] for one in answer["new"]] == ["shop.more"]
    assert [(one["importer"], one["imported"]) for one in answer["weakened"]] == [
        ("shop.wish", "shop.lost_cart")
    ]
    assert git(top, "status", "--porcelain") == ""


def test_what_cannot_be_answered_is_said_in_one_sentence(demo: Demo, tmp_path: Path) -> None:
    long = "a" * 5000
    refusals: list[tuple[str, dict[str, Any], str]] = [
        ("find_importers", {"name": "shop.web.sesion_store"}, "did you mean 'shop.web.session_store'?"),
        ("judge_change", {"diff": "rubbish"}, "the diff does not apply to HEAD: "),
        ("judge_change", {"base": "--all"}, "--base --all: no such commit"),
        ("list_ready", {"contract": "one-loggin"}, "did you mean 'one-login'?"),
        ("describe_contracts", {"contract": "x\ny"}, "contract: has a control character"),
        ("find_replacement", {}, "find_replacement: 'name' is a required property."),
        ("find_replacement", {"name": None}, "find_replacement: 'name' is a required property."),
        ("find_replacement", {"name": 3}, "name: must be of the type string."),
        ("find_replacement", {"name": long}, "name: is longer than 4096 characters."),
        ("find_importers", {"name": "a", "limit": 0}, "limit: 0 is less than the minimum of 1."),
        ("find_importers", {"name": "a", "colour": 1}, "('colour' was unexpected)."),
        ("find_importer", {"name": "a"}, "did you mean 'find_importers'?"),
    ]
    calls = [(name, arguments) for name, arguments, _ in refusals]
    _, answers = ask(calls, "--root", demo.root, folder=tmp_path)

    for answer, (_, _, expected) in zip(answers, refusals, strict=True):
        sentence = read_error(answer)
        assert expected in sentence
        assert "\n" not in sentence
        assert len(sentence) < 400


def test_without_a_configuration_it_does_not_start(tmp_path: Path) -> None:
    done = archguard("mcp", "--root", tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
