"""`archguard check`, as a user runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT, archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    WriteTree = Callable[[Mapping[str, str]], Path]

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN, KEPT = SAMPLES / "shop_broken", SAMPLES / "shop_kept"


def test_a_broken_contract_ends_with_1_and_names_the_statement() -> None:
    done = archguard("check", "--root", BROKEN)

    assert done.returncode == 1
    assert "shop/order.py:2  from shop.legacy_cart import Cart as OldCart" in done.stdout
    assert "use shop.cart" in done.stdout
    assert done.stderr == ""


def test_a_kept_contract_ends_with_0() -> None:
    done = archguard("check", "--root", KEPT)

    assert done.returncode == 0
    assert "1 kept, 0 broken." in done.stdout


def test_the_configuration_of_the_current_folder_is_the_default() -> None:
    assert archguard("check", cwd=BROKEN).returncode == 1


def test_the_json_report_has_the_promised_shape() -> None:
    report = json.loads(archguard("check", "--root", BROKEN, "--format", "json").stdout)

    assert report["format_version"] == 1
    assert report["commit"] is None
    assert report["violations"] == [
        {
            "contract": "one-cart",
            "importer": "shop.order",
            "imported": "shop.legacy_cart",
            "ghost": False,
            "status": "open",
            "occurrences": [
                {
                    "path": "shop/order.py",
                    "line": 2,
                    "column": 1,
                    "kind": "top-level",
                    "statement": "from shop.legacy_cart import Cart as OldCart",
                    "names": ["shop.legacy_cart.Cart"],
                }
            ],
            "replacement": "shop.cart",
            "actions": [
                {
                    "kind": "replace",
                    "text": "Import shop.cart instead of shop.legacy_cart.",
                    "old": "shop.legacy_cart",
                    "new": "shop.cart",
                }
            ],
        }
    ]
    (contract,) = report["contracts"]
    assert (contract["kept"], contract["violations"], contract["exposure"]) == (False, 1, 1)
    assert report["coverage"] == {
        "files": 4,
        "analysed": 4,
        "unread": [],
        "outside": {"files": 0, "names": []},
        "excluded": {"files": 0, "patterns": [], "naming": 0},
        "undecided": [],
    }
    assert report["graph"] == {"modules": 4, "imports": 2}


def test_several_formats_go_to_several_files(tmp_path: Path) -> None:
    sarif, report = tmp_path / "a.sarif", tmp_path / "b.json"

    done = archguard(
        "check", "--root", BROKEN, "--format", f"sarif={sarif}", "--format", f"json={report}"
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    assert json.loads(report.read_text())["format_version"] == 1


def test_annotations_are_relative_to_where_the_job_runs() -> None:
    annotated = archguard("check", "--root", "shop_broken", "--format", "github", cwd=SAMPLES)
    listed = archguard("check", "--root", "shop_broken", "--format", "json", cwd=SAMPLES)

    assert "file=shop_broken/shop/order.py,line=2" in annotated.stdout
    assert '"path": "shop/order.py"' in listed.stdout


def test_output_names_the_file_of_a_format_without_one(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"

    done = archguard("check", "--root", KEPT, "--output", file)

    assert (done.returncode, done.stdout) == (0, "")
    assert "1 kept, 0 broken." in file.read_text()


def test_output_to_a_pipe_or_a_device_goes_into_it_and_leaves_it_there(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    done = archguard("check", "--root", KEPT, "--output", pipe)

    assert done.returncode == 0
    assert b"1 kept, 0 broken." in os.read(reader, 65_536)
    assert pipe.is_fifo()
    os.close(reader)


def test_output_through_a_link_goes_where_the_link_points(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "report.txt")

    done = archguard("check", "--root", KEPT, "--output", link)

    assert done.returncode == 0
    assert link.is_symlink()
    assert "1 kept, 0 broken." in (tmp_path / "report.txt").read_text()


def test_a_file_that_cannot_be_written_is_no_verdict(tmp_path: Path) -> None:
    done = archguard("check", "--root", KEPT, "--output", tmp_path / "no" / "such" / "folder.txt")

    assert done.returncode == 2
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chekc"], "unknown command 'chekc'; did you mean 'check'?"),
        (["check", "--formt", "json"], "'--formt'"),
        (["check", "--formt", "json"], "'--format'"),
        (
            ["check", "--format", "jsn"],
            "unknown value 'jsn'; choose text, json, github, sarif, junit, gitlab or markdown.",
        ),
        (["check", "--format", "sarif="], "name a file after the ="),
        (["check", "--jobs", "0"], "--jobs"),
        (["check", "no-such-folder"], "no-such-folder: there is no such file or folder."),
        (["check", "--root", "no-such-folder"], "--root no-such-folder: there is no such folder."),
        (["check", "--config", "no-such.toml"], "no-such.toml: there is no such file."),
        (["check", "--root", str(BROKEN), "--contract", "one-crat"], "did you mean 'one-cart'?"),
        (["check", "--root", str(BROKEN), "--rev", "no-such-rev"], "--rev no-such-rev: no such commit"),
    ],
)
def test_what_a_person_would_mistype_gets_one_sentence_and_2(
    arguments: list[str], sentence: str, tmp_path: Path
) -> None:
    done = archguard(*arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert sentence in done.stderr


def test_a_folder_without_configuration_is_told_what_to_do(tmp_path: Path) -> None:
    done = archguard("check", cwd=tmp_path)

    assert done.returncode == 2
    assert "archguard init" in done.stderr
    assert "--config" in done.stderr


def test_only_the_contract_asked_for_is_judged(write_tree: WriteTree) -> None:
    text = (BROKEN / "pyproject.toml").read_text()
    second = text.partition("[[")[2].replace("one-cart", "other").replace("legacy_cart", "gone")
    root = write_tree(
        {"pyproject.toml": f"{text}\n[[{second}", "shop/__init__.py": "import shop.legacy_cart"}
    )

    done = archguard("check", "--root", root, "--contract", "other")

    assert done.returncode == 0
    assert "1 kept, 0 broken." in done.stdout


def test_a_contract_is_selected_by_its_name_as_well() -> None:
    done = archguard("check", "--root", BROKEN, "--contract", "One cart")

    assert done.returncode == 1
    assert "did you mean 'One cart'?" in (
        archguard("check", "--root", BROKEN, "--contract", "One crat").stderr
    )


_RULES = """[tool.importlinter]
root_packages = ["shop"]
[[tool.importlinter.contracts]]
id = "{id}"
name = "No {module}"
type = "deprecated"
deprecated_modules = ["shop.{module}"]
"""


def _write_rules(write_tree: WriteTree, **changes: str) -> Path:
    files = {
        "a.toml": _RULES.format(id="gone", module="a"),
        "rules/b.toml": _RULES.format(id="gone", module="b"),
        "shop/__init__.py": "from shop import a, b, b as c\n",
        "shop/a.py": "",
        "shop/b.py": "",
    }
    return write_tree({**files, **changes})


def test_several_configurations_are_judged_in_one_run_under_ids_with_their_file(
    write_tree: WriteTree,
) -> None:
    root = _write_rules(write_tree)
    files = ("--root", ".", "--config", "a.toml", "--config", "rules/b.toml", "--config", "a.toml")

    def judge(*arguments: str) -> list[str]:
        done = archguard("check", *files, "--format", "json", *arguments, cwd=root)
        return [contract["id"] for contract in json.loads(done.stdout)["contracts"]]

    assert judge() == ["a.toml:gone", "rules/b.toml:gone"]
    assert judge("--contract", "rules/b.toml:gone") == ["rules/b.toml:gone"]
    assert judge("--contract", "gone") == ["a.toml:gone", "rules/b.toml:gone"]
    assert judge("--contract", "No a") == ["a.toml:gone"]


@pytest.mark.parametrize(
    ("change", "option"),
    [
        ('root_packages = ["shop", "tests"]', "root_packages"),
        (
            'root_packages = ["shop"]\nexclude_type_checking_imports = true',
            "exclude_type_checking_imports",
        ),
    ],
)
def test_configurations_of_different_trees_are_refused(
    change: str, option: str, write_tree: WriteTree
) -> None:
    text = _RULES.format(id="gone", module="b").replace('root_packages = ["shop"]', change)
    root = _write_rules(write_tree, **{"b.toml": text})

    done = archguard("check", "--config", "a.toml", "--config", "b.toml", cwd=root)

    assert done.returncode == 2
    assert f"a.toml and b.toml have different {option}" in done.stderr


def test_configurations_in_several_folders_need_a_root(write_tree: WriteTree) -> None:
    root = _write_rules(write_tree)

    done = archguard("check", "--config", "a.toml", "--config", "rules/b.toml", cwd=root)

    assert done.returncode == 2
    assert "give --root" in done.stderr


def test_no_color_wins_and_a_log_has_none() -> None:
    assert "\x1b" not in archguard("check", "--root", BROKEN).stdout
    assert "\x1b[" in archguard("check", "--root", BROKEN, "--color").stdout


@pytest.mark.parametrize(
    ("variables", "is_colored"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({}, False)],
)
def test_force_color_colors_a_log_unless_no_color_is_set(
    variables: dict[str, str], is_colored: bool, tmp_path: Path
) -> None:
    file = tmp_path / "report.txt"
    environment = {**os.environ, **variables}

    assert ("\x1b[" in archguard("check", "--root", BROKEN, env=environment).stdout) == is_colored
    archguard("check", "--root", BROKEN, "--output", file, env=environment)
    assert "\x1b[" not in file.read_text()


def test_a_dash_is_standard_output() -> None:
    for arguments in (["--format", "json", "--output", "-"], ["--format", "json=-"]):
        assert json.loads(archguard("check", "--root", BROKEN, *arguments).stdout)["violations"]


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["--format", "text", "--format", "json"], "standard output"),
        (["--format", "text", "--format", "json=-"], "standard output"),
        (["--format", "text", "--format", "text"], "standard output"),
        (["--format", "text", "--format", "json", "--output", "report"], "report"),
        (["--format", "text=report", "--format", "json=./report"], "./report"),
    ],
)
def test_two_formats_never_share_a_place(arguments: list[str], place: str, tmp_path: Path) -> None:
    done = archguard("check", "--root", BROKEN, *arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"both go to {place}: write one to a file" in done.stderr
    assert not (tmp_path / "report").exists()


def test_quiet_says_the_verdict_only_and_verbose_where_it_comes_from() -> None:
    quiet = archguard("check", "shop", "-q", cwd=BROKEN)
    verbose = archguard("check", "-v", cwd=BROKEN)

    assert (quiet.returncode, quiet.stderr) == (1, "")
    assert "BROKEN One cart: 1 violation" in quiet.stdout
    assert "0 kept, 1 broken." in quiet.stdout
    assert "order.py" not in quiet.stdout
    assert "configuration ./pyproject.toml" in verbose.stderr
    assert archguard("check", "-q", "-v", cwd=BROKEN).returncode == 2


@pytest.mark.parametrize(
    ("folder", "paths"),
    [
        ("shop", []),
        ("shop/deep/er", []),
        (".", ["."]),
        (".", ["shop"]),
        (".", ["shop/order.py", "shop"]),
        ("..", ["tree"]),
        ("..", ["tree/shop/deep"]),
    ],
)
def test_the_configuration_is_looked_for_upwards(
    folder: str, paths: list[str], write_tree: WriteTree
) -> None:
    root = write_tree(
        {
            "pyproject.toml": (BROKEN / "pyproject.toml").read_text(),
            "shop/__init__.py": "",
            "shop/order.py": "import shop.legacy_cart\n",
            "shop/pyproject.toml": "[project]\nname = 'no-contracts-here'\n",
            "shop/deep/er/__init__.py": "",
        }
    )

    done = archguard("check", *paths, cwd=root / folder)

    assert done.returncode == 1
    assert "shop/order.py:1" in done.stdout
    is_whole = not paths or paths == ["."] or paths == ["tree"]
    assert ("contracts are about the whole" in done.stderr) != is_whole


def test_the_nearest_configuration_wins(write_tree: WriteTree) -> None:
    text = (BROKEN / "pyproject.toml").read_text()
    root = write_tree(
        {
            "pyproject.toml": text,
            "inner/pyproject.toml": text.replace("legacy_cart", "gone"),
            "inner/shop/__init__.py": "import shop.legacy_cart\n",
        }
    )

    assert archguard("check", "inner/shop", cwd=root).returncode == 0


def test_paths_of_two_projects_are_refused(write_tree: WriteTree) -> None:
    text = (BROKEN / "pyproject.toml").read_text()
    root = write_tree({f"{name}/{file}": text for name in "ab" for file in ("pyproject.toml", "x.py")})

    done = archguard("check", "a", "b/x.py", cwd=root)

    assert done.returncode == 2
    assert "a/pyproject.toml and b/pyproject.toml" in done.stderr


def test_a_path_beside_the_named_root_is_refused(write_tree: WriteTree) -> None:
    root = write_tree({"a/x.py": "", "rules.toml": (BROKEN / "pyproject.toml").read_text()})

    for option in (["--root", str(BROKEN)], ["--config", str(BROKEN / "pyproject.toml")]):
        done = archguard("check", "a", *option, cwd=root)

        assert done.returncode == 2
        assert f"a is not below {BROKEN}" in done.stderr


def test_a_reader_that_stops_reading_is_no_crash() -> None:
    with subprocess.Popen(
        [SCRIPT, "check", "--root", BROKEN], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        stderr = process.stderr.read().decode()

    assert "Traceback" not in stderr
    assert process.returncode in (1, 2)


@pytest.mark.slow
def test_ctrl_c_ends_with_130_at_once_and_leaves_no_child(write_tree: WriteTree) -> None:
    files = {f"shop/m{number}.py": "x = [" + "1, " * 200_000 + "]\n" for number in range(150)}
    root = write_tree({"pyproject.toml": (BROKEN / "pyproject.toml").read_text(), **files})
    process = subprocess.Popen([SCRIPT, "check", "--root", root], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (children := _children(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.02)

    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)

    assert children
    assert process.returncode == 130
    assert "Traceback" not in stderr
    deadline = time.monotonic() + 20  # one that was only starting ends when its input does
    while (left := [child for child in children if _is_alive(child)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left


def _children(pid: int) -> list[int]:
    # A child belongs to the thread that started it.
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split()]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_the_verdict_is_the_first_line_and_the_next_step_the_last() -> None:
    lines = archguard("check", "--root", BROKEN).stdout.splitlines()

    assert lines[0] == "0 kept, 1 broken. 1 violation in 4 files."
    assert lines[-1] == "Next: in shop/order.py:2, import shop.cart instead of shop.legacy_cart."


def test_exposed_modules_are_listed_on_demand_with_and_without_a_cached_report() -> None:
    for _ in range(2):
        shown = archguard("check", "--root", BROKEN, "--show-exposed").stdout
        report = json.loads(
            archguard("check", "--root", BROKEN, "--show-exposed", "--format", "json").stdout
        )
        usual = json.loads(archguard("check", "--root", BROKEN, "--format", "json").stdout)

        assert "1 module exposed by one-cart:\n  shop.order\n" in shown
        assert report["contracts"][0]["exposed"] == ["shop.order"]
        assert "exposed" not in usual["contracts"][0]


def test_statistics_are_shown_on_demand_with_a_cached_report_too() -> None:
    usual = archguard("check", "--root", BROKEN).stdout

    shown = archguard("check", "--root", BROKEN, "--statistics").stdout

    assert "Violations by package:\n  1  shop.order\n" in shown
    assert "Violations by package:" not in usual


def test_nothing_is_cut_where_standard_output_is_no_terminal(write_tree: WriteTree) -> None:
    folder = "a_package_with_a_name_that_is_long/" * 3
    text = (BROKEN / "pyproject.toml").read_text()
    root = write_tree(
        {
            "pyproject.toml": text,
            "shop/cart.py": "",
            f"shop/{folder[:-1]}.py": "",
            f"shop/{folder}__init__.py": "",
        }
    )

    done = archguard("check", "--root", root)

    assert f"hidden by the package shop/{folder}\n" in done.stdout
