"""What the store returns is written as the document says: times as text, and nothing internal."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from pydantic import TypeAdapter

from archguard_api import models

SECRET = b"\x01\x02"
TOKEN = models.Token("a1B2c3D4", "shop", "read", 0, None, None, SECRET)


def _dump(value: models.Token | models.Tokens | models.Branch) -> dict[str, object]:
    dumped: dict[str, object] = json.loads(TypeAdapter(type(value)).dump_json(value))
    return dumped


def test_a_token_is_shown_without_what_is_internal() -> None:
    shown = _dump(TOKEN)

    internal = {"secret_hash", "provisional", "bound_branch", "bound_commit", "bound_pull"}
    assert shown.keys() == {field.name for field in fields(TOKEN)} - internal
    assert _dump(models.Tokens(items=(TOKEN,))) == {"items": [shown]}


def test_a_new_token_is_the_same_with_its_text() -> None:
    new = models.extend(models.NewToken, TOKEN, token="agp_text")

    assert _dump(new) == {**_dump(TOKEN), "token": "agp_text"}


@pytest.mark.parametrize(("tip", "expected"), [(None, None), (0, "1970-01-01T00:00:00Z")])
def test_a_time_is_text_and_a_version_is_not_shown(tip: int | None, expected: str | None) -> None:
    branch = models.Branch("main", 1, 7, None if tip is None else models.Moment("c0", tip))

    assert _dump(branch) == {
        "name": "main",
        "snapshots": 1,
        "tip": None if expected is None else {"commit": "c0", "committed_at": expected},
        "rebuilding": False,
    }
