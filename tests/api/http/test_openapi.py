"""The pages about the service say what it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.routing import APIRoute

from archguard_api.settings import Settings
from tests.api.serving import service

if TYPE_CHECKING:
    import pytest

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def test_the_page_lists_every_route_with_its_summary(tmp_path: Path) -> None:
    with service(tmp_path) as running:
        expected = {
            f"| `{method} {route.path}` | {route.summary} |"
            for route in running.app.routes
            if isinstance(route, APIRoute) and route.include_in_schema
            for method in set(route.methods or ()) - {"HEAD"}
        }

    listed = {line for line in (REFERENCE / "api.md").read_text().splitlines() if line.startswith("| `")}

    assert listed == expected


def test_the_page_lists_every_setting() -> None:
    named = set(
        re.findall(r"^\| `ARCHGUARD_(\w+)`", (REFERENCE / "service.md").read_text(), re.MULTILINE)
    )

    assert named == {name.upper() for name in Settings.model_fields}


def test_a_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHGUARD_ALLOWED_HOSTS", "a.example, *.b.example")
    monkeypatch.setenv("ARCHGUARD_PARSE_SLOTS", "2")

    assert Settings().allowed_hosts == ("a.example", "*.b.example")
    assert Settings().parse_slots == 2
