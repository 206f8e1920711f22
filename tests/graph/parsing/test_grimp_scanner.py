"""The scanner, and the private parts of grimp that it uses: a test says which one has changed."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import pytest
from grimp import _rustgrimp as rust  # type: ignore[attr-defined]
from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
from grimp.domain import valueobjects
from grimp.domain.valueobjects import DirectImport
from grimp.domain.valueobjects import Module as GrimpModule
from grimp.exceptions import SourceSyntaxError

from archguard.graph.parsing.grimp_scanner import (
    SYNTAX_ERROR,
    TOO_MANY_DOTS,
    GrimpScanner,
    ModuleSource,
    ScanError,
)

UPGRADE = f"grimp {version('grimp')} changed this; archguard/graph/parsing/grimp_scanner.py uses it: "
TRIED = range(19, 21)  # minor versions of grimp 3 with which the quick tests passed


def _text(name: str, source: str, *, is_package: bool = False) -> ModuleSource:
    return ModuleSource(name, is_package, source, source.encode())


def _scan(
    source: str,
    name: str = "p.a",
    *,
    is_package: bool = False,
    top_level_names: tuple[str, ...] = ("p", "q"),
) -> list[str]:
    found = GrimpScanner(top_level_names).scan([_text(name, source, is_package=is_package)])
    return [f"{imported}:{line}{' lazy' if lazy else ''}" for imported, line, lazy, _ in found[name]]


def _files(source: str) -> rust.FakeBasicFileSystem:
    files = rust.FakeBasicFileSystem()
    files.write("p/a.py", source)
    return files


def _scan_directly(source: str) -> dict[GrimpModule, set[DirectImport]]:
    module = ModuleFile(GrimpModule("p.a"), 0.0)
    package = FoundPackage("p", "p", frozenset({module, ModuleFile(GrimpModule("p.b"), 0.0)}))
    found: dict[GrimpModule, set[DirectImport]] = rust.scan_for_imports(
        module_files=(module,),
        found_packages={package},
        include_external_packages=False,
        exclude_type_checking_imports=False,
        file_system=_files(source),
    )
    return found


def test_grimp_still_has_files_in_memory() -> None:
    assert hasattr(rust, "FakeBasicFileSystem"), UPGRADE + "_rustgrimp.FakeBasicFileSystem is gone."
    assert hasattr(rust.FakeBasicFileSystem, "write"), UPGRADE + "FakeBasicFileSystem.write is gone."
    files = rust.FakeBasicFileSystem()
    files.write("p/a.py", "x = 1\n")
    assert files.read("p/a.py") == "x = 1\n", UPGRADE + "what write() stores, read() no longer gives."


def test_grimp_still_scans_with_the_same_arguments() -> None:
    assert hasattr(rust, "scan_for_imports"), UPGRADE + "_rustgrimp.scan_for_imports is gone."
    parameters = list(inspect.signature(rust.scan_for_imports).parameters)
    assert parameters == [
        "module_files",
        "found_packages",
        "include_external_packages",
        "exclude_type_checking_imports",
        "file_system",
    ], UPGRADE + "scan_for_imports has other parameters."


def test_grimp_still_describes_modules_with_the_same_fields() -> None:
    assert [f.name for f in fields(ModuleFile)] == ["module", "mtime"], (
        UPGRADE + "ModuleFile has other fields."
    )
    names = [f.name for f in fields(FoundPackage)]
    assert names[:3] == ["name", "directory", "module_files"], (
        UPGRADE + "FoundPackage has other fields, or in another order."
    )


def test_grimp_still_answers_with_direct_imports() -> None:
    found = _scan_directly("import p.b\n")
    assert list(found) == [GrimpModule("p.a")], UPGRADE + "the answer is no mapping from modules."
    (direct_import,) = found[GrimpModule("p.a")]
    for name in ("imported", "line_number", "is_lazy"):
        assert hasattr(direct_import, name), UPGRADE + f"DirectImport.{name} is gone."
    fields_read = (direct_import.imported.name, direct_import.line_number, direct_import.is_lazy)
    assert fields_read == ("p.b", 1, False), UPGRADE + "DirectImport's fields have another meaning."


def test_grimp_still_says_where_a_syntax_error_is() -> None:
    with pytest.raises(SourceSyntaxError) as caught:
        _scan_directly("x = 1\nprint 'x'\n")
    for name in ("filename", "lineno"):
        assert hasattr(caught.value, name), UPGRADE + f"SourceSyntaxError.{name} is gone."
    assert (caught.value.filename, caught.value.lineno) == ("p/a.py", 2), (
        UPGRADE + "SourceSyntaxError names another file or line."
    )


def test_grimp_still_panics_under_the_same_name() -> None:
    with pytest.raises(BaseException) as caught:
        _scan_directly("from ....... import x\n")
    assert type(caught.value).__name__ == "PanicException", (
        UPGRADE + f"too many dots raise {type(caught.value).__name__}, not PanicException."
    )


def test_no_minor_version_of_grimp_is_allowed_but_those_that_were_tried() -> None:
    configured = Path(__file__).parents[3] / "pyproject.toml"
    allowed = re.search(r'"grimp>=3\.(\d+),<3\.(\d+)"', configured.read_text(encoding="utf-8"))

    assert allowed is not None, "pyproject.toml must say which minor versions of grimp it takes."
    assert range(int(allowed[1]), int(allowed[2])) == TRIED
    assert int(version("grimp").split(".")[1]) in TRIED


@pytest.mark.parametrize(
    ("source", "imports"),
    [
        ("import p.b", ["p.b:1"]),
        ("from p import b", ["p.b:1"]),
        ("from p.b import name, other", ["p.b.name:1", "p.b.other:1"]),
        ("from p import *", ["p.*:1"]),
        ("from . import b", ["p.b:1"]),
        ("from .sub import c, name", ["p.sub.c:1", "p.sub.name:1"]),
        ("import p.b as q", ["p.b:1"]),
        ("from p import (\n  b,\n  sub,\n)", ["p.b:1", "p.sub:1"]),
        ("import p.b\nimport p.b", ["p.b:1", "p.b:2"]),
        ("import json, p.b", ["p.b:1"]),
        ("def f():\n  import p.b", ["p.b:2"]),
        ("try: import p.b\nexcept ImportError: import q", ["p.b:1", "q:2"]),
        ("if a: import p.b; import q", ["p.b:1", "q:1"]),
        ("x = '''\n'''\\\n; import q", ["q:3"]),
        ("x = 1\fimport q", None),
        ("\fimport q", ["q:1"]),
        ("x = 1\r\nimport q\r\n", ["q:2"]),
        ("x = 1\rimport q\r", ["q:2"]),
        ("'import q'\n# import q", []),
        ("lazy import q", ["q:1 lazy"]),
        ("lazy from p import b", ["p.b:1 lazy"]),
        ("", []),
    ],
)
def test_imports_come_with_their_lines(source: str, imports: list[str] | None) -> None:
    if imports is None:
        with pytest.raises(ScanError, match=SYNTAX_ERROR):
            _scan(source)
    else:
        assert _scan(source) == imports


def test_a_package_s_dots_start_at_itself() -> None:
    assert _scan("from . import c", "p.sub", is_package=True) == ["p.sub.c:1"]
    assert _scan("from .. import b", "p.sub.c") == ["p.b:1"]


def test_only_names_that_begin_as_asked_are_found() -> None:
    assert _scan("import json.decoder, p.b", top_level_names=("json",)) == ["json.decoder:1"]


def test_an_import_says_whether_it_is_from_a_base() -> None:
    source = "import p.b\nfrom p import b\n'''\nfrom p import c\n'''\nimport p.c\n"

    found = GrimpScanner(None).scan([_text("p.a", source)])["p.a"]

    assert [(name, line, is_from) for name, line, _, is_from in found] == [
        ("p.b", 1, False),
        ("p.b", 2, True),
        ("p.c", 6, False),
    ]


def test_imports_for_type_checkers_can_be_left_out() -> None:
    text = _text("p.a", "if TYPE_CHECKING:\n  import p.b\nimport q\n")

    for excluded, lines in ((False, [2, 3]), (True, [3])):
        scanner = GrimpScanner(("p", "q"), exclude_type_checking_imports=excluded)
        assert [line for _, line, _, _ in scanner.scan([text])["p.a"]] == lines


def test_a_syntax_error_names_its_module_and_line() -> None:
    texts = [_text("p.a", "import q\n"), _text("p.b", "x = 1\nprint 'x'\n")]

    with pytest.raises(ScanError) as caught:
        GrimpScanner(["p"]).scan(texts)

    assert (caught.value.reason, caught.value.line, caught.value.module) == (SYNTAX_ERROR, 2, "p.b")


def test_too_many_dots_are_an_error_like_any_other() -> None:
    with pytest.raises(ScanError) as caught:
        _scan("from ....... import x")

    assert (caught.value.reason, caught.value.line) == (TOO_MANY_DOTS, None)


@pytest.mark.parametrize("is_package", [False, True])
@pytest.mark.parametrize("module", ["a", "a.b", "a.b.c"])
@pytest.mark.parametrize("dots", range(1, 7))
def test_as_many_dots_are_too_many_as_when_a_module_is_tried_on_its_own(
    dots: int, module: str, is_package: bool
) -> None:
    text = ModuleSource(module, is_package, source := f"from {'.' * dots} import x\n", source.encode())
    scanner = GrimpScanner(["a"])

    outcomes = []
    for attempt in (lambda: scanner.probe(text), lambda: scanner.scan([text, _text("q", "")])):
        try:
            attempt()
        except ScanError as error:
            outcomes.append(error.reason)
        else:
            outcomes.append("")

    assert outcomes[0] == outcomes[1]
    assert outcomes[0] in ("", TOO_MANY_DOTS)


def test_the_statement_s_own_line_is_found_among_others_like_it() -> None:
    source = (
        "x = 'from p import ('\nfrom p import (\n  a,\n)\ndef f():\n  from p import (\n    b,\n  )\n"
    )

    assert _scan(source) == ["p.a:2", "p.b:6"]


def test_one_module_can_be_tried_on_its_own() -> None:
    scanner = GrimpScanner(["p"])

    scanner.probe(_text("p.a", "import p.b\n"))
    with pytest.raises(ScanError):
        scanner.probe(_text("p.a", "print 'x'\n"))


def test_the_order_of_the_modules_changes_nothing() -> None:
    texts = [_text("p.a", "import q\n"), _text("p.b", "import p.a, q\n")]

    forwards = GrimpScanner(["p", "q"]).scan(texts)
    backwards = GrimpScanner(["q", "p"]).scan(texts[::-1])

    assert forwards == backwards
    assert set(forwards) == {"p.a", "p.b"}


def test_grimp_s_own_values_are_back_after_a_scan() -> None:
    originals = valueobjects.Module, valueobjects.DirectImport

    _scan("import q")
    with pytest.raises(ScanError):
        _scan("print 'x'")

    assert (valueobjects.Module, valueobjects.DirectImport) == originals


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("above", [0, 199, 200, 201, 5000])
def test_a_list_of_many_lines_is_read_wherever_it_stands(above: int, line_end: str) -> None:
    source = line_end.join(
        [*["x = 1"] * above, "from q import (", "  b,  # )", "  c as d,", ")", "y = 2"]
    )

    found = GrimpScanner(["q"]).scan([_text("p.a", source)])["p.a"]

    line = above + 1
    assert found == [("q.b", line, False, True), ("q.c", line, False, True)]
