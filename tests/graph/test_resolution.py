"""Where names lead: grimp's own rule, and what deprecated modules add to it."""

from __future__ import annotations

import pytest
from grimp import _rustgrimp as rust  # type: ignore[attr-defined]
from grimp.application.ports.modulefinder import FoundPackage, ModuleFile
from grimp.domain.valueobjects import Module as GrimpModule
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.model import Import, RawImport
from archguard.graph.resolution import Deprecation, Resolution, external_packages, resolve

MODULES = ("a", "a.b", "a.pkg")


def _raw(name: str, *, is_from: bool) -> RawImport:
    return (name, 1, False, is_from)


def _named(name: str, *expressions: str, is_from: bool = True) -> str | None:
    return Deprecation(expressions or ("a.old",)).named(name, MODULES, is_from=is_from)


_PARTS = st.lists(st.sampled_from("abc"), min_size=0, max_size=3)
_NAMES = _PARTS.map(lambda parts: ".".join(["p", *parts]))


@given(name=_NAMES, modules=st.sets(_NAMES))
def test_a_name_leads_where_grimp_says(name: str, modules: set[str]) -> None:
    importer = "p.importer"
    known = frozenset(ModuleFile(GrimpModule(one), 0.0) for one in {*modules, importer})
    files = rust.FakeBasicFileSystem()
    files.write("p/importer.py", f"import {name}\n")

    found = rust.scan_for_imports(
        module_files=(ModuleFile(GrimpModule(importer), 0.0),),
        found_packages={FoundPackage("p", "p", known)},
        include_external_packages=False,
        exclude_type_checking_imports=False,
        file_system=files,
    )

    grimp_s = [one.imported.name for one in found[GrimpModule(importer)]]
    assert [resolve(name, modules)] == (grimp_s or [None])


def test_imports_are_resolved_once_and_sorted() -> None:
    raw = [_raw("a.pkg.x", is_from=True), _raw("a.b", is_from=True), _raw("a.pkg.y", is_from=True)]

    found = Resolution(MODULES).imports(raw)

    assert found == (Import("a.b", 1, lazy=False), Import("a.pkg", 1, lazy=False))


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

    assert external_packages(raw, {"ns.mine", "ns.mine.x"}, ["ns.mine"]) == {
        "json.decoder": "json",
        "ns.yours.deep.y": "ns.yours",
        "lib.*": "lib",
    }


@pytest.mark.parametrize(
    ("name", "is_from", "named"),
    [
        ("a.old", False, "a.old"),
        ("a.old.x.y", False, "a.old.x.y"),
        ("a.old", True, "a.old"),
        ("a.old.x", True, "a.old"),
        ("a.old.*", True, "a.old"),
        ("a.old.x.y", True, "a.old.x"),
        ("a.*", True, None),
        ("a.older", False, None),
        ("b.a.old", False, None),
    ],
)
def test_an_import_names_a_deprecated_module_in_full(
    name: str, is_from: bool, named: str | None
) -> None:
    assert _named(name, is_from=is_from) == named


@pytest.mark.parametrize(
    ("expression", "name", "named"),
    [
        # A name that an expression gives is a module; one that only a wildcard covers need not be.
        ("a.Klass", "a.Klass", "a.Klass"),
        ("a.*", "a.Klass", None),
        ("a.pkg.**", "a.pkg.Klass", None),
        ("a.pkg.*", "a.pkg.gone.Klass", "a.pkg.gone"),
        # Where the package is missing as well, a missing module is the likelier.
        ("a.gone.*", "a.gone.x", "a.gone.x"),
        ("a.gone.**", "a.gone.x.y", "a.gone.x"),
        ("a.*.old", "a.gone.old", "a.gone.old"),
        ("a.*.old", "a.gone.old.x.y", "a.gone.old.x"),
        ("a.gone.*", "a.gone.*", None),
        # Somebody else's package: nobody here knows what it defines.
        ("lib.*", "lib.x", "lib.x"),
        ("lib", "lib.x", "lib"),
    ],
)
def test_wildcards_stand_for_modules_not_for_what_modules_define(
    expression: str, name: str, named: str | None
) -> None:
    assert _named(name, expression) == named


def test_one_contract_s_modules_do_not_hide_another_s() -> None:
    assert _named("lib.x", "lib", "lib.x") == "lib.x"
    assert _named("lib.Y", "lib", "lib.x") == "lib"


def _with_ghosts(raw: list[RawImport], *expressions: str) -> list[str] | None:
    found = Resolution(MODULES).imports_with_ghosts(raw, Deprecation(expressions))
    return None if found is None else [one.imported for one in found]


def test_what_is_named_and_not_there_is_a_ghost() -> None:
    raw = [_raw("a.old.x", is_from=True), _raw("a.pkg.x", is_from=True)]

    assert _with_ghosts(raw, "a.old", "a.pkg") == ["a.old", "a.pkg"]
    assert _with_ghosts(raw[1:], "a.old", "a.pkg") is None


def test_what_another_module_imports_makes_no_ghost() -> None:
    # In Python `a.b` can only be what the file a/b.py makes it: x is a name in it, whoever imports more.
    assert _with_ghosts([_raw("a.b.x", is_from=True)], "a.b") is None
    assert _with_ghosts([_raw("a.b.x", is_from=True), _raw("a.b.x.y", is_from=True)], "a.b") == [
        "a.b",
        "a.b.x",
    ]


def test_the_names_of_an_unread_text_are_those_of_every_expression() -> None:
    names = Deprecation(["p.old", "p.old.x"]).named_among([("p.old.x", False)], MODULES)

    assert names == ("p.old", "p.old.x")
