"""Names are resolved as grimp resolves them, and to missing deprecated modules."""

from __future__ import annotations

from grimp import _rustgrimp as rust  # type: ignore[attr-defined]
from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
from grimp.domain.valueobjects import Module as GrimpModule
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.model import Import, RawImport
from archguard.graph.module_expressions import Deprecation
from archguard.graph.resolution import Resolution, find_external_packages, resolve_name

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
    with_ghosts = foreign.resolve_with_ghosts(
        [*raw, _raw("a.gone", is_from=False)], Deprecation(["a.gone"])
    )
    assert with_ghosts is not None
    assert {one.imported for one in with_ghosts} == {"a", "a.b", "a.fast", "a.gone"}


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


def _with_ghosts(raw: list[RawImport], *expressions: str) -> list[str] | None:
    imports = Resolution(MODULES).resolve_with_ghosts(raw, Deprecation(expressions))
    return None if imports is None else [one.imported for one in imports]


def test_what_is_named_and_not_there_is_a_ghost() -> None:
    raw = [_raw("a.old.x", is_from=True), _raw("a.pkg.x", is_from=True)]

    assert _with_ghosts(raw, "a.old", "a.pkg") == ["a.old", "a.pkg"]
    assert _with_ghosts(raw[1:], "a.old", "a.pkg") is None


def test_what_another_module_imports_makes_no_ghost() -> None:
    # `a.b` is a file, so x is a name in it, whatever other statements import.
    assert _with_ghosts([_raw("a.b.x", is_from=True)], "a.b") is None
    assert _with_ghosts([_raw("a.b.x", is_from=True), _raw("a.b.x.y", is_from=True)], "a.b") == [
        "a.b",
        "a.b.x",
    ]
