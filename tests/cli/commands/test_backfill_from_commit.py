"""`archguard backfill --config-from-commit`: each commit is judged as it would have judged itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.cli.console_script import archguard
from tests.history.histories import BASE
from tests.history.running import commits, edges, is_what_check_says, lines_of
from tests.sources.trees import git

if TYPE_CHECKING:
    import subprocess

    from tests.history.histories import History

BOTH = BASE | {"p/gone.py": "", "p/more.py": "import p.gone\n"}


def _contracts(root: str = "p", **deprecated: str) -> str:
    return f'[tool.importlinter]\nroot_packages = ["{root}"]\n' + "".join(
        f'[[tool.importlinter.contracts]]\nid = "{id_}"\nname = "x"\ntype = "deprecated"\n'
        f'deprecated_modules = ["{module}"]\n'
        for id_, module in deprecated.items()
    )


def _run(history: History, *arguments: str) -> subprocess.CompletedProcess[str]:
    return archguard(
        *("backfill", "--repo", history.root, "--rev", "main", "--config-from-commit", "--violations"),
        *arguments,
    )


def _is_exact(line: dict[str, Any], history: History, path: str = "pyproject.toml") -> bool:
    text = git(history.root, "show", f"{line['commit']}:{path}")
    return is_what_check_says(line, history.root, text)


def test_contracts_that_come_are_renamed_and_go(history: History) -> None:
    history.commit(BOTH)
    history.commit({"pyproject.toml": _contracts(old="p.old")})
    history.commit({"pyproject.toml": _contracts(old="p.old", gone="p.gone")})
    history.commit({"p/more.py": "", "pyproject.toml": _contracts(older="p.old", gone="p.gone")})
    history.commit({"p/more.py": "import p.gone\n"})
    history.commit(removed=["pyproject.toml"])

    done = _run(history)

    lines = lines_of(done)
    counts = [{id_: one["violations"] for id_, one in line["contracts"].items()} for line in lines]
    assert counts == [
        {},
        {"old": 1},
        {"old": 1, "gone": 1},
        {"older": 1, "gone": 0},
        {"older": 1, "gone": 1},
        {},
    ]
    assert all(_is_exact(line, history) for line in lines[1:-1])
    gone = [line["contracts"]["gone"] for line in lines[2:-1]]
    assert [(one["added"], one["fixed"], one["reintroduced"]) for one in gone] == [
        (1, 0, 0),
        (0, 1, 0),
        (1, 0, 1),
    ]
    assert done.stderr == ""


def test_a_configuration_that_is_broken_for_a_while_is_told_once(history: History) -> None:
    good = _contracts(old="p.old")
    history.commit(BASE | {"pyproject.toml": good})
    history.commit({"pyproject.toml": "[tool.importlinter\n"})
    history.commit({"p/more.py": "import p.old\n"})
    history.commit({"pyproject.toml": good.replace('"deprecated"', '"no-such-type"')})
    history.commit({"pyproject.toml": good})

    done = _run(history)

    lines = lines_of(done)
    assert [len(line["contracts"]) for line in lines] == [1, 0, 0, 0, 1]
    assert [len(line["violations"]) for line in lines] == [1, 0, 0, 0, 2]
    assert lines[-1]["contracts"]["old"]["added"] == 1
    assert [line["coverage"]["files"] for line in lines] == [4, 0, 0, 0, 5]
    first, second = done.stderr.splitlines()
    assert lines[1]["commit"][:10] in first
    assert lines[3]["commit"][:10] in second
    assert "no-such-type" in second


def test_the_file_that_counts_is_the_one_that_check_would_take(history: History) -> None:
    broken = "[importlinter]\nroot_package = p\nno_such_option = 1\n"
    history.commit(BASE | {"pyproject.toml": _contracts(old="p.old"), "setup.cfg": "[metadata]\n"})
    history.commit({"setup.cfg": broken})

    done = _run(history)

    assert [list(line["contracts"]) for line in lines_of(done)] == [["old"], []]
    git(history.root, "checkout", "--quiet", "main")
    assert archguard("check", "--root", history.root).returncode == 2
    (warning,) = done.stderr.splitlines()
    assert warning.startswith("archguard: setup.cfg: ")


def test_a_configuration_of_another_name_and_roots_that_change(history: History) -> None:
    history.commit(BASE | {"q/a.py": "import p.old\n", "rules.toml": _contracts(old="p.old")})
    history.commit({"rules.toml": _contracts("q", old="p.old"), "pyproject.toml": "["})

    for path in ("rules.toml", "./rules.toml"):
        done = _run(history, "--config", path)

        first, second = lines_of(done)
        assert edges(first) == [("p.user", "p.old")]
        assert edges(second) == [("q.a", "p.old")]
        assert _is_exact(first, history, "rules.toml")
        assert _is_exact(second, history, "rules.toml")
        assert done.stderr == ""


def test_a_history_without_a_configuration_says_so(history: History) -> None:
    commit_ids = [history.commit(BASE), history.commit({"p/user.py": ""})]

    done = _run(history, "--config", "rules.toml")

    assert commits(lines_of(done)) == commit_ids
    assert done.stderr == "archguard: no commit holds a configuration in rules.toml.\n"
