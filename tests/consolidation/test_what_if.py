"""What would be different after a change that nobody has made."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

import pytest

from archguard.checking.pipeline import CheckRequest
from archguard.configuration.read import read_configuration
from archguard.consolidation.hypothesis import parse_hypothesis
from archguard.consolidation.migration_plan import PlanOptions
from archguard.consolidation.what_if import ContractCounts, GhostImport, answer
from archguard.errors import ConfigurationError
from archguard.graph.scanning.cache import Cache
from archguard.reporters import what_if_json, what_if_markdown, what_if_text
from archguard.reporters.layout import Style
from archguard.sources.open import open_source
from tests.cli.commands.test_plan import CONFIGURATION, write_shop
from tests.cli.console_script import archguard
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.consolidation.what_if import WhatIfAnswer

_CONTRACT = """
[[tool.importlinter.contracts]]
id = "a-not-d"
name = "A does not reach D"
type = "forbidden"
source_modules = ["shop.a"]
forbidden_modules = ["shop.d"]
"""
_FILES: dict[str | bytes, str | bytes] = {
    "pyproject.toml": CONFIGURATION + _CONTRACT,
    "shop/c.py": "import shop.d\nimport shop.b.four\n",
    "shop/d.py": "",
    "shop/a/six.py": "import shop.c\n",
    "shop/other.py": "def alone(): pass\n",
}


class _Shop(NamedTuple):
    root: Path
    request: CheckRequest

    def ask(self, *suppositions: str) -> WhatIfAnswer:
        return answer(self.request, PlanOptions(), [parse_hypothesis(one) for one in suppositions])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> _Shop:
    """The tree of the plan's tests with a forbidden chain."""
    root = tmp_path_factory.mktemp("what_if")
    write_shop(root)
    write_files(root, _FILES)
    configuration = read_configuration(str(root / "pyproject.toml"))
    cache = Cache(str(tmp_path_factory.mktemp("cache")))
    return _Shop(root, CheckRequest(open_source(str(root)), configuration, cache, jobs=1))


def _read_tree(root: Path) -> dict[str, bytes]:
    return {
        os.path.join(folder, name): (root / folder / name).read_bytes()
        for folder, _, names in os.walk(root)
        for name in names
    }


def test_a_mapping_makes_blocked_violations_ready(shop: _Shop) -> None:
    before = _read_tree(shop.root)

    found = shop.ask("shop.old:alone=shop.other:alone")

    assert found.counts == (
        ContractCounts("a-not-d", 1, 1, 1, 1),
        ContractCounts("one-cart", 5, 5, 2, 1),
    )
    assert [one.importer for one in found.ready] == ["shop.b.four"]
    assert (found.blocked, found.gone, found.new, found.ghosts, found.freed) == ((), (), (), (), {})
    assert _read_tree(shop.root) == before


def test_a_mapping_may_block_what_was_ready(shop: _Shop) -> None:
    found = shop.ask("shop.old=shop.other")

    assert [(one.importer, one.code) for one in found.blocked] == [
        ("shop.a.one", "missing-symbol"),
        ("shop.b.three", "missing-symbol"),
    ]


def test_a_deleted_module_leaves_ghosts_which_still_count(shop: _Shop) -> None:
    found = shop.ask("delete:shop.old", "delete:shop.c")

    assert found.counts[1] == ContractCounts("one-cart", 5, 5, 2, 3)
    assert [one.importer for one in found.blocked] == ["shop.a.two"]  # what was re-exported has no home
    assert found.counts[0] == ContractCounts("a-not-d", 1, 0, 1, 0)
    assert GhostImport("shop.a.six", "shop.c", "shop/a/six.py", 1) in found.ghosts
    assert {one.importer for one in found.ghosts if one.imported == "shop.old"} == {
        "shop.a.one", "shop.a.two", "shop.b.three", "shop.b.four", "shop.b.five",
    }  # fmt: skip


def test_an_import_that_is_taken_out_frees_what_reached_by_it(shop: _Shop) -> None:
    found = shop.ask("remove:shop.b.four->shop.old", "remove:shop.c -> shop.d")

    assert found.gone == (
        ("a-not-d", "shop.c", "shop.d"),
        ("one-cart", "shop.b.four", "shop.old"),
    )
    assert found.freed == {
        "a-not-d": ("shop.a.six",),
        "one-cart": ("shop.a.six", "shop.b.four", "shop.c"),
    }
    assert found.counts == (
        ContractCounts("a-not-d", 1, 0, 1, 0),
        ContractCounts("one-cart", 5, 4, 2, 1),
    )


@pytest.mark.parametrize(
    ("supposition", "message"),
    [
        ("shop.old", "write OLD=NEW, delete:MODULE or remove:IMPORTER->IMPORTED"),
        ("remove:shop.a", "write OLD=NEW"),
        ("delete:shop.odl", "there is no module shop.odl; did you mean 'shop.old'?"),
        ("remove:shop.b.for->shop.old", "there is no module shop.b.for; did you mean 'shop.b.four'?"),
        ("remove:shop.b.four->shop.odl", "four does not import shop.odl; did you mean 'shop.old'?"),
        ("shop.odl:x=shop.new:x", "no contract deprecates shop.odl:x; did you mean 'shop.old'?"),
        ("shop.old:alone=shop.nwe:x", "there is no module shop.nwe; did you mean 'shop.new'?"),
        ("shop.old:alone=shop.new:Crat", "shop.new has no Crat; did you mean 'Cart'?"),
        ("delete:shop.d", "\"A does not reach D\": Module 'shop.d' does not exist."),
        ("shop.old:alone=shop.old:total", "shop.old is deprecated itself."),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_refused_with_the_nearest_name(
    shop: _Shop, supposition: str, message: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        shop.ask(supposition)

    assert str(raised.value).startswith(f"--what-if {supposition!r}: ")
    assert message in str(raised.value)


def test_the_answer_is_text_json_or_markdown(shop: _Shop) -> None:
    found = shop.ask("shop.old:alone=shop.other:alone", "delete:shop.c")
    text = what_if_text.render(found, Style(width=100))
    document = json.loads(what_if_json.render(found, Style()))
    markdown = what_if_markdown.render(found, Style())

    assert text.startswith(
        "What if shop.old:alone=shop.other:alone, delete:shop.c: nothing was changed.\n\n"
        "a-not-d: 1 -> 0\none-cart: 5 -> 5; after all batches 2 -> 1\n\n"
        "Becomes ready: 1\n  shop/b/four.py:1 shop.old\n"
    )
    assert "Would import what is gone: 1\n  shop/a/six.py:1 shop.c\n" in text
    assert document["counts"][1] == {
        "contract": "one-cart", "before": 5, "after": 5, "before_batches": 2, "after_batches": 1,
    }  # fmt: skip
    assert document["ghosts"] == [
        {"importer": "shop.a.six", "imported": "shop.c", "path": "shop/a/six.py", "line": 1}
    ]
    assert "- `one-cart: 5 -> 5; after all batches 2 -> 1`\n" in markdown
    assert "**Becomes ready: 1**\n\n- `shop/b/four.py:1 shop.old`\n" in markdown


def test_the_command_answers_or_refuses_in_a_sentence(shop: _Shop) -> None:
    done = archguard("plan", "--root", shop.root, "--what-if", "delete:shop.c", "--format", "json")
    refused = archguard("plan", "--root", shop.root, "--what-if", "shop.d")

    assert json.loads(done.stdout)["what_if"] == ["delete:shop.c"]
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
