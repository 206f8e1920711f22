"""From a real service, each tool says what its API says, in the same words and numbers."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from archguard.demo import generate_commits, write_repository
from tests.cli.console_script import archguard
from tests.cli.mcp.assistant import ask, read_error
from tests.functional.local_service import running_service

if TYPE_CHECKING:
    from mcp_types import CallToolResult

pytestmark = pytest.mark.slow
OLD = "shop.web.session_store"
PROJECT = "/api/v1/projects/shop"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, CallToolResult], dict[str, Any]]:
    """What the client got of the demo's last commit, and what the API says of it."""
    folder = tmp_path_factory.mktemp("service")
    root = folder / "shop"
    write_repository(str(root), generate_commits(datetime.date.today()))
    with running_service(folder) as service:
        server = f"http://127.0.0.1:{service.port}"
        token = folder / "token"
        token.write_text(service.token("admin"))
        token.chmod(0o600)
        where = ("--server", server, "--project", "shop", "--token-file", token)
        done = archguard("upload", "--root", root, *where)
        assert done.returncode == 0, done.stderr
        reader = service.token("read")
        calls: dict[str, tuple[str, dict[str, Any]]] = {
            "replacement": ("find_replacement", {"name": OLD}),
            "unused": ("find_replacement", {"name": "shop.orders.price_helpers"}),
            "fine": ("find_replacement", {"name": "shop.accounts.sessions"}),
            "importers": ("find_importers", {"name": OLD, "limit": 3}),
            "unknown": ("find_importers", {"name": "shop.nothing"}),
            "contracts": ("describe_contracts", {}),
            "misspelt": ("describe_contracts", {"contract": "one-loggin"}),
            "change": ("judge_change", {}),
            "ready": ("list_ready", {}),
        }
        _, answers = ask(
            [*calls.values()], "--server", server, "--project", "shop", folder=folder, token=reader
        )
        api = {
            path: service.get(f"{PROJECT}{path}", reader).json
            for path in ("", f"/modules/{OLD}", f"/violations?imported={OLD}")
        }
        assert "archguard: " in archguard("mcp", *where[:4], env={}).stderr
    return dict(zip(calls, answers, strict=True)), api


def test_the_contracts_stand_as_the_api_says(served: Any) -> None:
    answers, api = served
    contracts = answers["contracts"].structured_content["contracts"]

    assert {one["id"] for one in contracts} == {"one-price-engine", "one-login"}
    for said, stored in zip(contracts, api[""]["contracts"], strict=True):
        assert (said["state"], said["sentence"]) == (stored["state"], stored["sentence"])
        numbers = {key: value for key, value in said.items() if key not in {"state", "sentence"}}
        assert numbers.items() <= stored["contract"].items()


def test_the_importers_and_violations_are_those_of_the_api(served: Any) -> None:
    answers, api = served
    answer, module = answers["importers"].structured_content, api[f"/modules/{OLD}"]

    assert answer["total"] == len(module["importers"]) == 8
    assert answer["importers"] == module["importers"][:3]
    assert answer["left_out"] == 5
    assert answer["violations_total"] == api[f"/violations?imported={OLD}"]["total"]
    assert answer["violations"] == module["violations"][:3]


def test_the_replacement_is_that_of_the_violations_or_of_the_contract(served: Any) -> None:
    answers, api = served
    violation = api[f"/violations?imported={OLD}"]["items"][0]
    replaced, unused, fine = (
        answers[name].structured_content for name in ("replacement", "unused", "fine")
    )

    assert [one["replacement"] for one in replaced["answers"]] == [violation["replacement"]]
    assert unused["answers"][0]["replacement"] == "shop.pricing.price_engine"
    assert fine == {
        "name": "shop.accounts.sessions",
        "deprecated": False,
        "sentence": "No contract deprecates shop.accounts.sessions.",
        "answers": [],
    }


def test_what_needs_a_tree_or_is_unknown_is_said_in_one_sentence(served: Any) -> None:
    answers, _ = served

    for name in ("change", "ready"):
        assert "needs a tree: start `archguard mcp` in a checkout" in read_error(answers[name])
    assert "(HTTP 404)" in read_error(answers["unknown"])
    assert "did you mean 'one-login'?" in read_error(answers["misspelt"])
