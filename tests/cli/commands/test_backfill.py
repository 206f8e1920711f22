"""`archguard backfill`: which commits its options choose, and what is refused before the first line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard
from tests.history.histories import BASE, History
from tests.history.running import (
    CONFIGURATION,
    backfill,
    column,
    commits,
    configure,
    exact_lines,
    lines_of,
    refusal,
    warnings_of,
)
from tests.sources.trees import git

if TYPE_CHECKING:
    from pathlib import Path

# 2025-12-29 is a Monday.
DATES = (
    "2025-12-28T23:59:59Z",
    "2025-12-29T00:00:00Z",
    "2025-12-29T12:00:00+00:00",
    "2025-12-31T23:30:00-05:00",  # in UTC it is 2026
    "2026-01-01T05:00:00Z",
    "2026-01-05T00:30:00+01:00",  # in UTC it is Sunday
    "2026-02-10T08:00:00Z",
)


@pytest.fixture
def dated(history: History) -> tuple[History, list[str]]:
    """A history with a commit at each of the dates; each adds a violation."""
    commit_ids = [
        history.commit(BASE | {f"p/m{n}.py": "import p.old\n" for n in range(number)}, at=date)
        for number, date in enumerate(DATES)
    ]
    return history, commit_ids


@pytest.mark.slow
@pytest.mark.parametrize(
    ("every", "sampled"),
    [("commit", range(7)), ("day", (0, 2, 4, 5, 6)), ("week", (0, 5, 6)), ("month", (2, 5, 6))],
)
def test_of_each_day_week_and_month_in_utc_the_last_commit_is_a_line(
    dated: tuple[History, list[str]], every: str, sampled: tuple[int, ...]
) -> None:
    history, commit_ids = dated

    lines = exact_lines(history.root, "--every", every)

    assert commits(lines) == [commit_ids[number] for number in sampled]
    assert column(lines, "violations") == [number + 1 for number in sampled]
    assert sum(column(lines, "added")) == 7


def test_every_commit_is_the_default(dated: tuple[History, list[str]]) -> None:
    history, _ = dated

    assert backfill(history.root).stdout == backfill(history.root, "--every", "commit").stdout


def test_days_without_commits_are_no_lines(history: History) -> None:
    commit_ids = [
        history.commit(BASE, at="2026-01-01T00:00:00Z"),
        history.commit({"p/user.py": ""}, at="2026-01-20T00:00:00Z"),
    ]

    assert commits(lines_of(backfill(history.root, "--every", "day"))) == commit_ids


def test_two_samples_on_one_commit_are_one_line(history: History) -> None:
    commit_ids = [
        history.commit(BASE, at="2026-01-01T00:00:00Z"),
        history.commit({"p/user.py": ""}, at="2026-01-31T00:00:00Z"),
        history.commit({"p/user.py": "import p.old\n"}, at="2026-02-01T00:00:00Z"),
    ]

    for every in ("day", "week", "month"):
        sample = commits(lines_of(backfill(history.root, "--every", every)))
        assert len(sample) == len(set(sample))
        assert sample[-1] == commit_ids[-1]


def test_what_happens_between_two_samples_is_not_counted(history: History) -> None:
    history.commit(BASE, at="2026-01-01T10:00:00Z")
    history.commit({"p/user.py": ""}, at="2026-01-02T10:00:00Z")
    history.commit({"p/user.py": "import p.old\n"}, at="2026-01-02T11:00:00Z")

    lines = lines_of(backfill(history.root, "--every", "day"))

    assert column(lines, "violations") == [1, 1]
    assert column(lines, "added") == [1, 0]
    assert column(lines, "fixed") == [0, 0]
    assert column(lines, "reintroduced") == [0, 0]


def test_the_last_commit_of_a_day_is_the_last_by_order_and_not_by_clock(history: History) -> None:
    history.commit(BASE, at="2026-01-01T20:00:00Z")
    last = history.commit({"p/user.py": ""}, at="2026-01-01T08:00:00Z")

    assert commits(lines_of(backfill(history.root, "--every", "day"))) == [last]


def test_a_day_that_comes_back_is_one_sample(history: History) -> None:
    """Dates out of order: the last commit of a day may stand after one of the next day."""
    history.commit(BASE, at="2026-01-01T20:00:00Z")
    second = history.commit({"p/user.py": ""}, at="2026-01-02T08:00:00Z")
    third = history.commit({"p/user.py": "import p.old\n"}, at="2026-01-01T21:00:00Z")

    lines = lines_of(backfill(history.root, "--every", "day"))

    assert commits(lines) == [second, third]


@pytest.mark.parametrize("every", ["commit", "day"])
@pytest.mark.parametrize("seconds", ["253402300800", "18446744073709551615", "-1", "nonsense"])
def test_a_date_that_no_calendar_has_costs_no_line(
    history: History, tmp_path: Path, seconds: str, every: str
) -> None:
    """Such commits exist: clocks were wrong, and tools that imported a history wrote them."""
    history.commit(BASE)
    text = git(history.root, "cat-file", "commit", "main")
    (tmp_path / "commit").write_text(
        re.sub(r"(?m)^(committer .*>) .*", rf"\1 {seconds} +0000", text) + "\n", encoding="utf-8"
    )
    commit_id = git(
        history.root, "hash-object", "-t", "commit", "-w", "--literally", str(tmp_path / "commit")
    )
    last = history.commit({"p/user.py": ""}, parents=[commit_id])

    lines = lines_of(backfill(history.root, "--every", every))

    assert commits(lines) == [commit_id, last]
    assert all(re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T.{8}Z", line["committed_at"]) for line in lines)


def test_side_branches_do_not_give_samples(history: History) -> None:
    first = history.commit(BASE, at="2026-01-01T00:00:00Z")
    side = history.commit({"p/side.py": ""}, at="2026-01-02T00:00:00Z", branch="side", parents=[first])
    merge = history.commit({"p/side.py": ""}, at="2026-01-03T00:00:00Z", parents=[first, side])

    assert commits(lines_of(backfill(history.root, "--every", "day"))) == [first, merge]


# Bounds.


@pytest.mark.parametrize(
    ("bounds", "kept"),
    [
        (("--since", "2025-12-30"), (3, 4, 5, 6)),
        (("--until", "2025-12-30"), (0, 1, 2)),
        (("--since", "2025-12-30", "--until", "2026-01-03"), (3, 4)),
        (("--since", "2025-12-29"), (1, 2, 3, 4, 5, 6)),
        (("--until", "2026-01-01"), (0, 1, 2, 3, 4)),
        (("--since", "2026-01-01", "--until", "2026-01-01"), (3, 4)),
        (("--until", "2026-02-10"), range(7)),
        (("--since", "0001-01-01", "--until", "9999-12-31"), range(7)),
    ],
)
def test_only_commits_within_the_bounds_are_lines_and_both_days_are_within(
    dated: tuple[History, list[str]], bounds: tuple[str, ...], kept: tuple[int, ...]
) -> None:
    history, commit_ids = dated

    lines = lines_of(backfill(history.root, *bounds))

    assert commits(lines) == [commit_ids[number] for number in kept]
    assert column(lines, "violations") == [number + 1 for number in kept]


def test_bounds_and_samples_together(dated: tuple[History, list[str]]) -> None:
    history, commit_ids = dated

    done = backfill(history.root, "--every", "week", "--since", "2025-12-29", "--until", "2026-01-02")

    assert commits(lines_of(done)) == [commit_ids[4]]


def test_lines_within_bounds_say_what_the_same_lines_of_a_whole_run_say(
    dated: tuple[History, list[str]],
) -> None:
    history, _ = dated
    lines_of_all = {line["commit"]: line for line in lines_of(backfill(history.root, "--violations"))}

    for line in lines_of(backfill(history.root, "--violations", "--since", "2025-12-30")):
        same = lines_of_all[line["commit"]]
        assert line["violations"] == same["violations"]
        assert line["coverage"] == same["coverage"]
        for id_, contract in line["contracts"].items():
            for key in ("kept", "violations", "exposure", "lower_bound"):
                assert contract[key] == same["contracts"][id_][key]


# Output.


def test_jobs_and_the_cache_change_no_byte(dated: tuple[History, list[str]], tmp_path: Path) -> None:
    history, _ = dated
    plain = backfill(history.root, "--violations", "--no-cache", "--jobs", "1").stdout

    assert len(plain.splitlines()) == 7
    for arguments in (
        ("--no-cache", "--jobs", "2"),
        ("--cache-dir", str(tmp_path / "cache")),
        ("--cache-dir", str(tmp_path / "cache"), "--jobs", "2"),
    ):
        assert backfill(history.root, "--violations", *arguments).stdout == plain


def test_the_output_file_holds_what_standard_output_would(
    dated: tuple[History, list[str]], tmp_path: Path
) -> None:
    history, _ = dated
    output = tmp_path / "trend.jsonl"

    done = backfill(history.root, "--output", output)

    assert (done.returncode, done.stdout, warnings_of(done)) == (0, "", [])
    assert output.read_text(encoding="utf-8") == backfill(history.root).stdout


def test_the_text_ends_with_a_row_for_each_contract(dated: tuple[History, list[str]]) -> None:
    history, _ = dated

    done = backfill(history.root, "--format", "text")

    assert done.returncode == 0
    assert warnings_of(done) == []
    for id_ in ("old", "strings", "no-cycles"):
        assert id_ in done.stdout


# Contract types of the repository.


def test_trusted_contract_types_are_imported_from_the_repository(history: History) -> None:
    history.commit(BASE)
    (history.root / "house_rules.py").write_text(
        "from importlinter import Contract, ContractCheck\n"
        "class NoImports(Contract):\n"
        "    def check(self, graph, verbose):\n"
        "        return ContractCheck(kept=graph.count_imports() == 0)\n"
        "    def render_broken_contract(self, check):\n"
        "        print('There are imports.')\n"
    )
    text = (
        '[tool.importlinter]\nroot_packages = ["p"]\n'
        'contract_types = ["no_imports: house_rules.NoImports"]\n'
        '[[tool.importlinter.contracts]]\nid = "none"\nname = "No imports"\ntype = "no_imports"\n'
    )

    assert "--trust-contract-types" in refusal(backfill(history.root, text=text))
    (line,) = lines_of(backfill(history.root, "--trust-contract-types", text=text))
    assert line["contracts"]["none"]["kept"] is False


# Bad input.


@pytest.mark.parametrize("value", ["dya", "weekly", "comit"])
def test_an_unknown_every_is_refused_with_the_choices(history: History, value: str) -> None:
    history.commit(BASE)

    sentence = refusal(backfill(history.root, "--every", value))

    assert sentence.endswith(f"--every: unknown value '{value}'; choose commit, day, week or month.")


def test_an_every_like_none_names_all_of_them(history: History) -> None:
    history.commit(BASE)

    sentence = refusal(backfill(history.root, "--every", "xyz"))

    assert all(period in sentence for period in ("commit", "day", "week", "month"))


@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize(
    "given", ["yesterday", "2026-13-01", "2026-02-30", "01.02.2026", "", "2026", "9" * 30, "2026-1-5"]
)
def test_what_is_no_date_is_refused_with_an_example_of_one(
    history: History, option: str, given: str
) -> None:
    history.commit(BASE)

    sentence = refusal(backfill(history.root, f"{option}={given}"))

    assert sentence.startswith(f"{option} {given}")
    assert "2026-" in sentence.removeprefix(f"{option} {given}")


@pytest.mark.parametrize("given", ["josn", "csv"])
def test_a_format_that_there_is_not(history: History, given: str) -> None:
    history.commit(BASE)

    assert "json" in refusal(backfill(history.root, "--format", given))


@pytest.mark.parametrize(
    "rev", ["nowhere", "--upload-pack=touch x", "0" * 40, "main..main", "^main", "main\nmain", ""]
)
def test_a_revision_that_does_not_exist(history: History, tmp_path: Path, rev: str) -> None:
    history.commit(BASE)

    done = archguard("backfill", "--repo", history.root, f"--rev={rev}", "--config", configure(tmp_path))

    sentence = refusal(done)
    assert sentence.startswith("--rev ")
    assert "no such commit" in sentence


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()

    sentence = refusal(backfill(tmp_path / "plain"))

    assert sentence.startswith(f"--repo {tmp_path / 'plain'}")
    assert "no git repository" in sentence


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert refusal(backfill(tmp_path / "nowhere")).startswith(f"--repo {tmp_path / 'nowhere'}")


def test_a_configuration_that_does_not_exist(history: History, tmp_path: Path) -> None:
    history.commit(BASE)
    config = tmp_path / "nowhere.toml"

    done = archguard("backfill", "--repo", history.root, "--rev", "main", "--config", config)

    assert "nowhere.toml" in refusal(done)


def test_a_configuration_with_a_misspelt_option(history: History) -> None:
    history.commit(BASE)
    text = CONFIGURATION.replace("deprecated_modules", "depreciated_modules", 1)

    assert "depreciated_modules" in refusal(backfill(history.root, text=text))


def test_an_output_that_cannot_be_written(history: History, tmp_path: Path) -> None:
    history.commit(BASE)
    output = tmp_path / "nowhere" / "trend.jsonl"

    assert str(output) in refusal(backfill(history.root, "--output", output))


def test_an_option_of_another_name(history: History) -> None:
    done = backfill(history.root, "--evry", "day")

    assert done.returncode == 2
    assert "--every" in done.stderr


def test_bounds_without_commits_between_them_are_an_empty_output_or_one_sentence(
    history: History,
) -> None:
    history.commit(BASE)

    done = backfill(history.root, "--since", "2027-01-01")

    assert done.stdout == ""
    assert done.returncode in (0, 2)
    assert len(done.stderr.splitlines()) <= 1


def test_help_has_an_example() -> None:
    done = archguard("backfill", "--help")

    assert done.returncode == 0
    assert "archguard backfill --" in done.stdout
    assert "--every" in done.stdout


def test_a_history_is_judged_by_the_nearest_configuration_upwards(history: History) -> None:
    history.commit({**BASE, "p/deep/x.py": ""}, at="2026-01-01T00:00:00Z")
    (history.root / "pyproject.toml").write_text(CONFIGURATION)
    (history.root / "p" / "deep").mkdir(parents=True, exist_ok=True)

    inside = archguard("backfill", "--rev", "main", cwd=history.root / "p" / "deep")
    named = archguard("backfill", "--rev", "main", "--repo", "p/deep", cwd=history.root)

    assert (inside.returncode, len(inside.stdout.splitlines())) == (0, 1)
    assert named.returncode == 2
    assert "--repo p/deep: there is no configuration in it" in named.stderr
