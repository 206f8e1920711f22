"""`archguard init`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT, archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

FILES = {
    "src/shop/__init__.py": "",
    "src/shop/cart.py": "",
    "src/shop/legacy_cart.py": "",
    "src/shop/order.py": "from shop.legacy_cart import Cart\n",
    "tests/test_order.py": "import shop.legacy_cart\n",
}


@pytest.mark.parametrize("file", ["pyproject.toml", ".importlinter"])
def test_what_it_writes_is_what_check_reads(file: str, write_tree: WriteTree) -> None:
    before = {"pyproject.toml": "[project]\nname = 'shop'\n"} if file == "pyproject.toml" else {}
    root = write_tree({**FILES, **before})

    written = archguard(
        "init", "--deprecated", "shop.legacy_cart", "--replacement", "shop.cart", cwd=root
    )
    checked = archguard("check", cwd=root)

    assert written.returncode == 0
    assert f"Wrote {file}: contract 'migration', 2 violations today." in written.stdout
    assert written.stdout.endswith("\nNow: archguard check\n")
    assert (root / file).read_text().startswith(before.get(file, ""))
    assert checked.returncode == 1
    assert "src/shop/order.py:1" in checked.stdout
    assert "tests/test_order.py:1" in checked.stdout


def test_the_same_contract_is_not_written_twice(write_tree: WriteTree) -> None:
    root = write_tree(FILES)
    archguard("init", "--deprecated", "shop.legacy_cart", cwd=root)
    before = (root / ".importlinter").read_text()

    again = archguard("init", "--deprecated", "shop.legacy_cart", cwd=root)

    assert again.returncode == 2
    assert "contract 'migration' deprecates shop.legacy_cart already" in again.stderr
    assert (root / ".importlinter").read_text() == before


_EXISTING = {
    "pyproject.toml": """\
[tool.importlinter]  # ours
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "migration"
name = "No cycles"
type = "acyclic_siblings"
ancestors = ["shop"]

[tool.other]
x = 1
""",
    "setup.cfg": """\
[metadata]
name = shop

[importlinter]
root_package = shop
contract_types =
    deprecated: archguard.contract_types.deprecated.DeprecatedContract

[importlinter:contract:migration]
name = No cycles
type = acyclic_siblings
ancestors = shop
""",
    ".importlinter": """\
[importlinter]
root_packages =
    shop

[importlinter:contract:migration]
name = No cycles
type = acyclic_siblings
ancestors = shop
""",
}


@pytest.mark.parametrize("file", _EXISTING)
def test_a_contract_is_added_to_those_that_exist_and_lint_imports_runs_it(
    file: str, write_tree: WriteTree
) -> None:
    root = write_tree({**FILES, file: _EXISTING[file]})

    written = archguard("init", "--deprecated", "shop.legacy_cart", cwd=root)
    checked = archguard("check", "--format", "json", cwd=root)

    assert written.returncode == 0
    assert f"Wrote {file}: contract 'migration-2', 1 violation today." in written.stdout
    assert "Outside the roots: 1 Python file in tests/ (1)." in written.stdout
    assert "lint-imports needs archguard in its own environment" in written.stdout
    contracts = json.loads(checked.stdout)["contracts"]
    assert [(one["id"], one["violations"]) for one in contracts] == [
        ("migration", 0),
        ("migration-2", 1),
    ]
    lines = (root / file).read_text().splitlines()
    assert [line for line in _EXISTING[file].splitlines() if line not in lines] == []
    linted = subprocess.run(
        [SCRIPT.with_name("lint-imports"), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 kept, 1 broken" in linted.stdout


def test_a_contract_type_is_added_to_those_that_are_declared(write_tree: WriteTree) -> None:
    declared = 'contract_types = ["mine: shop.rules.Mine"]\n\n'
    text = _EXISTING["pyproject.toml"].replace("\n\n", f"\n{declared}", 1)
    root = write_tree({**FILES, "pyproject.toml": text})
    arguments = ("init", "--deprecated", "shop.legacy_cart")

    refused = archguard(*arguments, cwd=root)

    assert refused.returncode == 2
    assert "nothing was written" in refused.stderr
    assert (root / "pyproject.toml").read_text() == text


def test_an_array_of_inline_tables_is_left_alone(write_tree: WriteTree) -> None:
    text = (
        '[tool.importlinter]\nroot_packages = ["shop"]\n'
        'contracts = [{name = "x", type = "acyclic_siblings", ancestors = ["shop"]}]\n'
    )
    root = write_tree({**FILES, "pyproject.toml": text})

    done = archguard("init", "--deprecated", "shop.legacy_cart", cwd=root)

    assert done.returncode == 2
    assert "add one of type deprecated by hand" in done.stderr
    assert (root / "pyproject.toml").read_text() == text


def test_line_ends_stay_as_they_are(write_tree: WriteTree) -> None:
    root = write_tree(FILES)
    (root / "pyproject.toml").write_bytes(b"[project]\r\nname = 'shop'\r\n")

    archguard("init", "--deprecated", "shop.legacy_cart", cwd=root)

    content = (root / "pyproject.toml").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 5


def test_what_check_would_refuse_is_not_written(write_tree: WriteTree) -> None:
    root = write_tree({**FILES, "pyproject.toml": "[project]\nname = 'shop'\n"})

    done = archguard("init", "--deprecated", "shop.*.**.*", cwd=root)

    assert done.returncode == 2
    assert "nothing was written, because check would refuse it" in done.stderr
    assert "importlinter" not in (root / "pyproject.toml").read_text()


def test_without_a_terminal_it_names_candidates_and_asks_for_the_option(write_tree: WriteTree) -> None:
    done = archguard("init", cwd=write_tree(FILES))

    assert done.returncode == 2
    assert "shop.legacy_cart  (its name; 2 importers)" in done.stdout
    assert "--deprecated shop.legacy_cart" in done.stderr


@pytest.mark.parametrize("replacement", ["requests", "shop.crt", "shop.new.cart"])
def test_a_replacement_may_be_external_or_future(replacement: str, write_tree: WriteTree) -> None:
    root = write_tree(FILES)

    done = archguard("init", "--deprecated", "shop.legacy_cart", "--replacement", replacement, cwd=root)

    assert done.returncode == 0
    assert f"{replacement} is none of the modules here" in done.stdout
    assert ("did you mean 'shop.cart'?" in " ".join(done.stdout.split())) == (replacement != "requests")
    assert f"use {replacement}" in archguard("check", cwd=root).stdout


def test_the_next_command_is_exact_wherever_the_file_is(write_tree: WriteTree, tmp_path: Path) -> None:
    for number, arguments in enumerate([[], ["--output", "a b.toml"]]):
        root = write_tree({f"../tree/{number}/{path}": text for path, text in FILES.items()}) / str(
            number
        )

        done = archguard(
            "init", "--root", root, "--deprecated", "shop.legacy_cart", *arguments, cwd=tmp_path
        )

        command = done.stdout.splitlines()[-1].removeprefix("Now: ")
        checked = subprocess.run(
            command.replace("archguard", str(SCRIPT), 1), shell=True, cwd=tmp_path, check=False
        )
        assert checked.returncode == 1


def test_a_module_that_is_gone_already_is_a_tombstone(write_tree: WriteTree) -> None:
    root = write_tree(FILES)

    done = archguard("init", "--deprecated", "shop.buried", "--output", "rules.toml", cwd=root)

    assert done.returncode == 0
    assert "shop.buried does not exist (any more)" in done.stdout
    assert archguard("check", "--config", "rules.toml", cwd=root).returncode == 0


def test_roots_can_be_named(write_tree: WriteTree) -> None:
    root = write_tree({**FILES, "tools/run.py": "import shop.legacy_cart\n"})
    arguments = ("init", "--deprecated", "shop.legacy_cart", "--output", "rules.toml", "--root-package")

    done = archguard(*arguments, "shop", "--root-package", "tools", cwd=root)
    unknown = archguard(*arguments, "shp", cwd=root)

    assert done.returncode == 0
    assert "Roots: shop, tools (5 modules)." in done.stdout
    assert "tests/ (1)" in done.stdout
    assert "2 violations today" in done.stdout
    assert unknown.returncode == 2


def test_a_workspace_is_read_whole(write_tree: WriteTree) -> None:
    root = write_tree(
        {
            "libs/a/pyproject.toml": "[project]\nname = 'acme-a'\n",
            "libs/a/acme_a/__init__.py": "",
            "libs/a/acme_a/old.py": "",
            "libs/a/tests/test_x.py": "",
            "libs/b/pyproject.toml": "[project]\nname = 'acme-b'\n",
            "libs/b/src/acme_b/__init__.py": "import acme_a.old\n",
            "libs/b/tests/test_x.py": "",
        }
    )

    done = archguard("init", "--deprecated", "acme_a.old", cwd=root)

    assert done.returncode == 0
    assert "Left out: tests in libs/a, libs/b" in done.stdout
    assert "libs/b/src/acme_b/__init__.py:1" in archguard("check", cwd=root).stdout


def test_a_root_that_an_example_has_too_is_the_project_s_own(write_tree: WriteTree) -> None:
    files = {
        "pyproject.toml": "[project]\nname = 'shop'\n",
        "tests/conftest.py": "",
        "examples/small/pyproject.toml": "[project]\nname = 'small'\n",
        "examples/small/tests/conftest.py": "",
        "examples/large/pyproject.toml": "[project]\nname = 'large'\n",
        "examples/large/tests/conftest.py": "",
    }
    root = write_tree({**FILES, **files})

    written = archguard("init", "--deprecated", "shop.legacy_cart", cwd=root)
    checked = archguard("check", cwd=root)

    assert written.returncode == 0, written.stderr
    assert 'source_roots = [\n  "src",\n  ".",\n]' in (root / "pyproject.toml").read_text()
    assert checked.returncode == 1
    assert "tests/test_order.py:1" in checked.stdout


def test_a_module_of_another_project_may_be_deprecated(write_tree: WriteTree) -> None:
    root = write_tree({**FILES, "src/shop/cart.py": "import six\n"})

    done = archguard("init", "--deprecated", "six", cwd=root)

    assert done.returncode == 0
    assert "six is another project's; imports of it count all the same" in done.stdout
    assert "1 violation today" in done.stdout


def test_without_candidates_it_says_so(write_tree: WriteTree) -> None:
    done = archguard("init", cwd=write_tree({"shop/__init__.py": ""}))

    assert done.returncode == 2
    assert "No module looks deprecated" in done.stdout
    assert "`archguard audit` looks for" in done.stdout


def test_what_is_vendored_and_migrations_of_a_database_are_no_candidates(write_tree: WriteTree) -> None:
    files = {"src/shop/_vendor/idna/compat.py": "", "src/shop/db/migrations/drop_legacy.py": ""}
    root = write_tree({**FILES, **files})

    done = archguard("init", cwd=root)

    assert "  1  shop.legacy_cart  (" in done.stdout
    assert "idna" not in done.stdout
    assert "drop_legacy" not in done.stdout


def test_a_folder_without_packages_is_told_so(tmp_path: Path) -> None:
    done = archguard("init", "--deprecated", "a.b", cwd=tmp_path)

    assert done.returncode == 2
    assert "--root-package" in done.stderr


def test_on_a_terminal_a_candidate_is_chosen_by_its_number(write_tree: WriteTree) -> None:
    root = write_tree(FILES)
    terminal, stdin = pty.openpty()
    os.write(terminal, b"1\nshop.cart\n")

    done = subprocess.run(
        [SCRIPT, "init"], cwd=root, stdin=stdin, capture_output=True, text=True, timeout=60, check=False
    )

    os.close(terminal)
    os.close(stdin)
    assert done.returncode == 0
    assert "1  shop.legacy_cart  (its name; 2 importers)" in done.stdout
    assert "shop.cart replaces shop.legacy_cart" in (root / ".importlinter").read_text()
