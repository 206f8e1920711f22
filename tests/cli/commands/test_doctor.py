"""`archguard doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.console_script import archguard
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    WriteTree = Callable[[Mapping[str, str]], Path]

SAMPLES = Path(__file__).parents[2] / "samples"


def test_it_says_what_it_runs_on_and_what_it_found() -> None:
    done = archguard("doctor", "--root", SAMPLES / "shop_kept")

    assert done.returncode == 0
    for word in ("archguard", "python", "grimp", "import-linter", "allocator", "git", "cache"):
        assert f"\n{word} " in f"\n{done.stdout}"
    assert "root           shop at shop" in done.stdout
    assert "4 files, 4 of them read" in done.stdout


def test_it_lists_what_cannot_be_read_and_why(write_tree: WriteTree) -> None:
    config = (SAMPLES / "shop_kept" / "pyproject.toml").read_text()
    root = write_tree(
        {
            "pyproject.toml": config,
            "shop/__init__.py": "",
            "shop/old.py": "print 'import shop.legacy_cart'\n",
            "shop/a.b.py": "",
            "shop/model.py": "version https://git-lfs.github.com/spec/v1\n",
            "shop/a.pyi": "",
            "shop/b.pyi": "import shop.legacy_cart\n",
        }
    )

    done = archguard("doctor", "--root", root)

    assert done.returncode == 0
    assert "shop/old.py:1  a syntax error (names shop.legacy_cart)" in done.stdout
    assert "shop/a.b.py  its name holds a dot" in done.stdout
    assert (
        "shop/model.py  a Git LFS pointer: the file's content is not here (may import any" in done.stdout
    )
    assert "shop/b.pyi  a type stub: only .py files are analysed (names shop.legacy_cart)" in done.stdout
    assert "unread         1 type stub not analysed; it names no deprecated module" in done.stdout


def test_it_counts_what_lies_outside_the_roots_and_what_is_excluded(write_tree: WriteTree) -> None:
    config = (SAMPLES / "shop_kept" / "pyproject.toml").read_text()
    root = write_tree(
        {
            "pyproject.toml": config + '\n[tool.archguard]\nexclude = ["gen"]\n',
            "shop/__init__.py": "",
            "manage.py": "from shop import legacy_cart\n",
            "setup.py": "",
            "gen/a.py": "",
        }
    )

    done = archguard("doctor", "--root", root)

    assert done.returncode == 0
    assert (
        "outside        2 Python files lie under no root, 1 of them names a deprecated module: manage.py"
    ) in done.stdout
    assert "excluded       1 Python file is excluded (gen)." in done.stdout


def test_a_problem_ends_with_2(tmp_path: Path) -> None:
    done = archguard("doctor", cwd=tmp_path)

    assert done.returncode == 2
    assert "problem        no configuration" in done.stdout


def test_a_deleted_module_is_a_tombstone_and_a_mistyped_one_a_problem(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/old.py": "",
            "pyproject.toml": '[tool.importlinter]\nroot_packages = ["shop"]\n'
            '[[tool.importlinter.contracts]]\nid = "one"\nname = "One"\ntype = "deprecated"\n'
            'deprecated_modules = ["shop.old"]\n',
        },
    )
    commit_all(tmp_path)
    (tmp_path / "shop" / "old.py").unlink()

    deleted = archguard("doctor", "--root", tmp_path)
    configuration = tmp_path / "pyproject.toml"
    configuration.write_text(configuration.read_text().replace("shop.old", "shop.odl"))
    mistyped = archguard("doctor", "--root", tmp_path)

    assert "tombstone      one: shop.old is gone, and kept from coming back\n" in deleted.stdout
    assert deleted.returncode == 0
    assert "'shop.odl' does not exist, nothing imports it" in mistyped.stdout
    assert mistyped.returncode == 2
