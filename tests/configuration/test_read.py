"""Reading a configuration file, or refusing it with one sentence that says what is wrong."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from archguard.configuration import find_configuration, merge_configurations, read_configuration
from archguard.configuration.read import MAX_BYTES
from archguard.errors import ConfigurationError
from tests.configuration.files import INI, TOML, read, refuses

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("name", "text"), [("pyproject.toml", TOML), (".importlinter", INI)])
def test_both_formats_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    configuration = read(tmp_path, text, name)

    assert configuration.path == str(tmp_path / name)
    assert configuration.root_packages == ("shop", "tools")
    assert configuration.session_options == {"root_packages": ["shop", "tools"]}
    (contract,) = configuration.contracts
    assert (contract.id, contract.name, contract.type) == ("one-cart", "One cart", "deprecated")
    assert contract.strings("deprecated_modules") == ("shop.old_cart",)
    assert configuration.source_roots == ()


def test_a_single_root_package_is_a_list_of_one(tmp_path: Path) -> None:
    configuration = read(
        tmp_path, TOML.replace('root_packages = ["shop", "tools"]', 'root_package = "shop"')
    )

    assert configuration.root_packages == ("shop",)
    assert configuration.session_options == {"root_packages": ["shop"]}


def test_roots_are_named_once(tmp_path: Path) -> None:
    assert read(tmp_path, TOML.replace('"tools"', '" shop ", ""')).root_packages == ("shop",)


@pytest.mark.parametrize(
    ("written", "flag"), [("true", True), ('"True"', True), ("false", False), ('"false"', False)]
)
def test_a_flag_is_true_as_import_linter_reads_it(tmp_path: Path, written: str, flag: bool) -> None:
    text = TOML.replace("root_packages", f"include_external_packages = {written}\nroot_packages")

    configuration = read(tmp_path, text)

    assert configuration.flag("include_external_packages") is flag
    assert configuration.flag("exclude_type_checking_imports") is False


@pytest.mark.parametrize("written", ['"yes"', "1", "[]", "{}", "2026-01-01"])
def test_a_flag_that_is_neither_true_nor_false_is_refused(tmp_path: Path, written: str) -> None:
    refuses(
        tmp_path,
        TOML.replace("root_packages", f"include_external_packages = {written}\nroot_packages"),
        "include_external_packages must be true or false.",
    )


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("root_package = 3", "root_package must be a list of strings."),
        ("root_packages = [3]", "root_packages must be a list of strings."),
        ('root_packages = [["a"]]', "root_packages must be a list of strings."),
        ("root_packages = {}", "root_packages must be a list of strings."),
        ("root_packages = []", "root_packages is empty: list the top-level packages to check."),
        ('root_packages = " "', "root_packages is empty: list the top-level packages to check."),
        ("show_timings = false", "root_packages is missing: list the top-level packages to check."),
    ],
)
def test_roots_of_another_shape_are_refused(tmp_path: Path, written: str, message: str) -> None:
    refuses(tmp_path, TOML.replace('root_packages = ["shop", "tools"]', written), message)


def test_a_misspelt_session_option_is_named_with_the_nearest_right_one(tmp_path: Path) -> None:
    refuses(
        tmp_path,
        TOML.replace("root_packages", "root_pakages"),
        "the importlinter section has no option 'root_pakages'; did you mean 'root_packages'[?]",
    )


def test_misspelt_contracts_are_named(tmp_path: Path) -> None:
    refuses(
        tmp_path,
        TOML.replace("importlinter.contracts", "importlinter.contract"),
        "the importlinter section has no option 'contract'; did you mean 'contracts'[?]",
    )


def test_an_option_unlike_any_is_told_all_there_are(tmp_path: Path) -> None:
    refuses(
        tmp_path,
        TOML.replace("root_packages", "zzz = 1\nroot_packages"),
        "the importlinter section has no option 'zzz'; choose contract_types, .* or show_timings.",
    )


@pytest.mark.parametrize(
    ("name", "text", "section"),
    [
        ("pyproject.toml", TOML + '[tool.archguard]\nsource_root = "src"', r"\[tool\.archguard\]"),
        (".importlinter", INI + "[archguard]\nsource_root = src", r"\[archguard\]"),
    ],
)
def test_a_misspelt_option_of_ours_is_named(tmp_path: Path, name: str, text: str, section: str) -> None:
    refuses(
        tmp_path, text, f"{section} has no option 'source_root'; did you mean 'source_roots'[?]", name
    )


def test_source_roots_are_folders_below_the_root(tmp_path: Path) -> None:
    configuration = read(tmp_path, TOML + '[tool.archguard]\nsource_roots = ["src", "lib/python"]')

    assert configuration.source_roots == ("src", "lib/python")


@pytest.mark.parametrize("written", ["/etc", "..", "src/../../x", r"a\u0000b", r"a\nb"])
def test_source_roots_elsewhere_are_refused(tmp_path: Path, written: str) -> None:
    refuses(
        tmp_path,
        TOML + f'[tool.archguard]\nsource_roots = ["{written}"]',
        "source_roots: '.*' is not a path below the root folder.",
    )


def test_no_contracts_are_an_error_that_says_where_they_go(tmp_path: Path) -> None:
    refuses(
        tmp_path,
        '[tool.importlinter]\nroot_package = "shop"\n',
        r"there are no contracts\. Add one as a \[\[tool\.importlinter\.contracts\]\] table .*",
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "One cart"', "", "contract 1 has no name."),
        ('type = "deprecated"', "", r'contract 1 \("One cart"\) has no type.'),
        ('name = "One cart"', 'name = ["a"]', "contract 1: name must be a single value."),
        (
            'type = "deprecated"',
            "type = {}",
            r'contract 1 \("One cart"\): type must be a single value.',
        ),
        ('id = "one-cart"', 'id = ["x"]', r'contract 1 \("One cart"\): id must be a single value.'),
    ],
)
def test_a_contract_without_name_or_type_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    refuses(tmp_path, TOML.replace(old, new), message)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('["a", 1]', "the items of a list must be strings."),
        ('[["a"]]', "the items of a list must be strings."),
        ("{ a = 1 }", r"the values of a table must be strings \(quote keys that contain dots\)."),
        ('{ a.b = "c" }', r"the values of a table must be strings \(quote keys that contain dots\)."),
        ("07:32:00", "a time is not a valid value."),
        ("0x" + "f" * 10000, "the number is too large."),
    ],
)
def test_a_value_that_no_option_takes_is_refused_with_its_key(
    tmp_path: Path, written: str, message: str
) -> None:
    refuses(tmp_path, TOML + f"owner = {written}", rf'contract 1 \("One cart"\): owner: {message}')


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("3", "3"),
        ("2.5", "2.5"),
        ("true", "True"),
        ("2026-12-31", "2026-12-31"),
        ('{ "a.b" = "c" }', {"a.b": "c"}),
        ('[" a ", "", "b"]', [" a ", "", "b"]),
    ],
)
def test_values_are_what_import_linters_fields_take(
    tmp_path: Path, written: str, read_as: object
) -> None:
    (contract,) = read(tmp_path, TOML + f"owner = {written}").contracts

    assert contract.options["owner"] == read_as


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("One cart", "one-cart"),
        ("  A/B: c_d  1.2!", "a-b-c_d-1.2"),
        ("Ein Würfel", "ein-würfel"),
        ("?!", "contract-1"),
    ],
)
def test_a_contract_without_an_id_has_the_slug_of_its_name(
    tmp_path: Path, name: str, identity: str
) -> None:
    text = TOML.replace('id = "one-cart"\n', "").replace("One cart", name)

    (contract,) = read(tmp_path, text).contracts

    assert contract.id == identity
    assert contract.options["id"] == identity


def test_two_contracts_with_one_id_are_refused(tmp_path: Path) -> None:
    again = '[[tool.importlinter.contracts]]\nname = "One cart"\ntype = "deprecated"\n'

    refuses(tmp_path, TOML + again, "2 contracts have the id 'one-cart': give each an id of its own.")


def test_a_file_without_our_section_is_refused(tmp_path: Path) -> None:
    refuses(tmp_path, "[tool.other]\n", "the file has no importlinter section.")
    refuses(tmp_path, "", "the file has no importlinter section.")
    refuses(tmp_path, "[other]\n", "the file has no importlinter section.", "setup.cfg")


@pytest.mark.parametrize("name", ["pyproject.toml", ".importlinter"])
@pytest.mark.parametrize("text", [b"\xff\xfe[\0t\0", "# Gr\xfcn\n".encode("latin-1"), b"\x80"])
def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, name: str, text: bytes) -> None:
    refuses(tmp_path, text, "the file is not UTF-8.", name)


@pytest.mark.parametrize(("name", "text"), [("pyproject.toml", TOML), (".importlinter", INI)])
def test_what_windows_editors_add_is_taken_away(tmp_path: Path, name: str, text: str) -> None:
    configuration = read(tmp_path, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), name)

    assert configuration.root_packages == ("shop", "tools")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml: there is no such file\.$"):
        read_configuration(str(tmp_path / "nowhere.toml"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r": not a regular file\.$"):
        read_configuration(str(tmp_path))


def test_a_fifo_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")

    with pytest.raises(ConfigurationError, match=r": not a regular file\.$"):
        read_configuration(str(tmp_path / "pyproject.toml"))
    with pytest.raises(ConfigurationError, match=r"^no configuration in "):
        find_configuration(str(tmp_path))


def test_a_file_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigurationError, match=r": the file cannot be read: Not a directory\.$"):
        read_configuration(str(tmp_path / "file" / "pyproject.toml"))


def test_a_gibibyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    with path.open("wb") as file:
        file.truncate(1024**3)

    with pytest.raises(
        ConfigurationError, match=rf": the file is larger than {MAX_BYTES // 1024} KiB\.$"
    ):
        read_configuration(str(path))


def test_import_linters_order_of_files_is_ours(tmp_path: Path) -> None:
    for name, text in (("pyproject.toml", TOML), (".importlinter", INI), ("setup.cfg", INI)):
        (tmp_path / name).write_text(text)

        assert find_configuration(str(tmp_path)).path == str(tmp_path / name)


def test_files_without_our_section_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = x\nversion = %(other)s %\n")
    (tmp_path / "pyproject.toml").write_text(TOML)

    assert find_configuration(str(tmp_path)).path == str(tmp_path / "pyproject.toml")


def test_a_folder_without_configuration_is_told_where_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^no configuration in .*archguard init"):
        find_configuration(str(tmp_path))


def test_excluded_files_are_patterns_each_once(tmp_path: Path) -> None:
    text = TOML + '[tool.archguard]\nexclude = ["shop/templates", "*_pb2.py", "shop/templates"]'

    assert read(tmp_path, text).exclude == ("shop/templates", "*_pb2.py")
    assert read(tmp_path, TOML).exclude == ()


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("/shop/templates", "is not a pattern of paths below the root folder"),
        ("../other", "is not a pattern of paths below the root folder"),
        ("!shop", "is not a pattern of paths below the root folder"),
        ("**", "would leave out every file"),
        ("./*", "would leave out every file"),
        ("**/a/**/a/**/a/**", "has more"),
        ("a" * 301, "has more"),
    ],
)
def test_patterns_that_cannot_be_meant_are_refused(tmp_path: Path, written: str, sentence: str) -> None:
    refuses(tmp_path, TOML + f'[tool.archguard]\nexclude = ["{written}"]', f"exclude: .*{sentence}.*")


SECOND = """
[[tool.importlinter.contracts]]
id = "two-carts"
name = "Two carts"
type = "independence"
modules = ["shop.a", "shop.b"]
"""


def test_a_contract_of_any_type_names_its_previous_ids(tmp_path: Path) -> None:
    text = TOML + 'previous_ids = "cart"\n' + SECOND + 'previous_ids = ["carts", "both", "both"]\n'

    configuration = read(tmp_path, text)

    assert [one.previous_ids for one in configuration.contracts] == [("cart",), ("carts", "both")]


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("cart", "cart", "'one-cart' and 'two-carts' both have 'cart' in previous_ids."),
        ("two-carts", "both", "previous_ids of 'one-cart' names 'two-carts', which is a contract now."),
        ("one-cart", "both", "previous_ids of 'one-cart' names the contract itself."),
    ],
)
def test_previous_ids_that_make_no_line_are_refused(
    tmp_path: Path, first: str, second: str, message: str
) -> None:
    text = f'{TOML}previous_ids = ["{first}"]\n{SECOND}previous_ids = ["{second}"]\n'

    refuses(tmp_path, text, re.escape(message))


def test_previous_ids_of_one_of_several_files_are_that_file_s(tmp_path: Path) -> None:
    first = read(tmp_path, f'{TOML}previous_ids = ["cart", "other.toml:cart"]\n', "one.toml")
    second = read(tmp_path, TOML, "two.toml")

    merged = merge_configurations([first._replace(path="one"), second._replace(path="two")])

    assert [one.previous_ids for one in merged.contracts] == [("one:cart", "other.toml:cart"), ()]


@pytest.mark.parametrize("value", ["3", '""', '["main", "next"]', "true", '"a\\nb"'])
def test_a_base_that_is_no_revision_is_refused(tmp_path: Path, value: str) -> None:
    refuses(
        tmp_path,
        f"{TOML}[tool.archguard]\nbase = {value}\n",
        'base must be one revision, such as "origin/main", or "auto" or "none".',
    )
    assert read(tmp_path, f'{TOML}[tool.archguard]\nbase = " main "\n').base == "main"
    assert read(tmp_path, TOML).base == ""
