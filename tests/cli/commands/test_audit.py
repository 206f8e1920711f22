"""`archguard audit`, on a tree whose answers are known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archguard.definitions.tokens import list_tokens
from tests.cli.commands.test_plan import write_shop
from tests.cli.console_script import archguard
from tests.sources.trees import commit_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

_ENGINE = "shop.engine:CartEngine"
_BODY = "\n".join(
    f"    def step_{number}(self, order, amount):\n"
    f"        total = order.price * amount + {number} * self.rate - order.discount\n"
    f"        return total if total > order.minimum else order.minimum\n"
    for number in range(3)
)
_TREE = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "shop/__init__.py": "from shop.engine import CartEngine\n",
    "shop/interface.py": (
        "from abc import ABC, abstractmethod\n\n\nclass ICartEngine(ABC):\n"
        "    @abstractmethod\n    def run(self): ...\n\n"
        "    def name(self):\n        return 'engine'\n"
    ),
    "shop/engine.py": (
        "from shop.interface import ICartEngine\n\n\nclass CartEngine(ICartEngine):\n"
        f"    rate = 2\n\n    def run(self):\n        return 1\n\n{_BODY}"
    ),
    "shop/adapter.py": (
        "from shop.engine import CartEngine\n\n\nclass LegacyCartEngine:\n"
        "    def __init__(self):\n        self._inner = CartEngine()\n\n"
        "    def run(self):\n        return self._inner.run()\n"
    ),
    "shop/copied.py": f"class CopiedCartEngine:\n    rate = 2\n\n{_BODY}",
    "shop/other.py": "class CartEngine:\n    def ride(self):\n        return 'elsewhere'\n",
    "shop/errors.py": "class CartEngineError(ValueError):\n    pass\n",
    "shop/compat.py": (
        "try:\n    from shop.engine import CartEngine\n"
        "except ImportError:\n    class CartEngine:\n        pass\n"
        "OldCartEngine = CartEngine\n"
    ),
    "shop/making.py": (
        "from shop.engine import CartEngine\n\n\ndef make_engine() -> CartEngine:\n"
        "    return CartEngine()\n\n\ndef get_engine():\n    engine = CartEngine()\n    return engine\n"
    ),
    "shop/uses.py": "from shop import CartEngine\nfrom shop.compat import OldCartEngine\n",
    "shop/broken.py": "from shop.engine import NoCartEngine\n",
    "tests/test_engine.py": (
        "from shop.engine import CartEngine\n\n\nclass TestCartEngine:\n"
        "    def test_it(self):\n        class FakeCartEngine(CartEngine):\n            pass\n"
    ),
    "tests/test_words.py": "WORDS = 'CartEngine'\n",
}
_CANONICAL = "shop.engine:CartEngine"


def _audit(root: Path, *options: str) -> dict[str, Any]:
    done = archguard("audit", "--root", root, "--format", "json", *options)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.fixture
def audited(write_tree: WriteTree) -> dict[str, Any]:
    """The audit of the tree, with the canonical class named."""
    return _audit(write_tree(_TREE), "--matches", "*CartEngine*", "--canonical", _CANONICAL)


def test_what_is_counted_is_said_for_production_and_tests(audited: dict[str, Any]) -> None:
    assert audited["counts"] == {
        "statements": 9,
        "production": 7,
        "tests": 2,
        "names": 5,
        "modules": 7,
        "fallbacks": 1,
    }
    assert audited["coverage"] == {"files": 13, "read": 13, "unread": []}


def test_each_definition_has_a_role(audited: dict[str, Any]) -> None:
    assert {one["id"]: one["role"] for one in audited["definitions"]} == {
        "shop.adapter:LegacyCartEngine": "adapter",
        "shop.compat:CartEngine": "fallback",
        "shop.copied:CopiedCartEngine": "clone",
        _CANONICAL: "canonical",
        "shop.errors:CartEngineError": "exception",
        "shop.interface:ICartEngine": "interface",
        "shop.other:CartEngine": "same-name",
        "tests.test_engine:TestCartEngine": "test",
        "tests.test_engine:TestCartEngine.test_it.<locals>.FakeCartEngine": "test",
    }
    assert len(list_tokens(_TREE["shop/copied.py"])) >= 60


def test_a_copy_that_says_less_than_sixty_words_is_no_clone(write_tree: WriteTree) -> None:
    short = "class CopiedCartEngine:\n    def run(self):\n        return 1\n"
    tree = _TREE | {"shop/copied.py": short}

    audited = _audit(write_tree(tree), "--matches", "*CartEngine*", "--canonical", _CANONICAL)

    roles = {one["id"]: one["role"] for one in audited["definitions"]}
    assert roles["shop.copied:CopiedCartEngine"] == "unrelated"


def test_importers_are_counted_by_the_path_that_they_write(audited: dict[str, Any]) -> None:
    canonical = next(one for one in audited["definitions"] if one["id"] == _CANONICAL)

    assert canonical["paths"] == {
        "shop.compat:OldCartEngine": 1,
        "shop.engine:CartEngine": 5,
        "shop:CartEngine": 1,
    }
    assert (canonical["importers"], canonical["test_importers"]) == (6, 1)
    assert canonical["indirect_importers"] == 1  # shop.uses
    assert audited["paths"] == [{"definition": _CANONICAL, "paths": canonical["paths"]}]


def test_imports_of_deprecated_modules_are_counted_by_the_homes_of_their_names(
    tmp_path: Path,
) -> None:
    write_shop(tmp_path)

    imports = _audit(tmp_path)["imports"]

    assert imports == {"violations": 5, "known": 4, "re_exported": 1, "unknown": 1}
    for name in ("text", "markdown"):
        text = archguard("audit", "--root", tmp_path, "--format", name).stdout
        assert (
            "5 violations of contracts that deprecate modules: 4 import what has another home (3 what "
            "the replacement has, 1 what is only re-exported), 1 import what has none."
        ) in " ".join(text.split())


def test_without_a_contract_that_deprecates_modules_there_are_no_imports_to_count(
    audited: dict[str, Any],
) -> None:
    assert audited["imports"] is None


def test_other_names_and_homes_are_bindings(audited: dict[str, Any]) -> None:
    assert [one["symbol"] for one in audited["bindings"] if one["target"] == _CANONICAL] == [
        "shop.adapter:CartEngine",
        "shop.compat:CartEngine",
        "shop.compat:OldCartEngine",
        "shop.making:CartEngine",
        "shop.uses:CartEngine",
        "shop.uses:OldCartEngine",
        "shop:CartEngine",
    ]


def test_a_name_that_leads_elsewhere_is_an_impostor(audited: dict[str, Any]) -> None:
    assert audited["impostors"] == [
        {
            "name": "CartEngine",
            "target": "shop.other:CartEngine",
            "symbols": ["shop.other:CartEngine"],
            "expected": _CANONICAL,
        }
    ]


def test_what_returns_a_member_is_a_factory(audited: dict[str, Any]) -> None:
    assert [(one["id"], one["returns"], one["same_returns"]) for one in audited["factories"]] == [
        ("shop.making:get_engine", [_CANONICAL], ["shop.making:make_engine"]),
        ("shop.making:make_engine", [_CANONICAL], ["shop.making:get_engine"]),
    ]


def test_an_import_of_what_is_not_there_is_missing(audited: dict[str, Any]) -> None:
    assert audited["missing"] == [
        {
            "symbol": "shop.engine:NoCartEngine",
            "places": [{"path": "shop/broken.py", "line": 1}],
        }
    ]


def test_without_a_pattern_families_are_found_and_a_canonical_one_is_proposed(
    write_tree: WriteTree,
) -> None:
    (family,) = _audit(write_tree(_TREE))["families"]

    assert family["canonical"] == [_CANONICAL]
    assert family["is_proposed"]
    assert family["members"] == [
        _CANONICAL,
        "shop.adapter:LegacyCartEngine",
        "shop.compat:CartEngine",
        "shop.other:CartEngine",
    ]


def test_variants_of_one_base_class_are_no_family(write_tree: WriteTree) -> None:
    tree = {
        "pyproject.toml": '[project]\nname = "shop"\n',
        "shop/__init__.py": "",
        "shop/base.py": "class BaseDriver:\n    def run(self): ...\n",
        **{
            f"shop/driver_{name}.py": "from shop.base import BaseDriver\n\n\n"
            "class Driver(BaseDriver):\n    def __init__(self, inner: BaseDriver):\n"
            "        self.inner = inner\n\n    def run(self):\n        return self.inner.run()\n"
            for name in ("a", "b", "c")
        },
    }

    assert _audit(write_tree(tree))["families"] == []


@pytest.mark.parametrize(("name", "families"), [("Service", 0), ("CartService", 1)])
def test_a_name_of_one_word_that_several_have_says_little(
    write_tree: WriteTree, name: str, families: int
) -> None:
    tree = {
        "pyproject.toml": '[project]\nname = "shop"\n',
        "shop/__init__.py": "",
        "shop/a.py": f"class {name}:\n    def run(self):\n        return 1\n",
        "shop/b.py": f"class {name}:\n    def ride(self):\n        return 2\n",
        "shop/c.py": f"from shop import a\n\n\nclass {name}:\n    def __init__(self):\n"
        f"        self.inner = a.{name}()\n\n    def run(self):\n        return self.inner.run()\n",
    }

    assert len(_audit(write_tree(tree))["families"]) == families


@pytest.mark.parametrize(("folder", "families"), [("migrations", 0), ("_vendor", 0), ("changes", 1)])
def test_migrations_and_what_other_projects_wrote_are_no_family(
    write_tree: WriteTree, folder: str, families: int
) -> None:
    body = "".join(f"    table_{number} = make_table({number}, name='t')\n" for number in range(12))
    tree = {
        "pyproject.toml": '[project]\nname = "shop"\n',
        "shop/__init__.py": "",
        **{f"shop/{app}/{folder}/__init__.py": "" for app in ("cart", "user")},
        **{f"shop/{app}/__init__.py": "" for app in ("cart", "user")},
        **{f"shop/{app}/{folder}/m1.py": f"class FirstTables:\n{body}" for app in ("cart", "user")},
    }

    assert len(_audit(write_tree(tree))["families"]) == families


@pytest.mark.parametrize(("name", "families"), [("pytest_configure", 0), ("py_configure", 1)])
def test_hooks_of_pytest_are_no_family(write_tree: WriteTree, name: str, families: int) -> None:
    common = "".join(f"    table_{number} = make_table({number}, name='t')\n" for number in range(10))
    tree = {
        "pyproject.toml": '[project]\nname = "shop"\n',
        "shop/__init__.py": "",
        **{
            f"shop/{module}.py": f"def {name}():\n{common}"
            + "".join(f"    add(table_{number}{own})\n" for number in range(4))
            for module, own in (("a", " * 2, [3]"), ("b", ".rows[0].id"), ("c", " or not None"))
        },
    }

    assert len(_audit(write_tree(tree))["families"]) == families


def test_a_commit_has_the_answers_of_its_tree(write_tree: WriteTree) -> None:
    root = write_tree(_TREE)
    options = ("--matches", "*CartEngine*", "--canonical", _CANONICAL)
    before = _audit(root, *options)
    commit_all(root)
    (root / "shop" / "other.py").unlink()

    assert _audit(root, *options, "--rev", "HEAD") == before
    assert _audit(root, *options)["counts"]["production"] == before["counts"]["production"] - 1


def test_text_shows_families_roles_and_faults(write_tree: WriteTree) -> None:
    done = archguard(
        "audit", "--root", write_tree(_TREE), "--matches", "*CartEngine*", "--canonical", _CANONICAL
    )

    assert done.stdout.startswith(
        "*CartEngine*: 9 class statements, 7 in production code (5 names in 7 modules; 1\n"
    )
    assert "  canonical   CartEngine  6 importers, 1 of them tests\n" in done.stdout
    assert "methods that call _inner: 1 of 1; it holds shop.engine:CartEngine" in done.stdout
    assert "Names that lead to different definitions: 1\n" in done.stdout
    assert "Imported, but not there: 1\n" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_markdown_is_a_table_for_an_issue(write_tree: WriteTree) -> None:
    root = write_tree(_TREE)

    done = archguard("audit", "--root", root, "--matches", "*CartEngine*", "--format", "markdown")

    assert (
        "| canonical | `CartEngine` | `shop/engine.py:4` | 6 | 1 | `proposed: none has more importers` |"
        in (done.stdout)
    )
    tables = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {7}


@pytest.mark.parametrize(
    ("canonical", "sentence"),
    [
        ("shop.engine:Nothing", "--canonical shop.engine:Nothing: "),
        ("shop.nothing:CartEngine", "there is no module shop.nothing."),
        ("CartEngine", "--canonical CartEngine: write it as package.module:Name."),
    ],
)
def test_a_canonical_definition_that_is_not_there_is_one_sentence(
    write_tree: WriteTree, canonical: str, sentence: str
) -> None:
    done = archguard("audit", "--root", write_tree(_TREE), "--canonical", canonical)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stdout == ""


def test_a_folder_without_python_is_one_sentence(tmp_path: Path) -> None:
    done = archguard("audit", "--root", tmp_path)

    assert done.returncode == 2
    assert "no Python package in" in done.stderr


def test_nothing_of_the_tree_runs(write_tree: WriteTree, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    code = f"open({str(canary)!r}, 'w')\n\n\nclass CartEngine: pass\n"
    tree = _TREE | {"shop/__init__.py": code, "conftest.py": code, "tests/conftest.py": code}

    _audit(write_tree(tree), "--matches", "*CartEngine*")

    assert not canary.exists()


def test_a_file_that_ends_its_reader_is_listed_and_the_others_are_read(write_tree: WriteTree) -> None:
    deep = f"class DeepCartEngine:\n    x = {'(' * 50_000}{')' * 50_000}\n"
    many = "".join(f"class CartEngine{number}: pass\n" for number in range(20_000))
    tree = _TREE | {"shop/deep.py": deep, "shop/many.py": many}

    audited = _audit(write_tree(tree), "--matches", "*CartEngine", "--canonical", _CANONICAL)

    assert [one["path"] for one in audited["coverage"]["unread"]] == ["shop/deep.py"]
    assert audited["counts"]["production"] == 6


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--write-contract", "--rev", "HEAD"), "leave --rev out"),
        (("--family", "CartEngine"), "--family: it names what --write-contract is about"),
        (("--write-contract", "--family", "Basket"), "the audit has no such family"),
    ],
)
def test_a_contract_that_cannot_be_written_is_a_sentence(
    options: tuple[str, ...], sentence: str, write_tree: WriteTree
) -> None:
    root = write_tree(_TREE)
    commit_all(root)

    answer = archguard("audit", *options, cwd=root)

    assert (answer.returncode, sentence in answer.stderr) == (2, True)
    assert (root / "pyproject.toml").read_text() == _TREE["pyproject.toml"]


@pytest.mark.parametrize("options", [(), ("--matches", "*CartEngine", "--canonical", _ENGINE)])
def test_check_accepts_the_contract_that_it_writes(
    options: tuple[str, ...], write_tree: WriteTree
) -> None:
    root = write_tree(_TREE)

    written = archguard("audit", "--write-contract", *options, cwd=root)
    checked = archguard("check", "--format", "json", cwd=root)
    again = archguard("audit", "--write-contract", *options, cwd=root)

    assert written.returncode == 0
    assert "Wrote pyproject.toml: contract 'one-cart-engine', " in written.stderr
    assert (root / "pyproject.toml").read_text().startswith(_TREE["pyproject.toml"])
    assert checked.returncode == 1
    imported = {one["imported"] for one in json.loads(checked.stdout)["violations"]}
    assert {"shop.other:CartEngine", "shop.adapter:LegacyCartEngine"} <= imported
    assert _ENGINE not in imported
    assert again.returncode == 2
    assert "it has a contract 'one-cart-engine' already" in again.stderr


def test_of_functions_the_contract_names_the_copies_and_their_importers_are_counted(
    write_tree: WriteTree,
) -> None:
    function = f"def total():\n{_BODY}    return step_0\n"
    root = write_tree(
        {
            "pyproject.toml": '[project]\nname = "shop"\n',
            "shop/__init__.py": "",
            "shop/cart.py": function,
            "shop/legacy.py": function,
            "shop/uses.py": "from shop.cart import total\n",
            "shop/again.py": "from shop.cart import total\n",
            "shop/old_uses.py": "from shop.legacy import total\n",
        }
    )

    written = archguard("audit", "--write-contract", cwd=root)
    checked = archguard("check", "--format", "json", cwd=root)

    assert "Wrote pyproject.toml: contract 'one-total', 1 violation today." in written.stderr
    violations = json.loads(checked.stdout)["violations"]
    assert [(one["importer"], one["imported"]) for one in violations] == [
        ("shop.old_uses", "shop.legacy:total")
    ]


def test_a_hostile_tree_ends_with_the_files_that_are_not_read(
    write_tree: Callable[[Mapping[str, str]], Path],
) -> None:
    root = write_tree(
        {
            "pyproject.toml": '[project]\nname = "evil"\n',
            "evil/__init__.py": "",
            "evil/many.py": "".join(f"class A{number}: pass\n" for number in range(20_001)),
            "evil/exported.py": f"__all__ = {[f'n{number}' for number in range(100_001)]}\n",
            "evil/starred.py": "from evil.exported import *\nfrom evil.many import *\n",
            "evil/nested.py": "".join(f"{' ' * depth}class E{depth}:\n" for depth in range(90))
            + " " * 90
            + "pass\n",
            "evil/chain.py": "class E0: pass\n"
            + "".join(f"class E{number}(E{number - 1}): pass\n" for number in range(1, 2_000)),
            "evil/other.py": "".join(f"class E{number}: pass\n" for number in range(2_000)),
            **{
                f"evil/c{number}.py": f"from evil.c{(number + 1) % 50} import *\n"
                f"from evil.c{(number + 7) % 50} import E, E as E{number}\n"
                for number in range(50)
            },
        }
    )

    coverage = _audit(root)["coverage"]

    assert [file["path"] for file in coverage["unread"]] == ["evil/exported.py", "evil/many.py"]


@pytest.mark.parametrize("size", [0, 300_000])
def test_a_name_is_shared_with_a_file_of_any_size(
    size: int, write_tree: Callable[[Mapping[str, str]], Path]
) -> None:
    body = "".join(
        f"    def total_{name}(self, lines):\n        return [one.{name} * one.count for one in lines]\n"
        for name in ("price", "weight", "volume", "points")
    )
    root = write_tree(
        {
            "pyproject.toml": '[project]\nname = "shop"\n',
            "shop/__init__.py": "",
            "shop/cart.py": f"class ShoppingCart:\n{body}",
            "shop/large.py": f"class ShoppingCart:\n{body}" + "#" * size + "\n",
            "shop/other.py": f"class Invoice:\n{body}",
        }
    )

    definitions = _audit(root)["definitions"]

    assert [one["id"] for one in definitions] == ["shop.cart:ShoppingCart", "shop.large:ShoppingCart"]
