"""A snapshot says what the check found."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pydantic
import pytest

from archguard.checking.pipeline import CheckRequest, check
from archguard.configuration import parse_configuration
from archguard.graph.scanning.cache import Cache
from archguard.snapshot import Snapshot, to_version_1
from archguard.snapshot.build import (
    BuildingError,
    CommitFacts,
    SnapshotBuilder,
    SnapshotInput,
    compute_configuration_digest,
)
from archguard.snapshot.codec import compute_digest, encode, encode_with_digest
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import write_files
from tests.upload.sample_uploads import make_upload

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archguard.configuration import Configuration

CONFIGURATION = """\
[tool.importlinter]
root_packages = ["shop", "tools"]

[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.old", "shop.gone"]
replacement = "shop.cart"
owner = "@team"
deadline = 2026-12-31

[[tool.importlinter.contracts]]
id = "independent"
name = "Independent"
type = "independence"
modules = ["shop.a", "shop.b"]
"""
FILES: dict[str | bytes, str | bytes] = {
    "src/shop/__init__.py": "",
    "src/shop/old.py": "import shop.cart\n",
    "src/shop/cart/__init__.py": "from shop.cart import lines\n",
    "src/shop/cart/lines.py": "",
    "src/shop/a.py": "from shop.old import x\nfrom shop.cart.lines import y\n",
    "src/shop/b.py": "import shop.gone.deep\nimport shop.gone\nimport shop.cart\nimport shop.a\n",
    "src/shop/folder/inner.py": "",
    "src/shop/broken.py": "def (:\nimport shop.old\n",
    "tools.py": "from shop.cart import z\n",
}


def _configuration(text: str = CONFIGURATION, path: str = "contracts.toml") -> Configuration:
    configuration = parse_configuration(path, text.encode())
    assert configuration is not None
    return configuration


def _snapshot(
    root: Path, files: Mapping[str | bytes, str | bytes], text: str = CONFIGURATION, folder: str = ""
) -> Snapshot:
    write_files(root, files)
    source = WorkingTree(str(root))
    result = check(CheckRequest(source, _configuration(text), Cache(None), jobs=1, is_for_upload=True))
    snapshot_input = SnapshotInput(result.report.contracts, result.report.violations, result.inputs)
    snapshot = SnapshotBuilder().build(CommitFacts("a" * 40, "b" * 40, 1, folder), snapshot_input)
    assert Snapshot.model_validate_json(encode(snapshot)) == snapshot  # it is valid
    return snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return the snapshot of the files above, in a folder of their repository."""
    return _snapshot(tmp_path_factory.mktemp("tree"), FILES, folder="back end")


def test_every_module_has_its_kind(snapshot: Snapshot) -> None:
    assert dict(zip(snapshot.graph.modules, snapshot.graph.kinds, strict=True)) == {
        "shop": "p",
        "shop.a": "m",
        "shop.b": "m",
        "shop.broken": "m",
        "shop.cart": "p",
        "shop.cart.lines": "m",
        "shop.folder": "n",
        "shop.folder.inner": "m",
        "shop.gone": "g",
        "shop.gone.deep": "g",
        "shop.old": "m",
        "tools": "m",
    }


def test_every_import_is_there_once_those_of_ghosts_too(snapshot: Snapshot) -> None:
    modules = snapshot.graph.modules

    assert [(modules[a], modules[b]) for a, b in snapshot.graph.imports] == [
        ("shop.a", "shop.cart.lines"),
        ("shop.a", "shop.old"),
        ("shop.b", "shop.a"),
        ("shop.b", "shop.cart"),
        ("shop.b", "shop.gone"),
        ("shop.b", "shop.gone.deep"),
        ("shop.cart", "shop.cart.lines"),
        ("shop.old", "shop.cart"),
        ("tools", "shop.cart"),
    ]


def test_a_contract_says_what_a_reader_needs(snapshot: Snapshot) -> None:
    independent, one_cart = snapshot.contracts

    assert json.loads(one_cart.model_dump_json()) == {
        "id": "one-cart",
        "name": "One cart",
        "type": "deprecated",
        "kept": False,
        "violations": 2,
        "exposure": 2,
        "lower_bound": True,
        "adoption": 3,  # a, b and tools; not what is in the cart, nor what is to go
        "undecided": [],
        "deprecated": ["shop.gone", "shop.old"],
        "replacements": ["shop.cart"],
        "owner": "@team",
        "deadline": "2026-12-31",
        "allowed": 0,
        "users": 2,
    }
    assert (independent.id, independent.adoption, independent.replacements) == ("independent", None, ())


def test_violations_are_those_of_the_report(snapshot: Snapshot) -> None:
    lines = {
        violation.identity: [(line.path, line.line, line.kind) for line in violation.occurrences]
        for violation in snapshot.violations
    }

    assert lines == {
        ("independent", "shop.b", "shop.a"): [("src/shop/b.py", 4, "top-level")],
        ("one-cart", "shop.a", "shop.old"): [("src/shop/a.py", 1, "top-level")],
        ("one-cart", "shop.b", "shop.gone"): [
            ("src/shop/b.py", 1, "top-level"),
            ("src/shop/b.py", 2, "top-level"),
        ],
    }
    assert [violation.ghost for violation in snapshot.violations] == [False, False, True]


def test_roots_stand_where_the_repository_has_them(snapshot: Snapshot) -> None:
    assert snapshot.folder == "back end"
    assert [(root.name, root.folder) for root in snapshot.roots] == [
        ("shop", "back end/src"),
        ("tools", "back end"),
    ]


def test_what_was_not_read_is_listed(snapshot: Snapshot) -> None:
    (file,) = snapshot.coverage.unread

    assert (snapshot.coverage.files, file.path, file.line, file.names) == (
        9,
        "src/shop/broken.py",
        1,
        ("shop.old",),
    )
    assert (file.module, file.is_folder) == ("shop.broken", False)


def test_names_that_the_schema_refuses_are_made_to_fit(tmp_path: Path) -> None:
    long = "/".join(["folder" * 20] * 6)
    files: dict[str | bytes, str | bytes] = {
        **FILES,
        b"src/shop/\xff\x1b.py": "",
        f"src/shop/{long}/end.py": "import shop.old\n",
        "src/shop/##[error]x.py": "import shop.old\n",
    }
    text = CONFIGURATION.replace('name = "One cart"', 'name = "One\\u0007 ##[cart]"')

    snapshot = _snapshot(tmp_path, files, text)

    assert r"src/shop/\xff\x1b.py" in [file.path for file in snapshot.coverage.unread]
    importers = {found.importer for found in snapshot.violations if found.imported == "shop.old"}
    assert {r"shop.#\x23[error]x", "shop.a"} <= importers
    assert len(importers) == 3
    assert importers <= set(snapshot.graph.modules)
    assert max(map(len, importers)) == 512
    assert snapshot.contracts[1].name == r"One\x07 #\x23[cart]"


def test_a_commit_that_does_not_fit_is_one_sentence(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    result = check(CheckRequest(WorkingTree(str(tmp_path)), _configuration(), Cache(None), jobs=1))
    twice = SnapshotInput(result.report.contracts * 2, result.report.violations, result.inputs)

    with pytest.raises(
        BuildingError, match=r"^commit aaaaaaaaaa does not fit into a snapshot \(.*\)\.$"
    ):
        SnapshotBuilder().build(CommitFacts("a" * 40, None, 1, ""), twice)


def test_the_digest_is_of_what_the_configuration_says_not_of_how() -> None:
    commented = _configuration(f"# a comment\n{CONFIGURATION}", "pyproject.toml")

    assert compute_configuration_digest(commented, "") == compute_configuration_digest(
        _configuration(), ""
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"tools"', '"other"'),
        ("2026-12-31", "2027-12-31"),
        ("@team", "@others"),
        ("One cart", "Two carts"),
        ('"shop.gone"', '"shop.lost"'),
        ("independence", "acyclic_siblings"),
    ],
)
def test_whatever_a_snapshot_depends_on_is_in_the_digest(old: str, new: str) -> None:
    assert compute_configuration_digest(_configuration(), "") != compute_configuration_digest(
        _configuration(CONFIGURATION.replace(old, new)), ""
    )


def test_the_folder_is_in_the_digest() -> None:
    assert compute_configuration_digest(_configuration(), "") != compute_configuration_digest(
        _configuration(), "a"
    )


def test_both_ways_to_write_an_upload_are_one() -> None:
    upload = make_upload()

    assert encode_with_digest(upload) == (encode(upload), compute_digest(upload.snapshot))


def test_the_wire_format_alone_loads_nothing_that_builds_it() -> None:
    script = "import archguard.snapshot, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    assert "pydantic" in loaded
    assert not {"grimp", "importlinter", "archguard.checking", "archguard.graph"} & loaded


def test_a_contract_sends_its_previous_ids_and_one_without_sends_nothing_of_them(tmp_path: Path) -> None:
    text = CONFIGURATION.replace('owner = "@team"', 'previous_ids = ["carts", "old-cart"]')

    independent, one_cart = _snapshot(tmp_path, FILES, text).contracts

    assert one_cart.previous_ids == ("carts", "old-cart")
    assert "previous_ids" in one_cart.model_dump_json()
    assert "previous_ids" not in independent.model_dump_json()


def test_a_contract_that_could_not_be_judged_says_so_and_counts_nothing(tmp_path: Path) -> None:
    independent, one_cart = _snapshot(
        tmp_path, FILES, CONFIGURATION.replace('"shop.b"]', '"shop.nowhere"]')
    ).contracts

    assert independent.unjudged
    assert (independent.kept, independent.violations, independent.lower_bound) == (False, 0, True)
    assert not one_cart.unjudged
    assert one_cart.violations == 2
    assert "unjudged" not in one_cart.model_dump_json()


@pytest.mark.parametrize(
    "previous",
    [
        {"one-cart": ["independent"]},
        {"one-cart": ["x"], "independent": ["x"]},
        {"one-cart": ["one-cart"]},
    ],
)
def test_previous_ids_that_make_no_line_are_no_snapshot(
    snapshot: Snapshot, previous: dict[str, list[str]]
) -> None:
    document = json.loads(encode(snapshot))
    for contract in document["contracts"]:
        contract["previous_ids"] = previous.get(contract["id"], [])

    with pytest.raises(pydantic.ValidationError, match="previous_ids"):
        Snapshot.model_validate_json(json.dumps(document))


def test_what_exceptions_hide_is_in_the_newest_version_alone(tmp_path: Path) -> None:
    text = CONFIGURATION.replace(
        'type = "deprecated"\n', 'type = "deprecated"\nallowed_importers = ["shop.a -> shop.old"]\n'
    )

    snapshot = _snapshot(tmp_path, FILES, text)

    one_cart = snapshot.contracts[1]
    assert (one_cart.violations, one_cart.allowed) == (1, 1)
    assert '"allowed"' not in to_version_1(snapshot).model_dump_json()
