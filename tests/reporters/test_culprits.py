from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.culprits import group_by_culprit
from tests.cli.console_script import archguard
from tests.reporters.reports import make_chain_violation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]


def test_violations_whose_chains_begin_alike_are_one_group_with_the_steps_they_share() -> None:
    near = make_chain_violation("app.low.a -> app.mid at 1", "app.mid -> app.high.x at 2")
    far = make_chain_violation(
        "app.low.a -> app.mid at 1", "app.mid -> app.far at 3", "app.far -> app.high.x at 4"
    )
    further = make_chain_violation(
        "app.low.a -> app.mid at 1", "app.mid -> app.far at 3", "app.far -> app.high.y at 5"
    )

    (all_of_them,) = group_by_culprit([further, far, near])
    (two_of_them,) = group_by_culprit([further, far])

    assert all_of_them.violations == (near, far, further)
    assert all_of_them.steps == near.chain[:1]
    assert two_of_them.steps == far.chain[:2]


def test_the_largest_group_comes_first() -> None:
    alone = make_chain_violation("app.low.a -> app.high.x at 1")
    pair = [
        make_chain_violation("app.low.b -> app.mid at 1", f"app.mid -> app.high.{name} at 2")
        for name in "xy"
    ]

    groups = group_by_culprit([alone, *pair])

    assert [group.violations for group in groups] == [tuple(pair), (alone,)]
    assert groups[1].steps == alone.chain


def test_new_and_existing_violations_and_contracts_stay_apart() -> None:
    arrows = ("app.low.a -> app.mid at 1", "app.mid -> app.high.x at 2")
    apart = [
        make_chain_violation(*arrows),
        make_chain_violation(*arrows, status="existing"),
        make_chain_violation(*arrows, contract="other"),
    ]

    assert len(group_by_culprit(apart)) == 3


def test_the_imports_of_a_cycle_are_one_group_wherever_it_begins() -> None:
    arrows = ("app.a -> app.b at 1", "app.b -> app.a at 2")
    cycle = [
        make_chain_violation(*order)._replace(source="app.a", target="app.a")
        for order in (arrows, arrows[::-1])
    ]

    (group,) = group_by_culprit(cycle)

    assert len(group.violations) == 2
    assert len(group.steps) == 2


def test_in_a_real_tree_the_import_that_causes_many_violations_is_named_first(
    write_tree: WriteTree,
) -> None:
    names = [f"m{number:02}" for number in range(46)]
    root = write_tree(
        {
            "pyproject.toml": """
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "helpers"
name = "Helpers are independent"
type = "independence"
modules = ["shop.helpers.slice", "shop.helpers.string"]
""",
            "shop/helpers/slice.py": "import os\nimport shop.parser\n",
            "shop/helpers/string.py": "",
            "shop/parser.py": "".join(f"import shop.{name}\n" for name in names),
            **{f"shop/{name}.py": "import shop.helpers.string\n" for name in names},
        }
    )

    annotations = archguard("check", "--format", "github", cwd=root).stdout.splitlines()
    text = archguard("check", cwd=root).stdout.splitlines()

    assert annotations[0].startswith("::error file=shop/helpers/slice.py,line=2,")
    assert not [line for line in annotations if "shop/m" in line.partition("::error ")[2].split("::")[0]]
    assert text[0] == "0 kept, 1 broken. 46 violations in 49 files."
    assert text[5] == "  shop/helpers/slice.py:2  46 violations begin here"
    assert text[-2].startswith("Next: look at shop/helpers/slice.py:2, ")
    assert text[-1].startswith("To pass today, ")
