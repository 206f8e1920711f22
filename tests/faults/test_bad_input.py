"""Bad input through the real command line: no verdict, or a file listed as unread; never a traceback."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import archguard

CONFIG = """\
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "gone"
name = "shop.gone is gone"
type = "deprecated"
deprecated_modules = ["shop.gone"]
"""
SECONDS = 10.0
CANNOT_DECODE = "# é\nimport shop.gone\n".encode("latin-1")


@dataclass(frozen=True)
class Run:
    """What one run said."""

    code: int
    error: str
    report: dict[str, Any]

    @property
    def unread(self) -> dict[str, str]:
        return {file["path"]: file["reason"] for file in self.report["coverage"]["unread"]}

    @property
    def importers(self) -> set[str]:
        return {violation["importer"] for violation in self.report["violations"]}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A tree with one violation."""
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "sound.py").write_text("import shop.gone\n")
    return tmp_path


def check(root: Path) -> Run:
    start = time.monotonic()
    done = archguard("check", "--format", "json", "--no-cache", cwd=root)
    assert time.monotonic() - start < SECONDS
    return Run(done.returncode, done.stderr, json.loads(done.stdout) if done.stdout else {})


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (None, "no configuration"),
        ('[tool.importlinter]\nroot_packages = ["shop"]\n', "it has no contracts"),
        (CONFIG.replace(".contracts", ".contract"), "did you mean 'contracts'?"),
        (CONFIG.replace("root_packages", "root_packges"), "did you mean 'root_packages'?"),
        (
            CONFIG.replace("deprecated_modules", "depreacted_modules"),
            "Did you mean 'deprecated_modules'?",
        ),
        (CONFIG.replace('"deprecated"', '"depreacted"'), "did you mean 'deprecated'?"),
        (CONFIG.replace('"shop"', '"shopp"'), "root package 'shopp' does not exist"),
        (f"{CONFIG}x = = 1\n", "line 9, column 5"),
    ],
)
def test_a_bad_configuration_is_one_sentence_and_2(
    config: str | None, sentence: str, shop: Path
) -> None:
    (shop / "pyproject.toml").unlink() if config is None else (shop / "pyproject.toml").write_text(
        config
    )

    run = check(shop)

    assert run.code == 2
    assert sentence in run.error
    assert len(run.error.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x = 1\n" * 3_500_000, "larger than 10 MB"),
        (b"x = 1\n" * 3_500_000 + b"import shop.gone\n", "larger than 10 MB"),
        (CANNOT_DECODE, "it is not UTF-8"),
        ("import shop.gone\n".encode("utf-16"), "it is UTF-16, which Python does not read"),
        (b"import shop.gone\n\0\n", "it holds a NUL byte"),
        (b"import shop.gone\nprint 'Python 2'\n", "a syntax error"),
        (b"(" * 100_000, "a syntax error"),
        (b"[" * 100_000 + b"]" * 100_000, "a syntax error"),
        (b"x = " + b"+".join([b"1"] * 60_000) + b"\n", "the parser crashed on it"),
        (b"x = a" + b".b" * 60_000 + b"\n", "the parser crashed on it"),
        (b"from ....... import x\n", "a relative import that leaves the top-level package"),
    ],
    ids=[
        "20MB",
        "20MB-named",
        "latin-1",
        "UTF-16",
        "NUL",
        "python2",
        "open",
        "nested",
        "terms",
        "attributes",
        "dots",
    ],
)
def test_a_file_that_cannot_be_read_is_listed_and_the_others_are_judged(
    content: bytes, reason: str, shop: Path
) -> None:
    (shop / "shop" / "bad.py").write_bytes(content)

    run = check(shop)

    assert run.code == 1
    assert run.unread == {"shop/bad.py": reason}
    assert run.importers == {"shop.sound"}


@pytest.mark.parametrize(
    "content",
    [b"", b"# -*- coding: latin-1 -*-\n" + CANNOT_DECODE, b"\xef\xbb\xbfimport shop.gone\n"],
    ids=["empty", "cookie", "BOM"],
)
def test_a_file_that_python_reads_is_read(content: bytes, shop: Path) -> None:
    (shop / "shop" / "good.py").write_bytes(content)

    run = check(shop)

    assert run.unread == {}
    assert run.importers == {"shop.sound"} | ({"shop.good"} if content else set())


def test_two_links_to_the_folder_itself_are_listed(shop: Path) -> None:
    (shop / "shop" / "one").symlink_to(".")
    (shop / "shop" / "two").symlink_to(".")

    run = check(shop)

    assert run.unread == dict.fromkeys(("shop/one", "shop/two"), "a symbolic link to a folder")
    assert run.importers == {"shop.sound"}


def test_a_link_out_of_the_tree_is_listed_and_not_read(
    shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.py"
    outside.write_text("import shop.gone\n")
    (shop / "shop" / "link.py").symlink_to(outside)

    run = check(shop)

    assert run.unread == {"shop/link.py": "a symbolic link out of the tree"}
    assert run.importers == {"shop.sound"}


def test_a_pipe_is_listed_and_not_waited_for(shop: Path) -> None:
    os.mkfifo(shop / "shop" / "a.py")

    assert check(shop).unread == {"shop/a.py": "not a regular file"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\n::error file=x::y.py", "shop/a\\x0a::error file=x::y.py"),
        (b"a\x1b[31mred.py", "shop/a\\x1b[31mred.py"),
        (b"\xff\xfe.py", "shop/\\xff\\xfe.py"),
        (b"a.b.py", "shop/a.b.py"),
    ],
)
def test_a_name_that_no_module_can_have_is_listed_as_it_can_be_shown(
    name: bytes, shown: str, shop: Path
) -> None:
    Path(os.fsdecode(os.fsencode(shop / "shop") + b"/" + name)).write_text("")

    assert list(check(shop).unread) == [shown]


@pytest.mark.parametrize("name", ["click", "json", "archguard", "grimp", "importlinter", "rich", "test"])
def test_a_root_that_is_called_like_something_installed_is_the_one_in_the_tree(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(CONFIG.replace("shop", name))
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("raise SystemExit('imported')\n")
    (tmp_path / name / "own.py").write_text(f"import {name}.gone\n")

    run = check(tmp_path)

    assert run.importers == {f"{name}.own"}
    assert run.report["coverage"]["files"] == 2


def test_a_read_only_tree_is_judged_and_left_as_it_is(shop: Path) -> None:
    for path in (shop / "shop", shop):
        path.chmod(0o555)
    before = sorted(shop.rglob("*"))

    run = check(shop)

    assert run.importers == {"shop.sound"}
    assert sorted(shop.rglob("*")) == before
    for path in (shop, shop / "shop"):
        path.chmod(0o755)


def test_a_tree_without_modules_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    (tmp_path / "shop").mkdir()

    run = check(tmp_path)

    assert run.code == 2
    assert "nothing to judge" in run.error


def test_no_name_forges_an_annotation_or_a_colour(shop: Path) -> None:
    Path(shop / "shop" / "a\n::error file=x::y\x1b[31m.py").write_text("")

    for form in ("text", "github"):
        done = archguard("check", "--format", form, cwd=shop)
        forged = [
            line for line in done.stdout.splitlines() if line.startswith("::") and "file=x" in line
        ]
        assert "\x1b" not in done.stdout
        assert not forged
