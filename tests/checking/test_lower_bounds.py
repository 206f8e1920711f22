"""From an analysis to a report: which counts are lower bounds."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest, check
from archguard.configuration import parse_configuration
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source
from tests.history.histories import SUBMODULE, Entry, History
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.checking.report import Report

CONFIGURATION = b"""\
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "deprecated"
name = "Nothing old"
type = "deprecated"
deprecated_modules = ["shop.old"]

[[tool.importlinter.contracts]]
id = "forbidden"
name = "Carts know no orders"
type = "forbidden"
source_modules = ["shop.cart"]
forbidden_modules = ["shop.order"]
"""
Files = dict[str | bytes, str | bytes]
SHOP: Files = {
    "shop/__init__.py": "",
    "shop/old.py": "",
    "shop/cart.py": "",
    "shop/order.py": "",
}
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
ANNEX = "/annex/objects/SHA256E-s12345--4d7a.py\n"
LARGE = b"# " + b"x" * 10_000_000 + b"\n"


def _report(root: Path, rev: str | None = None, text: bytes = CONFIGURATION) -> Report:
    configuration = parse_configuration("archguard.toml", text)
    assert configuration is not None
    return check(CheckRequest(open_source(str(root), rev), configuration, Cache(None), jobs=1)).report


def _unread(report: Report) -> list[tuple[str, str, bool]]:
    return [(file.path, file.reason, file.unknown) for file in report.coverage.unread]


def _lower_bounds(report: Report) -> dict[str, bool]:
    return {contract.id: contract.lower_bound for contract in report.contracts}


ALL, NONE = {"deprecated": True, "forbidden": True}, {"deprecated": False, "forbidden": False}
ONLY_FORBIDDEN = {"deprecated": False, "forbidden": True}


def _check_both(root: Path, files: Files) -> list[Report]:
    """Write files; return the reports of the working tree and of its commit."""
    write_files(root, SHOP | files)
    commit_all(root)
    return [_report(root), _report(root, "HEAD")]


def test_a_tree_that_is_read_in_full_has_exact_counts(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {}):
        assert _lower_bounds(report) == NONE


@pytest.mark.parametrize(
    ("pointer", "reason"),
    [
        (LFS, "a Git LFS pointer: the file's content is not here"),
        (ANNEX, "a git-annex pointer: the file's content is not here"),
    ],
)
def test_a_pointer_to_a_content_elsewhere_may_import_anything(
    tmp_path: Path, pointer: str, reason: str
) -> None:
    for report in _check_both(tmp_path, {"shop/model.py": pointer}):
        assert _unread(report) == [("shop/model.py", reason, True)]
        assert _lower_bounds(report) == ALL


def test_a_pointer_that_a_package_hides_is_one_too(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {"shop/model.py": LFS, "shop/model/__init__.py": ""}):
        assert [(file.path, file.unknown) for file in report.coverage.unread] == [
            ("shop/model.py", True)
        ]
        assert _lower_bounds(report) == ALL


def test_a_pointer_in_the_deprecated_module_itself_raises_no_count_of_it(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {"shop/old.py": LFS}):
        assert _lower_bounds(report) == ONLY_FORBIDDEN


def test_code_that_mentions_a_pointer_is_code(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {"shop/model.py": f'import shop.old\nPOINTER = """{LFS}"""\n'}):
        assert [violation.importer for violation in report.violations] == ["shop.model"]
        assert _lower_bounds(report) == NONE


def test_a_syntax_error_that_names_nothing_deprecated_lowers_no_count_of_that(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {"shop/model.py": "import (\n"}):
        assert _unread(report) == [("shop/model.py", "a syntax error", False)]
        assert _lower_bounds(report) == ONLY_FORBIDDEN


def test_a_file_above_the_limit_is_searched_and_so_known(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {"shop/model.py": LARGE}):
        assert _unread(report) == [("shop/model.py", "larger than 10 MB", False)]
        assert _lower_bounds(report) == ONLY_FORBIDDEN


@pytest.mark.slow
def test_a_generated_file_of_many_megabytes_is_searched_to_its_end(tmp_path: Path) -> None:
    lines = "".join(f'x{n} = {{"key": {n}, "name": "value {n}"}}\n' for n in range(600_000))
    write_files(tmp_path, SHOP | {"shop/generated.py": f"{lines}import shop.old\n"})

    report = _report(tmp_path)

    (file,) = report.coverage.unread
    assert (file.reason, file.names, file.unknown) == ("larger than 10 MB", ("shop.old",), False)
    assert _lower_bounds(report) == ALL


def test_what_a_link_out_of_the_tree_leads_to_is_unknown(tmp_path: Path) -> None:
    write_files(tmp_path / "elsewhere", {"x.py": "import shop.old\n"})
    files: Files = {"shop/out.py": "-> ../../elsewhere/x.py", "shop/away": "-> ../../elsewhere"}

    for report in _check_both(tmp_path / "tree", files):
        assert [(file.path, file.unknown) for file in report.coverage.unread] == [
            ("shop/away", True),
            ("shop/out.py", True),
        ]
        assert _lower_bounds(report) == ALL


def test_what_a_link_to_a_folder_leads_to_is_unknown(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {"shop/plugins": "-> ../plugins", "plugins/x.py": ""}):
        assert _unread(report) == [("shop/plugins", "a symbolic link to a folder", True)]
        assert _lower_bounds(report) == ALL


def test_a_link_to_nothing_imports_nothing(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {"shop/gone.py": "-> nowhere.py"}):
        assert _unread(report) == [("shop/gone.py", "a symbolic link to nothing", False)]
        assert _lower_bounds(report) == ONLY_FORBIDDEN


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_unknown(tmp_path: Path) -> None:
    write_files(tmp_path, SHOP | {"shop/secret.py": "import shop.old\n"})
    (tmp_path / "shop/secret.py").chmod(0)

    report = _report(tmp_path)

    assert _unread(report) == [("shop/secret.py", "cannot be opened: permission denied", True)]
    assert _lower_bounds(report) == ALL


def test_a_pipe_is_unknown(tmp_path: Path) -> None:
    write_files(tmp_path, SHOP)
    os.mkfifo(tmp_path / "shop/pipe.py")

    report = _report(tmp_path)

    assert _unread(report) == [("shop/pipe.py", "not a regular file", True)]
    assert _lower_bounds(report) == ALL


def test_what_a_submodule_holds_is_unknown_in_a_commit(history: History) -> None:
    history.commit({**SHOP, "shop/vendored": Entry(SUBMODULE, "1" * 40)})  # type: ignore[dict-item]

    report = _report(history.root, "main")

    assert _unread(report) == [("shop/vendored", "a submodule, which the commit does not contain", True)]
    assert _lower_bounds(report) == ALL


def test_a_link_into_a_submodule_is_unknown_in_a_commit(history: History) -> None:
    outside = {"vendored": Entry(SUBMODULE, "1" * 40), "shop/x.py": "-> ../vendored/lib/x.py"}
    history.commit({**SHOP, **outside})  # type: ignore[dict-item]

    report = _report(history.root, "main")

    assert [(file.path, file.unknown) for file in report.coverage.unread] == [("shop/x.py", True)]
    assert _lower_bounds(report) == ALL


@pytest.mark.parametrize("below", ["", "project/"])
def test_a_submodule_that_is_not_checked_out_is_unknown_in_the_working_tree(
    tmp_path: Path, below: str
) -> None:
    paths = [f"{below}shop/vendored", f"{below}shop/filled"]
    modules = "".join(f'[submodule "{path}"]\n\tpath = {path}\n\turl = ../x\n' for path in paths)
    write_files(tmp_path, {f"{below}{path!s}": text for path, text in SHOP.items()})
    write_files(tmp_path, {".gitmodules": modules, f"{below}shop/filled/x.py": "import shop.old\n"})
    (tmp_path / below / "shop/vendored").mkdir()
    (tmp_path / below / "shop/empty").mkdir()
    git(tmp_path, "init", "--quiet")

    report = _report(tmp_path / below)

    assert [(file.path, file.unknown) for file in report.coverage.unread] == [("shop/vendored", True)]
    assert _lower_bounds(report) == ALL
    assert [violation.importer for violation in report.violations] == ["shop.filled.x"]


def test_a_content_that_a_clone_lacks_is_unknown(tmp_path: Path) -> None:
    write_files(tmp_path, SHOP | {"shop/lost.py": "import shop.old\n"})
    commit_all(tmp_path)
    blob = git(tmp_path, "rev-parse", "HEAD:shop/lost.py")
    (tmp_path / ".git/objects" / blob[:2] / blob[2:]).unlink()

    report = _report(tmp_path, "HEAD")

    assert _unread(report) == [("shop/lost.py", "its content is missing from the object store", True)]
    assert _lower_bounds(report) == ALL


def _notebook(*cells: tuple[str, str]) -> str:
    document = [
        {"cell_type": kind, "source": source.splitlines(keepends=True), "outputs": ["shop.old"]}
        for kind, source in cells
    ]
    return json.dumps({"cells": document, "nbformat": 4})


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("shop/fast.pyi", "from shop import old\n"),
        ("shop/fast.pyi", "from . import old\n"),
        ("shop/sub/__init__.pyi", "from .. import old\n"),
        ("shop/fast.pyx", "from shop cimport old\n"),
        ("shop/fast.pxd", "cimport shop.old\n"),
        ("shop/plot.ipynb", _notebook(("code", "x = 1\nfrom shop import old\n"))),
        ("shop/plot.ipynb", '<<<<<<< a\n"source": ["from shop import old\\n"]\n=======\n'),
        ("shop/bin/run", "#!/usr/bin/env python\nimport shop.old\n"),
        ("shop/cart.pyi", "import shop.old\n"),
    ],
)
def test_python_outside_py_files_that_names_a_deprecated_module_lowers_its_count(
    tmp_path: Path, path: str, content: str
) -> None:
    for report in _check_both(tmp_path, {path: content}):
        (file,) = report.coverage.unread
        assert (file.path, file.names, file.unknown) == (path, ("shop.old",), False)
        assert _lower_bounds(report)["deprecated"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("shop/cart.pyi", "from shop import order\n"),
        ("shop/plot.ipynb", _notebook(("markdown", "import shop.old\n"), ("code", "1 + 1\n"))),
        ("shop/run", "#!/usr/bin/python3\nimport shop.cart\n"),
        ("shop/old.pyi", "from shop.old import x\n"),
    ],
)
def test_python_outside_py_files_that_names_none_leaves_it_exact(
    tmp_path: Path, path: str, content: str
) -> None:
    for report in _check_both(tmp_path, {path: content}):
        assert [file.path for file in report.coverage.unread] == [path]
        assert not _lower_bounds(report)["deprecated"]


def test_a_stub_beside_its_module_lowers_no_count(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {"shop/cart.pyi": "from shop import order\n"}):
        assert _lower_bounds(report) == NONE


def test_a_notebook_lowers_the_counts_of_other_contract_types(tmp_path: Path) -> None:
    for report in _check_both(tmp_path, {"shop/plot.ipynb": _notebook(("code", "1 + 1"))}):
        assert _lower_bounds(report) == ONLY_FORBIDDEN


@pytest.mark.parametrize("suffix", [".pyi", ".pyx", ".abi3.so", ".cp311-win_amd64.pyd"])
def test_a_module_that_is_no_python_source_is_no_ghost_and_can_be_named_by_every_type(
    tmp_path: Path, suffix: str
) -> None:
    names = CONFIGURATION.replace(b"shop.old", b"shop.fast").replace(b"shop.order", b"shop.fast")
    for statement in ("from shop import fast", "import shop.fast", "from .fast import run"):
        root = tmp_path / statement.replace(" ", "_")
        write_files(root, SHOP | {"shop/cart.py": f"{statement}\n", f"shop/fast{suffix}": ""})
        commit_all(root)
        for report in (_report(root, text=names), _report(root, "HEAD", names)):
            assert [
                (violation.contract, violation.importer, violation.imported, violation.ghost)
                for violation in report.violations
            ] == [
                ("deprecated", "shop.cart", "shop.fast", False),
                ("forbidden", "shop.cart", "shop.fast", False),
            ]
            assert all(violation.foreign for violation in report.violations)
            assert _lower_bounds(report) == ONLY_FORBIDDEN


def test_a_module_that_only_a_notebook_is_called_after_is_a_ghost(tmp_path: Path) -> None:
    files: Files = {"shop/old.ipynb": "{}", "shop/cart.py": "import shop.old\n"}
    write_files(tmp_path, SHOP | files)
    (tmp_path / "shop/old.py").unlink()

    (violation,) = _report(tmp_path).violations

    assert (violation.ghost, violation.foreign) == (True, False)
