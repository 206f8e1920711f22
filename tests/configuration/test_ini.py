"""Configuration in INI files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.configuration.files import INI, read, refuses

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "root_package = a\n",
            "invalid INI file: File contains no section headers.*line: 1.*",
        ),
        ("[importlinter]\nroot_package\n", r"invalid INI file: .*\[line +2\].*"),
        ("[importlinter]\na = 1\na = 2\n", r"invalid INI file: .*\[line +3\].*'a'.*"),
        (INI + "[importlinter]\n", r"invalid INI file: .*'importlinter' already exists."),
    ],
)
def test_a_syntax_error_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    refuses(tmp_path, text, message, ".importlinter")


def test_an_id_in_the_section_counts_more_than_one_in_its_name(tmp_path: Path) -> None:
    (contract,) = read(tmp_path, INI + "id = mine\n", ".importlinter").contracts

    assert contract.id == "mine"


def test_a_section_that_is_no_contract_is_no_contract(tmp_path: Path) -> None:
    refuses(
        tmp_path,
        INI.replace("importlinter:contract", "importlinter.contract"),
        "there are no contracts. .*",
        ".importlinter",
    )


def test_our_own_section_is_read(tmp_path: Path) -> None:
    text = INI + "[archguard]\nsource_roots =\n    src\n    lib\n"

    assert read(tmp_path, text, "setup.cfg").source_roots == ("src", "lib")


def test_lines_keep_their_blank_ones(tmp_path: Path) -> None:
    text = INI + "broken_contract_guidance =\n    Ask us.\n\n    We know.\n"

    (contract,) = read(tmp_path, text, ".importlinter").contracts

    assert contract.options["broken_contract_guidance"] == ["Ask us.", "", "We know."]


def test_percent_signs_are_read_as_import_linter_reads_them(tmp_path: Path) -> None:
    (contract,) = read(tmp_path, INI + "owner = 100%% %%(a)s\n", ".importlinter").contracts

    assert contract.options["owner"] == "100% %(a)s"


def test_interpolation_is_refused_and_not_expanded(tmp_path: Path) -> None:
    bomb = "\n".join(f"a{n + 1} = " + f"%(a{n})s" * 10 for n in range(12))

    refuses(
        tmp_path,
        INI + "a0 = boom\n" + bomb,
        r"\[importlinter:contract:one-cart\] a1: interpolation, %\(name\)s, is not supported.",
        ".importlinter",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[importlinter]\nx" + " " * 200_000 + "y\n", "line 2: there are hundreds of spaces in a row."),
        (
            "[DEFAULT]\n"
            + "".join(f"k{n} = 1\n" for n in range(20_000))
            + "".join(f"[importlinter:{n}]\n" for n in range(20_000)),
            r"too many sections inherit too many options of \[DEFAULT\].",
        ),
    ],
)
def test_what_would_take_the_parser_hours_ends_fast(tmp_path: Path, text: str, message: str) -> None:
    start = time.process_time()

    refuses(tmp_path, text, message, ".importlinter")

    assert time.process_time() - start < 5


def test_indents_and_trailing_spaces_of_any_length_are_harmless(tmp_path: Path) -> None:
    text = INI.replace("    shop\n", " " * 5000 + "shop" + " " * 5000 + "\n")

    assert read(tmp_path, text, ".importlinter").root_packages == ("shop", "tools")


def test_excluded_files_have_one_line_each(tmp_path: Path) -> None:
    text = INI + "[archguard]\nexclude =\n    shop/templates\n    *_pb2.py\n"

    assert read(tmp_path, text, ".importlinter").exclude == ("shop/templates", "*_pb2.py")


def test_exceptions_have_sections_of_their_own(tmp_path: Path) -> None:
    text = INI + (
        "[archguard:exception:compat]\ncontract = one-cart\n"
        "importer = shop.a\nimported = shop.old_cart\n"
        "reason =\n    for\n    now\nuntil = 2027-01-31\n"
    )

    (contract,) = read(tmp_path, text, "setup.cfg").contracts

    (exception,) = contract.exceptions
    assert (exception.importer, exception.imported) == ("shop.a", "shop.old_cart")
    assert (exception.reason, exception.owner, exception.until) == ("for now", "", "2027-01-31")
