"""Configuration in TOML."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.configuration.files import TOML, read, refuses

if TYPE_CHECKING:
    from pathlib import Path


def test_a_syntax_error_is_told_with_line_and_column(tmp_path: Path) -> None:
    refuses(
        tmp_path,
        "[tool.importlinter]\nroot_package = \n",
        r"invalid TOML: Invalid value \(at line 2, column 16\).",
    )


def test_a_file_cut_off_is_told_with_line_and_column_too(tmp_path: Path) -> None:
    refuses(
        tmp_path,
        "[tool]\n[tool.import",
        r"invalid TOML: Expected '\]' at the end of a table declaration "
        r"\(at the end: line 2, column 13\).",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tool = 1", "tool must be a table."),
        ("[tool]\nimportlinter = []", "importlinter must be a table."),
        ("tool.archguard = 3\n" + TOML, "archguard must be a table."),
        ("[tool.importlinter]\ncontracts = 1", r"contracts must be an array of tables: .*"),
        ("[tool.importlinter]\ncontracts = [1]", r"contracts must be an array of tables: .*"),
        ("[tool.importlinter.contracts]\na = 1", r"contracts must be an array of tables: .*"),
    ],
)
def test_tables_of_another_shape_are_refused(tmp_path: Path, text: str, message: str) -> None:
    refuses(tmp_path, text, message)


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "{a=" * 100_000, "a=" + "[" * 400])
def test_deep_nesting_is_refused(tmp_path: Path, text: str) -> None:
    refuses(tmp_path, text, r"(the values are nested too deeply|invalid TOML: .*)\.")


def test_an_integer_of_thousands_of_digits_is_refused(tmp_path: Path) -> None:
    refuses(tmp_path, "a = " + "1" * 5000, "a value cannot be read: Exceeds the limit .*")


@pytest.mark.parametrize(
    "text",
    [
        "\n\n" + "a." * 20_000 + "a = 1",
        "\n\nx = { " + " . ".join(["a"] * 20_000) + " = 1 }",
        "\n\n[" + '"\\"".' * 20_000 + "a]",
        "\n\n[[" + "'a b'." * 20_000 + "a]]",
    ],
)
def test_a_key_of_thousands_of_parts_ends_fast(tmp_path: Path, text: str) -> None:
    start = time.process_time()

    refuses(tmp_path, text, "line 3: a key has more than 64 parts.")

    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "a." * 30 + "a " * 400_000,
        '"' * 1_000_000,
        ("a" + " " * 63) * 16_000,
        ("a." * 60 + "\n") * 8000,
        ("a . " * 60 + "\n") * 4000,
    ],
)
def test_looking_for_long_keys_is_fast_itself(tmp_path: Path, text: str) -> None:
    start = time.process_time()

    refuses(tmp_path, text, "invalid TOML: .*")

    assert time.process_time() - start < 5


def test_long_lines_of_dotted_names_are_no_long_keys(tmp_path: Path) -> None:
    modules = ", ".join(f'"shop.a.b.c.m{number} -> shop.d.e.f.m{number}"' for number in range(100))
    dots = "." * 200

    configuration = read(
        tmp_path, TOML + f"allowed_importers = [\n{modules}\n]\n# {dots}\nguidance = '{dots}'\n"
    )

    assert len(configuration.contracts[0].strings("allowed_importers")) == 100
