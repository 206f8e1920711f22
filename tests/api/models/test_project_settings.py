"""A project's settings: three that are known, with values that can be; anything else is refused."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from archguard.branch_name import is_branch_name
from archguard_api.models.project_settings import ProjectSettings
from tests.api.serving import SHOP

if TYPE_CHECKING:
    from pathlib import Path

    from httpx2 import Response

    from tests.api.serving import Service

NOTHING_SET = {
    "link": None,
    "default_branch": None,
    "stale_after_days": 30,
    "delete_branches_after_days": None,
    "keep_graphs_days": None,
}
BRANCHES = [
    *(
        "main",
        "release/1.2",
        "feature/é",
        "a@b",
        "x.locked",
        "a.b",
        "a-",
        "a/-b",
        "日本",
        "-a",
        "@",
        "HEAD",
    ),
    *("", "a b", "a..b", "a/.b", ".a", "a.", "a/", "/a", "a//b", "a.lock", "a.lock/b", "a@{1}", "a\\b"),
    *("a~1", "a^", "a:b", "a?", "a*", "a[b", "a\x7f", "a\x01", "a\tb", "a\nb", "a\n"),
]


def _patch(shop: Service, settings: object) -> Response:
    return shop.client.patch(SHOP, json={"settings": settings}, headers=shop.as_(shop.token()))


@pytest.mark.parametrize("name", BRANCHES)
def test_a_branch_can_be_what_git_takes_for_one(name: str) -> None:
    command = ["git", "check-ref-format", "--branch", name]
    by_git = subprocess.run(command, capture_output=True, text=True, check=False)

    # `@` is short for HEAD there, and nobody can make a branch of either name.
    expected = by_git.returncode == 0 and by_git.stdout.removesuffix("\n") == name and name != "HEAD"
    assert is_branch_name(name) is (expected and name != "@")


@pytest.mark.parametrize("name", ["\0", "a\0b", "\x85", "a" * 256])
def test_a_branch_cannot_be_what_no_command_line_can_say(name: str) -> None:
    assert not is_branch_name(name)


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({}, {}),
        ({"stale_after_days": None}, {"stale_after_days": None}),
        ({"stale_after_days": 7, "default_branch": "main"},) * 2,
        ({"link": None, "default_branch": None}, {}),
    ],
)
def test_what_is_left_out_has_its_default(
    settings: dict[str, Any], shown: dict[str, Any], shop: Service
) -> None:
    changed = _patch(shop, settings)

    assert (changed.status_code, changed.json()["settings"]) == (200, NOTHING_SET | shown)
    assert shop.get(SHOP).json()["settings"] == NOTHING_SET | shown
    assert _patch(shop, changed.json()["settings"]).json()["settings"] == NOTHING_SET | shown


@pytest.mark.parametrize(
    ("settings", "at"),
    [
        ({"colour": "red"}, "settings.colour"),
        ({"default_branch": "main", "Link": "https://example.org/{path}"}, "settings.Link"),
        ({"default_branch": "\0"}, "settings.default_branch"),
        ({"default_branch": "no such..name"}, "settings.default_branch"),
        ({"default_branch": 7}, "settings.default_branch"),
        ({"stale_after_days": 0}, "settings.stale_after_days"),
        ({"stale_after_days": "7"}, "settings.stale_after_days"),
        ({"stale_after_days": 1.5}, "settings.stale_after_days"),
        ({"stale_after_days": 10**20}, "settings.stale_after_days"),
        ({"stale_after_days": True}, "settings.stale_after_days"),
        (["link"], "settings"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_changes(settings: object, at: str, shop: Service) -> None:
    before = _patch(shop, {"default_branch": "main", "stale_after_days": 9}).json()

    answer = _patch(shop, settings)

    assert answer.status_code == 422
    assert at in [error["at"] for error in answer.json()["errors"]]
    assert shop.get(SHOP).json() == before


def test_what_an_earlier_version_let_in_is_not_shown_and_harms_nobody(
    shop: Service, tmp_path: Path
) -> None:
    stored = '{"colour": "red", "default_branch": "main", "link": "javascript:{path}"}'
    with closing(sqlite3.connect(tmp_path / "service.db")) as connection, connection:
        connection.execute("UPDATE projects SET settings = ?", (stored,))

    assert shop.get(SHOP).json()["settings"] == {
        **NOTHING_SET,
        "default_branch": "main",
        "link": "javascript:{path}",
    }
    assert shop.store.get_settings("shop").stale_after_days == 30


def test_a_project_that_is_not_there_has_the_defaults(shop: Service) -> None:
    assert shop.store.get_settings("none") == ProjectSettings()
