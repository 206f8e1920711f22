"""The client reads no other variables than the guide lists."""

from __future__ import annotations

import re
from pathlib import Path

from archguard.upload.environment import VARIABLES, select_variables

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "ci.md"


def test_no_other_variable_is_known() -> None:
    everything = dict.fromkeys([*VARIABLES, "GITHUB_TOKEN", "HOME", "PATH"], "x")

    assert select_variables(everything).keys() == VARIABLES


def test_an_empty_variable_is_none() -> None:
    assert select_variables({"ARCHGUARD_TOKEN": "", "ARCHGUARD_SERVER": "x"}) == {
        "ARCHGUARD_SERVER": "x"
    }


def test_the_guide_lists_every_variable_and_no_other() -> None:
    rows = GUIDE.read_text().partition("| service | variables |")[2].partition("\n\n")[0]

    assert set(re.findall(r"`([A-Z_]+)`", rows)) == VARIABLES
