"""Names of deprecated modules in configuration files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.graph.configuration_names import MAX_BYTES, find_configuration_references
from archguard.graph.model import Reference
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]
    Find = Callable[..., list[Reference]]


@pytest.fixture
def find(write_tree: WriteTree) -> Find:
    """Find the names in one file."""

    def find_in(path: str, text: str, *expressions: str) -> list[Reference]:
        source = WorkingTree(str(write_tree({path: text})))
        return find_configuration_references(source, [path], expressions or ("shop.old",))

    return find_in


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("a.toml", 'x = "shop.old:main"', ["shop.old"]),
        ("a.toml", "x = ['shop.old.a', 'shop.old.b']", ["shop.old.a", "shop.old.b"]),
        ("a.toml", 'module = "shop.old.*"', ["shop.old"]),
        ("a.ini", "[mypy-shop.old.*]", ["shop.old"]),
        ("a.cfg", "class=shop.old.Handler", ["shop.old.Handler"]),
        ("a.yaml", "cmd: python -m shop.old", ["shop.old"]),
        ("a.yaml", "a: !!python/object:shop.old.Cart {}", ["shop.old.Cart"]),
        ("a.yaml", 'a: "#" # no\nb: {x: "# shop.old"}', ["shop.old"]),
        ("a.json", '{"class": "shop.old.Cart", "#": "shop.old"}', ["shop.old.Cart", "shop.old"]),
        ("a.yaml", "a: shop.older", []),
        ("a.yaml", "a: my.shop.old", []),
        ("a.yaml", "a: shop/old.py", []),
        ("a.yaml", "a: https://shop.old/x", []),
        ("a.yaml", "a: me@shop.old", []),
        ("a.yaml", "a: shop.old-server", []),
        ("a.yaml", "# shop.old", []),
        ("a.yaml", "a: b  # shop.old", []),
        ("a.ini", "; shop.old", []),
    ],
)
def test_a_name_is_a_dotted_word_outside_comments(
    path: str, text: str, names: list[str], find: Find
) -> None:
    assert [reference.name for reference in find(path, text)] == names


def test_a_reference_has_its_line_and_what_is_written_there(find: Find) -> None:
    (reference,) = find("a.cfg", "[entry]\r\n\r\n  run = shop.old:main  \r\n")

    assert reference == Reference("", "a.cfg", 3, "shop.old", "configuration", "run = shop.old:main")


def test_a_long_line_is_cut_around_the_name(find: Find) -> None:
    (reference,) = find("a.json", '{"x": "' + "y" * 5000 + '", "z": "shop.old", "y": "' + "x" * 5000)

    assert "shop.old" in reference.text
    assert len(reference.text) <= 200


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("a.toml", "[tool.importlinter]"),
        ("a.toml", "[[tool.importlinter.contracts]]"),
        ("a.toml", "[ tool . archguard ]"),
        ("a.toml", '[tool."importlinter"]  # ours'),
        ("setup.cfg", "[importlinter:contract:old]"),
        ("setup.cfg", "[archguard]"),
    ],
)
def test_the_tables_of_contracts_are_no_references(path: str, header: str, find: Find) -> None:
    text = f'[a]\nx = "shop.old"\n{header}\nx = [\n  "shop.old",\n]\n[other]\nx = "shop.old"\n'

    assert [reference.line for reference in find(path, text)] == [2, 8]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a = legacy", []),
        ("a = legacy.json, legacy.com", []),
        ("a = legacy:main", ["legacy"]),
        ("a = legacy.cart", ["legacy.cart"]),
        ("legacy: x", []),
    ],
)
def test_the_name_of_a_top_level_module_alone_is_a_word(text: str, names: list[str], find: Find) -> None:
    assert [reference.name for reference in find("a.ini", text, "legacy")] == names


def test_what_a_wildcard_covers_is_found(find: Find) -> None:
    (reference,) = find("a.ini", "x = shop.legacy.cart:main", "shop.legacy.**")

    assert reference.name == "shop.legacy.cart"
    assert find("a.ini", "x = any.old:main", "*.old")


def test_a_file_that_holds_data_is_not_searched(find: Find) -> None:
    assert find("a.json", '"shop.old"' + " " * (MAX_BYTES - 10))
    assert find("a.json", '"shop.old"' + " " * MAX_BYTES) == []


def test_a_file_in_another_encoding_is_searched(find: Find, tmp_path: Path) -> None:
    (tmp_path / "a.ini").write_bytes("é = shop.old".encode("latin-1"))

    assert find_configuration_references(WorkingTree(str(tmp_path)), ["a.ini"], ["shop.old"])


@pytest.mark.parametrize("unit", ["shop.old ", "# shop.old", "'", "[", "a.", "[a"])
def test_no_line_takes_long(unit: str, find: Find) -> None:
    find("a.ini", "shop.old " + unit * (900_000 // len(unit)))
