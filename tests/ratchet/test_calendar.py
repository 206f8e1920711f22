"""Contracts that become stricter on a day: stages, deadlines, and which day a report is of."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from archguard.configuration.calendar import Calendar, Enforcement, Stage
from tests.cli.console_script import archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository

if TYPE_CHECKING:
    from pathlib import Path

STAGES = 'stages = [{from = 2027-01-01, enforce = "ratchet"}, {from = 2027-07-01, enforce = "strict"}]\n'
REPORT = 'enforce = "report"\n'


def _make(tmp_path: Path, options: str) -> Repository:
    return Repository(tmp_path / "shop", SHOP | {"pyproject.toml": SESSION + CONTRACT + options})


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _contract(repository: Repository, *arguments: str) -> dict[str, Any]:
    contract: dict[str, Any] = repository.check(*arguments).report["contracts"][0]
    return contract


@pytest.mark.parametrize(
    ("day", "of_a_new_one", "of_known_ones"),
    [("2026-12-31", 0, 0), ("2027-01-01", 1, 0), ("2027-06-30", 1, 0), ("2027-07-01", 1, 1)],
)
def test_each_stage_begins_on_its_day(
    tmp_path: Path, day: str, of_a_new_one: int, of_known_ones: int
) -> None:
    repository = _make(tmp_path, REPORT + STAGES)
    assert repository.check("--today", day).code == of_known_ones
    repository.commit({"shop/page.py": IMPORT})
    assert repository.check("--today", day).code == of_a_new_one


def test_a_stage_in_ini_is_a_line(tmp_path: Path) -> None:
    ini = (
        "[importlinter]\nroot_package = shop\n[importlinter:contract:one-cart]\nname = One cart\n"
        "type = deprecated\ndeprecated_modules = shop.legacy\nenforce = report\n"
        "stages =\n    2027-01-01 ratchet\n    2027-07-01 strict\n"
    )
    files = {path: text for path, text in SHOP.items() if path != "pyproject.toml"}
    repository = Repository(tmp_path / "shop", files | {".importlinter": ini})
    assert repository.check("--today", "2027-06-30").code == 0
    assert repository.check("--today", "2027-07-01").code == 1


def test_what_each_coming_day_will_break_is_said_before_it_comes(tmp_path: Path) -> None:
    repository = _make(tmp_path, REPORT + STAGES)
    assert _contract(repository, "--today", "2026-12-02")["stages"] == [
        {"from": "2027-01-01", "enforce": "ratchet", "fails": 0},
        {"from": "2027-07-01", "enforce": "strict", "fails": 2},
    ]
    done = archguard("check", "--root", repository.folder, "--base", "main", "--today", "2026-12-02")
    assert "As of 2026-12-02:" in done.stdout
    words = " ".join(done.stdout.split())
    assert "One cart: from 2027-01-01 on, in 30 days, only new violations fail (ratchet): none" in words
    assert "every violation fails (strict): 2 violations of today's would" in words
    assert _contract(repository, "--today", "2027-07-01")["stages"] == []


def test_an_enforced_deadline_is_a_day_to_come_and_then_one_that_has_passed(tmp_path: Path) -> None:
    repository = _make(tmp_path, "deadline = 2026-06-30\nenforce_deadline = true\n")
    assert _contract(repository, "--today", "2026-06-30")["stages"] == [
        {"from": "2026-07-01", "enforce": "strict", "fails": 2}
    ]
    done = archguard("check", "--root", repository.folder, "--base", "main", "--today", "2026-07-10")
    words = " ".join(done.stdout.split())
    assert "the deadline, 2026-06-30, passed 10 days ago, and 2 violations are left" in words
    assert done.returncode == 1


def test_a_deadline_of_any_type_is_shown(tmp_path: Path) -> None:
    contract = CONTRACT.replace('"deprecated"', '"protected"').replace("deprecated_m", "protected_m")
    options = 'allowed_importers = ["shop.order"]\ndeadline = 2026-06-30\n'
    files = SHOP | {"pyproject.toml": SESSION + contract + options}
    repository = Repository(tmp_path / "shop", files)
    assert _contract(repository)["deadline"] == "2026-06-30"


def test_a_commit_is_judged_on_its_own_day_and_a_working_tree_today(tmp_path: Path) -> None:
    repository = _make(tmp_path, REPORT + 'stages = [{from = 2026-01-02, enforce = "strict"}]\n')
    of_commit = repository.check("--rev", "HEAD")  # of 2026-01-01
    assert (of_commit.code, of_commit.report["today"]) == (0, "2026-01-01")
    started = datetime.datetime.now(datetime.UTC).date()
    of_tree = repository.check()
    ended = datetime.datetime.now(datetime.UTC).date()
    assert of_tree.code == 1
    assert started <= _day(of_tree.report["today"]) <= ended


@pytest.mark.parametrize(
    ("before", "after", "is_lowered"),
    [
        ('enforce = "strict"\n', 'enforce = "ratchet"\n', True),
        ('enforce = "ratchet"\n', 'enforce = "strict"\n', False),
        (REPORT + STAGES, REPORT, True),
        (REPORT, REPORT + STAGES, False),
        (REPORT + STAGES, REPORT + STAGES.replace("2027-01-01", "2027-02-01"), True),
        (REPORT + STAGES, REPORT + STAGES.replace("2027-01-01", "2026-12-01"), False),
        (REPORT + STAGES, REPORT + STAGES.replace('"strict"', '"ratchet"'), True),
        ("deadline = 2027-06-30\n", "deadline = 2027-12-31\n", True),
        ("deadline = 2027-06-30\n", "", True),
        ("deadline = 2027-06-30\n", "deadline = 2027-05-31\n", False),
        (
            "deadline = 2026-06-30\nenforce_deadline = true\n",
            "deadline = 2026-06-30\nenforce_deadline = false\n",
            True,
        ),
        ('owner = "@a"\n', 'owner = "@b"\n', False),
    ],
)
def test_a_calendar_that_is_lowered_is_weakened(
    tmp_path: Path, before: str, after: str, is_lowered: bool
) -> None:
    repository = _make(tmp_path, before)
    repository.commit({"pyproject.toml": SESSION + CONTRACT + after})
    outcome = repository.check("--today", "2026-11-30")
    assert outcome.weakened == ([(None, "enforcement-lowered")] if is_lowered else [])
    assert outcome.new == outcome.fixed == []


def test_the_stricter_calendar_judges_until_the_lowered_one_is_merged(tmp_path: Path) -> None:
    repository = _make(tmp_path, "deadline = 2026-06-30\nenforce_deadline = true\n")
    repository.commit(
        {"pyproject.toml": SESSION + CONTRACT + "deadline = 2027-06-30\nenforce_deadline = true\n"}
    )
    assert repository.check("--today", "2026-11-30").code == 1
    repository.git("branch", "--force", "main", "change")
    assert repository.check("--today", "2026-11-30").code == 0


def test_report_at_both_ends_fails_only_if_lowering_is_forbidden(tmp_path: Path) -> None:
    repository = _make(tmp_path, REPORT + STAGES)
    repository.commit({"pyproject.toml": SESSION + CONTRACT + REPORT, "shop/page.py": IMPORT})
    assert repository.check("--today", "2026-11-30").code == 0
    assert repository.check("--today", "2026-11-30", "--forbid-weakening").code == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ('stages = [{from = 2027-01-01, enforce = "rachet"}]\n', "did you mean 'ratchet'"),
        ('stages = [{from = "soon", enforce = "ratchet"}]\n', "'soon' is not a date like 2026-12-31"),
        ('stages = [{form = 2027-01-01, enforce = "ratchet"}]\n', "write a list such as"),
        ("stages = 3\n", "write a list such as"),
        ("stages = [2027-01-01]\n", "write a list such as"),
        (
            'stages = ["2027-01-01 strict", "2027-01-01 report"]\n',
            "two of them begin on 2027-01-01",
        ),
    ],
)
def test_a_mistake_in_stages_is_one_sentence(tmp_path: Path, options: str, sentence: str) -> None:
    outcome = _make(tmp_path, options).check()
    assert outcome.code == 2
    assert sentence in outcome.error
    assert outcome.error.count("\n") == 1


def test_an_invalid_calendar_at_the_base_hides_nothing(tmp_path: Path) -> None:
    repository = _make(tmp_path, 'enforce = "rachet"\n')
    repository.commit({"pyproject.toml": SESSION + CONTRACT, "shop/page.py": IMPORT})
    outcome = repository.check()
    assert (outcome.code, outcome.new) == (1, [("shop.page", "shop.legacy")])
    assert any("configuration is invalid" in notice for notice in outcome.report["notices"])


def test_the_last_day_that_there_is_can_be_a_deadline() -> None:
    stages = (Stage(_day("2027-01-01"), Enforcement.RATCHET),)
    calendar = Calendar(None, stages, datetime.date.max, is_enforced=True)
    assert calendar.list_days() == [_day("2027-01-01")]
    assert calendar.find_enforcement(datetime.date.max) is Enforcement.RATCHET
