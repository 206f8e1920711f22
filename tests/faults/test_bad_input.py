"""Bad input: exit code 2 or a listed unread file, one sentence, no traceback, within ten seconds."""

from __future__ import annotations

import codecs
import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.faults.running import CONFIGURATION, check, make_tree, refusal, report, unread
from tests.sources.trees import COMMIT_DAY, commit_all, write_files

if TYPE_CHECKING:
    from pathlib import Path

EDGE = [("p.good", "p.old")]


def _edges(document: dict[str, object]) -> list[tuple[str, str]]:
    found: list[dict[str, str]] = document["violations"]  # type: ignore[assignment]
    return [(one["importer"], one["imported"]) for one in found]


# Configuration.


def test_no_configuration(tmp_path: Path) -> None:
    assert refusal(check(tmp_path)) == (
        f"no configuration in {tmp_path} or above it: no setup.cfg, .importlinter or pyproject.toml has "
        "an importlinter section. Write one with `archguard init`, or name a file with --config."
    )


def test_no_contracts(tmp_path: Path) -> None:
    make_tree(tmp_path, {"pyproject.toml": '[tool.importlinter]\nroot_packages = ["p"]\n'})

    assert "there are no contracts." in refusal(check(tmp_path))


def test_a_misspelt_option_of_the_session(tmp_path: Path) -> None:
    text = CONFIGURATION.replace("root_packages", "root_pacakges")
    make_tree(tmp_path, {"pyproject.toml": text})

    sentence = refusal(check(tmp_path))

    assert "'root_pacakges'" in sentence
    assert "did you mean 'root_packages'?" in sentence


def test_a_misspelt_option_of_a_contract(tmp_path: Path) -> None:
    text = CONFIGURATION.replace("deprecated_modules", "depreciated_modules")
    make_tree(tmp_path, {"pyproject.toml": text})

    sentence = refusal(check(tmp_path))

    assert "depreciated_modules" in sentence
    assert "did you mean 'deprecated_modules'?" in sentence.lower()


def test_a_misspelt_contract_type(tmp_path: Path) -> None:
    make_tree(tmp_path, {"pyproject.toml": CONFIGURATION.replace('"deprecated"', '"depreciated"')})

    sentence = refusal(check(tmp_path))

    assert "'depreciated'" in sentence
    assert "'deprecated'" in sentence


def test_a_misspelt_option_of_the_command(tmp_path: Path) -> None:
    done = check(tmp_path, "--fromat", "json")

    assert done.returncode == 2
    assert "--fromat" in done.stderr
    assert "--format" in done.stderr


def test_a_root_that_does_not_exist(tmp_path: Path) -> None:
    make_tree(tmp_path, {"pyproject.toml": CONFIGURATION.replace('["p"]', '["gone"]')})

    assert refusal(check(tmp_path)).startswith("root package 'gone' does not exist: ")


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert "nowhere" in refusal(check(tmp_path / "nowhere"))


def test_toml_that_does_not_parse(tmp_path: Path) -> None:
    make_tree(tmp_path, {"pyproject.toml": "[tool.importlinter]\nroot_packages = [\n  p\n]\n"})

    sentence = refusal(check(tmp_path))

    assert "pyproject.toml" in sentence
    assert "line 3" in sentence
    assert "column 3" in sentence


def test_a_revision_without_a_repository(tmp_path: Path) -> None:
    make_tree(tmp_path, {})

    assert refusal(check(tmp_path, "--rev", "HEAD")) == (f"--root {tmp_path}: no git repository there.")


@pytest.mark.parametrize("rev", ["nowhere", "--upload-pack=touch x", "HEAD\nmain"])
def test_a_revision_that_does_not_exist(tmp_path: Path, rev: str) -> None:
    make_tree(tmp_path, {})
    commit_all(tmp_path)

    sentence = refusal(check(tmp_path, f"--rev={rev}"))

    assert sentence.startswith("--rev ")
    assert "no such commit in the repository" in sentence


# Files. Each stands beside a good one, whose violation must still be found.

UNREADABLE_FILES: dict[str, tuple[bytes, str, int | None]] = {
    "of 20 MB": (b"# " + b"x" * 20_000_000 + b"\nimport p.old\n", "larger than 10 MB", None),
    "in latin-1 without a cookie": ("# é\nimport p.old\n".encode("latin-1"), "it is not UTF-8", None),
    "in UTF-16": (
        "import p.old\n".encode("utf-16"),
        "it is UTF-16, which Python does not read",
        None,
    ),
    "with a NUL": (b"import p.old\n\0\n", "it holds a NUL byte", None),
    "with a cookie of no encoding": (
        b"# coding: nonsense\nimport p.old\n",
        "its encoding cookie names no encoding",
        None,
    ),
    "in Python 2": (b"import p.old\nprint 'x'\n", "a syntax error", 2),
    "with an octal of Python 2": (b"import p.old\nx = 0777\n", "a syntax error", 2),
    "with a conflict marker": (b"import p.old\n<<<<<<< HEAD\n", "a syntax error", 2),
    "with 100,000 nested brackets": (
        b"import p.old\nx = " + b"(" * 100_000 + b")" * 100_000 + b"\n",
        "a syntax error",
        None,
    ),
    "with a term of 60,000": (
        b"import p.old\nx = " + b"+".join([b"1"] * 60_000) + b"\n",
        "the parser crashed on it",
        None,
    ),
    "with 60,000 attributes": (
        b"import p.old\nx = a" + b".b" * 60_000 + b"\n",
        "the parser crashed on it",
        None,
    ),
    "that imports with too many dots": (
        b"import p.old\nfrom ....... import x\n",
        "a relative import that leaves the top-level package",
        None,
    ),
}


@pytest.mark.parametrize(("content", "reason", "line"), UNREADABLE_FILES.values(), ids=UNREADABLE_FILES)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, content: bytes, reason: str, line: int | None
) -> None:
    make_tree(tmp_path, {"p/bad.py": content})

    document = report(tmp_path)

    (listed,) = document["coverage"]["unread"]
    assert listed["path"] == "p/bad.py"
    assert reason in listed["reason"]
    assert line in (None, listed.get("line"))
    assert listed["names"] == ["p.old"]
    assert _edges(document) == EDGE
    assert document["coverage"]["files"] == 4
    assert document["coverage"]["analysed"] == 3
    assert document["contracts"][0]["lower_bound"] is True


def test_every_bad_file_at_once_from_both_sources(tmp_path: Path) -> None:
    bad: dict[str | bytes, str | bytes] = {
        f"p/bad{number}.py": content for number, (content, _, _) in enumerate(UNREADABLE_FILES.values())
    }
    make_tree(tmp_path, {**bad, "p/link.py": "-> good.py", "p/one": "-> ."})
    commit = commit_all(tmp_path)

    document = report(tmp_path)

    assert len(unread(document)) == len(UNREADABLE_FILES) + 1
    assert _edges(document) == [*EDGE, ("p.link", "p.old")]
    assert report(tmp_path, "--rev", "HEAD") == document | {"commit": commit, "today": COMMIT_DAY}


READABLE_FILES = {
    "of 0 bytes": b"",
    "in latin-1 with a cookie": "# coding: latin-1\n# é\n".encode("latin-1"),
    "with a byte order mark": codecs.BOM_UTF8 + b"x = 1\n",
    "with form feeds": b"\f\nx = 1\n\f\n",
    "with old line ends": b"x = 1\ry = 2\r",
    "with one line of 2 MB": b"x = '" + b"y" * 2_000_000 + b"'\n",
    "with 20,000 quotes that nothing closes": b"x = 1  # " + b"'\\" * 20_000 + b"\n",
    "with an import that cannot be": b"import p.good.old.\\\n  x\n",
}


@pytest.mark.parametrize("content", READABLE_FILES.values(), ids=READABLE_FILES)
def test_a_file_that_is_odd_and_can_be_read(tmp_path: Path, content: bytes) -> None:
    make_tree(tmp_path, {"p/odd.py": content})

    document = report(tmp_path)

    assert unread(document) == {}
    assert _edges(document) == EDGE
    assert document["contracts"][0]["lower_bound"] is False


def test_a_latin_1_file_s_imports_are_found(tmp_path: Path) -> None:
    make_tree(tmp_path, {"p/odd.py": "# coding: latin-1\n# é\nimport p.old\n".encode("latin-1")})

    assert _edges(report(tmp_path)) == [*EDGE, ("p.odd", "p.old")]


def test_every_file_is_bad(tmp_path: Path) -> None:
    files: dict[str | bytes, str | bytes] = dict.fromkeys(
        ("p/__init__.py", "p/good.py", "p/old.py"), "print 'x'"
    )
    make_tree(tmp_path, files)

    assert "no Python module could be read in p" in refusal(check(tmp_path))


def test_twenty_bad_files_of_each_kind(tmp_path: Path) -> None:
    deadly = b"x = " + b"+".join([b"1"] * 60_000)
    bad: dict[str | bytes, str | bytes] = {f"p/syntax{n}.py": "print 'x'\n" for n in range(20)}
    bad |= {f"p/dots{n}.py": "from ....... import x\n" for n in range(20)}
    bad |= {f"p/bytes{n}.py": b"\xff" for n in range(20)}
    bad |= {f"p/deadly{n}.py": deadly for n in range(3)}
    make_tree(tmp_path, bad)

    document = report(tmp_path)

    assert len(unread(document)) == 63
    assert _edges(document) == EDGE


# Names and kinds of files.


def test_two_links_to_the_folder_itself(tmp_path: Path) -> None:
    make_tree(tmp_path, {"p/one": "-> .", "p/two": "-> ."})

    document = report(tmp_path)

    assert unread(document) == {
        "p/one": "a symbolic link to a folder",
        "p/two": "a symbolic link to a folder",
    }
    assert _edges(document) == EDGE


def test_links_out_of_the_tree(tmp_path: Path) -> None:
    write_files(tmp_path, {"outside/secret.py": "import p.old\n"})
    root = make_tree(
        tmp_path / "tree",
        {"p/out.py": "-> ../../outside/secret.py", "p/etc": "-> /etc", "p/passwd.py": "-> /etc/passwd"},
    )

    document = report(root)

    assert unread(document) == dict.fromkeys(
        ("p/etc", "p/out.py", "p/passwd.py"), "a symbolic link out of the tree"
    )
    assert _edges(document) == EDGE


def test_a_pipe(tmp_path: Path) -> None:
    make_tree(tmp_path, {})
    os.mkfifo(tmp_path / "p" / "a.py")

    assert unread(report(tmp_path)) == {"p/a.py": "not a regular file"}


def test_a_root_that_is_a_pipe(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": CONFIGURATION})
    os.mkfifo(tmp_path / "p.py")

    assert "root package 'p' does not exist" in refusal(check(tmp_path))


NAMES: dict[str, tuple[bytes, str]] = {
    "a newline": (b"a\n::error file=app.py::forged.py", "its name holds a control character"),
    "ANSI codes": (b"\x1b[31mred\x1b[0m.py", "its name holds a control character"),
    "a link for the terminal": (b"\x1b]8;;http://x\x07y.py", "its name holds a control character"),
    "an order of writing": ("\u202eyp.py".encode(), "its name holds a control character"),
    "bytes that are not UTF-8": (b"\xff\xfe.py", "its name is not UTF-8"),
    "a dot": (b"x.y.py", "its name holds a dot, so it cannot be imported"),
}


@pytest.mark.parametrize(("name", "reason"), NAMES.values(), ids=NAMES)
def test_a_file_name_with(tmp_path: Path, name: bytes, reason: str) -> None:
    root = make_tree(tmp_path / "tree", {b"p/" + name: "import p.old\n"})
    outputs = {one: tmp_path / one for one in ("text", "json", "github", "sarif")}

    done = check(root, *(f"--format={one}={file}" for one, file in outputs.items()))

    assert done.returncode == 1
    assert list(unread(json.loads(outputs["json"].read_text())).values()) == [reason]
    for file in outputs.values():
        text = file.read_text(encoding="utf-8")
        assert "\x1b" not in text
        assert "\x07" not in text
        assert "\u202e" not in text
        assert not any(line.startswith("::error file=app.py") for line in text.splitlines())


@pytest.mark.parametrize(
    "package", ["click", "json", "archguard", "grimp", "importlinter", "rich", "encodings"]
)
def test_a_package_named_like_one_that_we_use(tmp_path: Path, package: str) -> None:
    files: dict[str | bytes, str | bytes] = {
        f"{package}/__init__.py": "raise SystemExit('imported')\n",
        f"{package}/a.py": f"import {package}.old\n",
        f"{package}/decoder.py": "raise SystemExit('imported')\n",
        f"{package}/old.py": "",
    }
    write_files(tmp_path, {"pyproject.toml": CONFIGURATION.replace('"p', f'"{package}'), **files})

    document = report(tmp_path, forked=False)  # a forked process has imported everything already

    assert _edges(document) == [(f"{package}.a", f"{package}.old")]
    assert document["violations"][0]["occurrences"][0]["path"] == f"{package}/a.py"
    assert document["coverage"]["files"] == document["coverage"]["analysed"] == 4
    assert document["graph"]["modules"] == 4


def test_a_read_only_tree(tmp_path: Path) -> None:
    make_tree(tmp_path, {})
    commit_all(tmp_path)
    before = sorted((str(path), path.lstat().st_mtime_ns) for path in tmp_path.rglob("*"))
    for folder, _, names in os.walk(tmp_path):
        for name in (".", *names):
            path = os.path.join(folder, name)
            os.chmod(path, os.stat(path).st_mode & ~0o222)
    try:
        assert _edges(report(tmp_path)) == _edges(report(tmp_path, "--rev", "HEAD")) == EDGE
        # Even where nothing stops it (root may write anywhere), nothing is written.
        after = sorted((str(path), path.lstat().st_mtime_ns) for path in tmp_path.rglob("*"))
        assert after == before
    finally:
        for folder, _, _ in os.walk(tmp_path):
            os.chmod(folder, 0o755)


def test_a_tree_of_no_modules(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": CONFIGURATION, "p/readme.txt": ""})

    assert refusal(check(tmp_path)) == "no Python module could be read in p: there is nothing to judge."


def test_a_commit_of_no_modules(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": CONFIGURATION})
    commit_all(tmp_path)

    assert "root package 'p' does not exist" in refusal(check(tmp_path, "--rev", "HEAD"))


def test_a_folder_forty_deep_and_a_name_of_255_bytes(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 40)
    make_tree(tmp_path, {f"p/{deep}/a.py": "import p.old\n", f"p/{'n' * 252}.py": "import p.old\n"})

    assert len(_edges(report(tmp_path))) == 3


def test_an_environment_without_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_tree(tmp_path, {})
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))

    assert _edges(report(tmp_path)) == EDGE


@pytest.mark.parametrize("variable", ["PYTHONPATH", "PYTHONSTARTUP"])
def test_an_environment_that_points_into_the_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    make_tree(tmp_path, {})
    monkeypatch.setenv(variable, str(tmp_path))

    assert _edges(report(tmp_path)) == EDGE
