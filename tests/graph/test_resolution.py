"""Names are resolved as grimp resolves them, and to missing deprecated modules."""

from __future__ import annotations

import pytest
from grimp import _rustgrimp as rust  # type: ignore[attr-defined]
from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
from grimp.domain.valueobjects import Module as GrimpModule
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.bound_names import BoundNames, ModuleBindings
from archguard.graph.discovery import Module
from archguard.graph.model import Import, RawImport
from archguard.graph.module_expressions import is_within, make_deprecation
from archguard.graph.resolution import (
    DeprecatedImportResolver,
    Resolution,
    find_external_packages,
    resolve_name,
)

MODULES = ("a", "a.b", "a.pkg")


def _raw(name: str, *, is_from: bool) -> RawImport:
    return (name, 1, False, is_from)


_PARTS = st.lists(st.sampled_from("abc"), min_size=0, max_size=3)
_NAMES = _PARTS.map(lambda parts: ".".join(["p", *parts]))


@given(name=_NAMES, modules=st.sets(_NAMES))
def test_a_name_leads_where_grimp_says(name: str, modules: set[str]) -> None:
    importer = "p.importer"
    known = frozenset(ModuleFile(GrimpModule(one), 0.0) for one in {*modules, importer})
    files = rust.FakeBasicFileSystem()
    files.write("p/importer.py", f"import {name}\n")

    imports_by_module = rust.scan_for_imports(
        module_files=(ModuleFile(GrimpModule(importer), 0.0),),
        found_packages={FoundPackage("p", "p", known)},
        include_external_packages=False,
        exclude_type_checking_imports=False,
        file_system=files,
    )

    expected = [one.imported.name for one in imports_by_module[GrimpModule(importer)]]
    assert [resolve_name(name, modules)] == (expected or [None])


def test_imports_are_resolved_once_and_sorted() -> None:
    raw = [_raw("a.pkg.x", is_from=True), _raw("a.b", is_from=True), _raw("a.pkg.y", is_from=True)]

    imports = Resolution(MODULES).resolve_imports(raw)

    assert imports == (Import("a.b", 1, lazy=False), Import("a.pkg", 1, lazy=False))


def test_a_module_that_is_no_python_source_is_imported_besides_what_grimp_says() -> None:
    raw = [_raw("a.fast", is_from=True), _raw("a.fast.run", is_from=True), _raw("a.b", is_from=False)]

    plain, foreign = Resolution(MODULES), Resolution(MODULES, foreign=frozenset({"a.fast"}))

    assert {one.imported for one in plain.resolve_imports(raw)} == {"a", "a.b"}
    assert {one.imported for one in foreign.resolve_imports(raw)} == {"a", "a.b", "a.fast"}
    assert _resolve_foreign(raw, "a.gone") is None
    assert _resolve_foreign([*raw, _raw("a.gone", is_from=False)], "a.gone") == [
        *("a", "a.b", "a.fast", "a.gone"),
    ]


def test_what_is_imported_from_a_module_that_is_no_python_source_is_in_it() -> None:
    raw = [_raw("a.fast.run", is_from=True)]

    assert _resolve_foreign(raw, "a.fast") is None  # the graph of all contracts has the import
    assert _resolve_foreign([*raw, _raw("a.gone", is_from=False)], "a.fast", "a.gone") == [
        *("a.fast", "a.gone"),
    ]


def _resolve_foreign(raw: list[RawImport], *expressions: str) -> list[str] | None:
    modules = {name: Module(name, f"{name}.py", is_package=False) for name in MODULES}
    foreign = frozenset({"a.fast"})
    bound_names = BoundNames(modules, foreign, lambda _: ModuleBindings({}), foreign)
    resolution = Resolution(modules, foreign=foreign)
    imports = DeprecatedImportResolver(resolution, bound_names, make_deprecation(("a.**",)))
    imports.put("a.user", raw)
    resolved = imports.resolve(expressions).imports.get("a.user")
    return None if resolved is None else sorted({one.imported for one in resolved})


def test_external_names_lead_to_the_package_that_grimp_makes_of_them() -> None:
    raw = {
        "ns.mine.x": [
            _raw("json.decoder", is_from=False),
            _raw("ns.yours.deep.y", is_from=True),
            _raw("ns.mine", is_from=False),
            _raw("ns", is_from=False),
            _raw("lib.*", is_from=True),
        ]
    }

    assert find_external_packages(raw, {"ns.mine", "ns.mine.x"}, ["ns.mine"]) == {
        "json.decoder": "json",
        "ns.yours.deep.y": "ns.yours",
        "lib.*": "lib",
    }


def _resolve(raw: list[RawImport], *expressions: str) -> list[str] | None:
    modules = {name: Module(name, f"{name}.py", is_package=False) for name in MODULES}
    bound_names = BoundNames(modules, frozenset(), lambda _: ModuleBindings({"Klass": (None,)}))
    imports = DeprecatedImportResolver(Resolution(modules), bound_names, make_deprecation(("a.**",)))
    imports.put("a.user", raw)
    resolved = imports.resolve(expressions).imports.get("a.user")
    return None if resolved is None else [one.imported for one in resolved]


def test_what_is_named_and_not_there_is_a_ghost() -> None:
    raw = [_raw("a.old.x", is_from=True), _raw("a.pkg.Klass", is_from=True)]

    assert _resolve(raw, "a.old", "a.pkg") == ["a.old", "a.pkg"]
    assert _resolve(raw[1:], "a.old", "a.pkg") is None


def test_what_another_statement_imports_makes_no_ghost() -> None:
    raw = [_raw("a.b.Klass", is_from=True), _raw("a.b.x.y", is_from=True)]

    assert _resolve(raw[:1], "a.b") is None
    assert _resolve(raw, "a.b") == ["a.b", "a.b.x"]


def test_imports_are_resolved_for_each_contract_by_itself() -> None:
    raw = [_raw("a.old.x", is_from=True)]

    assert _resolve(raw, "a.old") == ["a.old"]
    assert _resolve(raw, "a.old.*") == ["a.old.x"]
    assert _resolve(raw, "a.other") is None


@pytest.mark.parametrize(
    ("expression", "imported"),
    [
        ("a.pkg.old", ["a.pkg", "a.pkg.old"]),
        ("a.pkg.*", ["a.pkg", "a.pkg.old"]),
        ("a.pkg.**", ["a.pkg", "a.pkg.old"]),
        ("a.pkg", None),  # the star itself is an import of it
        ("a.pkg.other", None),
        ("a.b", None),
    ],
)
def test_a_star_asks_for_the_submodules_that_a_literal_all_names(
    expression: str, imported: list[str] | None
) -> None:
    modules = {name: Module(name, f"{name}.py", is_package=True) for name in (*MODULES, "a.pkg.old")}
    bound_names = BoundNames(
        modules, frozenset(), lambda _: ModuleBindings({"Klass": (None,)}, exported=("old", "Klass"))
    )
    imports = DeprecatedImportResolver(Resolution(modules), bound_names, make_deprecation((expression,)))
    imports.put("a.user", [_raw("a.pkg.*", is_from=True)])

    resolved = imports.resolve((expression,)).imports.get("a.user")

    assert (resolved and [statement.imported for statement in resolved]) == imported


def _resolve_missing(*raw: RawImport) -> list[str] | None:
    imports = Resolution(MODULES).resolve_with_missing(
        raw, frozenset({"a.folder"}), lambda name: is_within(name, "a")
    )
    return None if imports is None else [one.imported for one in imports]


def test_a_module_is_missing_where_no_contract_has_to_say_so() -> None:
    assert _resolve_missing(_raw("a.gone.x", is_from=True)) == ["a.gone"]
    assert _resolve_missing(_raw("a.gone", is_from=False)) == ["a.gone"]
    assert _resolve_missing(_raw("a.b", is_from=True), _raw("a.gone.x", is_from=False)) == [
        "a.b",
        "a.gone.x",
    ]


def test_what_may_be_bound_or_lies_outside_is_not_missing() -> None:
    assert _resolve_missing(_raw("a.Klass", is_from=True)) is None
    assert _resolve_missing(_raw("a.folder", is_from=False)) is None
    assert _resolve_missing(_raw("a.folder.x", is_from=True)) is None
    assert _resolve_missing(_raw("lib.x", is_from=True)) is None
