"""Which root packages a first configuration names: trees as build backends' documentation has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.configuration.projects import count_outside, find_layout
from archguard.graph.discovery import discover
from archguard.sources.file_list import list_project_files
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import git, write_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from archguard.configuration.projects import Layout


def _layout(root: Path, files: Mapping[str, str] | Iterable[str]) -> Layout:
    texts = files if isinstance(files, dict) else dict.fromkeys(files, "")
    write_files(root, texts)
    return find_layout(WorkingTree(str(root)), list_project_files(str(root)))


_ONE_PROJECT = {
    "a package at the top": ({"shop/__init__.py": ""}, {"shop": ""}),
    "a package in src": ({"src/shop/__init__.py": "", "shop.egg-info/x.py": ""}, {"shop": "src"}),
    "a module": ({"shop.py": "", "setup.py": "", "conftest.py": ""}, {"shop": ""}),
    "a module in src": ({"src/shop.py": ""}, {"shop": "src"}),
    "tests": (
        {"shop/__init__.py": "", "tests/test_a.py": "", "test/data.txt": ""},
        {"shop": "", "tests": ""},
    ),
    "a namespace in src": ({"src/acme/cart/__init__.py": ""}, {"acme": "src"}),
    "a package called src": ({"src/__init__.py": "", "src/cart.py": ""}, {"src": ""}),
    "[project]": (
        {"pyproject.toml": "[project]\nname = 'Acme-Cart'\n", "acme_cart/x.py": "", "bin/y.py": ""},
        {"acme_cart": ""},
    ),
    "the namespace of a distribution": (
        {"pyproject.toml": "[project]\nname = 'acme-cart'\n", "acme/cart/x.py": ""},
        {"acme": ""},
    ),
    "setuptools, find": (
        {
            "pyproject.toml": "[tool.setuptools.packages.find]\nwhere = ['lib/python']\n",
            "lib/python/shop/__init__.py": "",
        },
        {"shop": "lib/python"},
    ),
    "setuptools, a package's folder": (
        {"pyproject.toml": "[tool.setuptools.package-dir]\nshop = 'py/shop'\n", "py/shop/x.py": ""},
        {"shop": "py"},
    ),
    "setup.cfg, a package's folder": (
        {
            "setup.cfg": "[options]\npackage_dir =\n    acme.cart = py/acme/cart\n",
            "py/acme/cart/x.py": "",
        },
        {"acme": "py"},
    ),
    "hatch, a folder that is installed under a name": (
        {
            "pyproject.toml": "[tool.hatch.build.targets.wheel.sources]\n'py/shop' = 'shop'\n",
            "py/shop/x.py": "",
        },
        {"shop": "py"},
    ),
    "setuptools, package-dir": (
        {"pyproject.toml": "[tool.setuptools]\npackage-dir = {'' = 'lib'}\n", "lib/shop/x.py": ""},
        {"shop": "lib"},
    ),
    "setup.cfg": (
        {
            "setup.cfg": "[options]\npackage_dir =\n    = lib\npackages = find:\n"
            "[options.packages.find]\nwhere = lib\n",
            "lib/shop/__init__.py": "",
        },
        {"shop": "lib"},
    ),
    "hatch": (
        {
            "pyproject.toml": "[tool.hatch.build.targets.wheel]\npackages = ['shop', 'api/shop_api']\n",
            "shop/__init__.py": "",
            "api/shop_api/__init__.py": "",
        },
        {"shop": "", "shop_api": "api"},
    ),
    "hatch, a namespace": (
        {
            "pyproject.toml": "[tool.hatch.build.targets.wheel]\ninclude = ['acme']\n",
            "acme/cart/__init__.py": "",
        },
        {"acme": ""},
    ),
    "poetry": (
        {
            "pyproject.toml": "[tool.poetry]\npackages = [{include = 'shop', from = 'lib'}]\n",
            "lib/shop/__init__.py": "",
        },
        {"shop": "lib"},
    ),
    "uv": (
        {
            "pyproject.toml": "[tool.uv.build-backend]\nmodule-root = ''\nmodule-name = 'acme.cart'\n",
            "acme/cart/__init__.py": "",
        },
        {"acme": ""},
    ),
    "maturin": (
        {"pyproject.toml": "[tool.maturin]\npython-source = 'python'\n", "python/shop/x.py": ""},
        {"shop": "python"},
    ),
    "metadata that says nothing": (
        {"pyproject.toml": "[tool\n", "setup.cfg": "x", "shop/__init__.py": ""},
        {"shop": ""},
    ),
    "metadata of the wrong types": (
        {
            "pyproject.toml": "[tool]\nhatch = 1\nuv = []\n[tool.setuptools]\npackages = {x = 1}\n"
            "[tool.poetry]\npackages = [1]\n[project]\nname = 1\n",
            "shop/__init__.py": "",
        },
        {"shop": ""},
    ),
}


def test_a_folder_of_projects_within_src_is_no_package(tmp_path: Path) -> None:
    files = (
        "hatch_build.py",
        "src/integrations/not-yet-a-project/scripts.py",
        "src/integrations/shop-mail/pyproject.toml",
        "src/integrations/shop-mail/shop_mail/__init__.py",
        "src/integrations/shop-sms/setup.py",
        "src/integrations/shop-sms/shop_sms/__init__.py",
    )
    assert _layout(tmp_path, files).root_packages == ("shop_mail", "shop_sms")


@pytest.mark.parametrize(("files", "roots"), _ONE_PROJECT.values(), ids=_ONE_PROJECT.keys())
def test_the_roots_of_a_project_are_where_its_metadata_says(
    files: dict[str, str], roots: dict[str, str], tmp_path: Path
) -> None:
    layout = _layout(tmp_path, files)

    assert dict(layout.places) == roots
    found = discover(WorkingTree(str(tmp_path)), layout.root_packages, layout.source_roots).roots
    assert {root.name: root.folder for root in found} == roots


def test_the_members_of_a_workspace_are_projects_and_its_examples_are_not(tmp_path: Path) -> None:
    layout = _layout(
        tmp_path,
        {
            "pyproject.toml": "[project]\nname = 'app'\n[tool.uv.workspace]\nmembers = ['libs/*']\n",
            "app/__init__.py": "",
            "libs/a/pyproject.toml": "",
            "libs/a/acme/a/__init__.py": "",
            "libs/b/pyproject.toml": "",
            "libs/b/acme/b/__init__.py": "",
            "demo/pyproject.toml": "",
            "demo/other/__init__.py": "",
            "libs/a/pyproject.toml ": "",
        }
        | {f"libs/{name}/pyproject.toml": f"[project]\nname = 'acme-{name}'\n" for name in "ab"},
    )

    assert layout.root_packages == ("app", "acme")
    assert layout.source_roots == ("", "libs/a", "libs/b")


def test_without_packages_of_its_own_a_folder_s_projects_are_all_read(tmp_path: Path) -> None:
    layout = _layout(
        tmp_path,
        [
            "pyproject.toml",
            "libs/core/pyproject.toml",
            "libs/core/core/__init__.py",
            "libs/core/examples/x/pyproject.toml",
            "libs/core/examples/x/x/__init__.py",
            "services/web/setup.py",
            "services/web/src/web/__init__.py",
        ],
    )

    assert dict(layout.places) == {"core": "libs/core", "web": "services/web/src"}


@pytest.mark.parametrize(
    ("inits", "is_left_out"),
    [({}, False), ({"a/x/__init__.py": ""}, True), ({"b/x/m.py": ""}, True)]
    + [
        (dict.fromkeys(["a/x/__init__.py", "b/x/__init__.py"], text), False)
        for text in (
            "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
            "__import__('pkg_resources').declare_namespace(__name__)\n",
        )
    ],
)
def test_portions_that_python_would_not_merge_are_left_out(
    inits: dict[str, str], is_left_out: bool, tmp_path: Path
) -> None:
    metadata = {f"{name}/pyproject.toml": "[project]\nname = 'x-y'\n" for name in "ab"}
    layout = _layout(tmp_path, {**metadata, "a/x/m.py": "", "b/x/n.py": "", **inits})

    assert [place.folder for place in layout.left_out] == (["a", "b"] if is_left_out else [])
    assert layout.source_roots == (() if is_left_out else ("a", "b"))


def test_what_git_ignores_is_no_part_of_a_project(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    layout = _layout(
        tmp_path, {".gitignore": "build/\n", "build/lib/__init__.py": "", "shop/__init__.py": ""}
    )

    assert list_project_files(str(tmp_path)) == [".gitignore", "shop/__init__.py"]
    assert layout.root_packages == ("shop",)


def test_without_git_hidden_and_installed_files_are_no_part_of_a_project(tmp_path: Path) -> None:
    write_files(tmp_path, dict.fromkeys([".venv/a.py", "venv/a.py", "shop/a.py", "b.py"], ""))

    assert list_project_files(str(tmp_path)) == ["b.py", "shop/a.py"]


def test_python_files_outside_the_roots_are_counted_by_folder(tmp_path: Path) -> None:
    files = ["shop/__init__.py", "shop.txt", "shops/x.py", "scripts/a.py", "scripts/b/c.py", "manage.py"]
    layout = _layout(tmp_path, files)

    assert dict(layout.places) == {"shop": ""}
    assert count_outside(files, [place.path for place in layout.places]) == {
        "": 1,
        "scripts": 2,
        "shops": 1,
    }
