from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.ratchet.changed_lines import compare_lines
from tests.ratchet.repository import IMPORT, Repository

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = """\
[tool.importlinter]
root_packages = ["shop"]
[[tool.importlinter.contracts]]
id = "low"
name = "Low knows no high"
type = "forbidden"
source_modules = ["shop.low"]
forbidden_modules = ["shop.high"]
"""


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        (b"", b"a\nb\n", {1, 2}),
        (b"a\nb\n", b"a\nb\n", set()),
        (b"a\nb\n", b"b\n", set()),
        (b"a\nb\nc\n", b"a\nX\nc\n", {2}),
        (b"a\nb\n", b"a\nX\nY\nb\n", {2, 3}),
        (b"a\nb\nc\nd\n", b"X\na\nb\nY\nd\n", {1, 4}),
        (b"a\r\nb\r\n", b"a\nb\n", set()),
    ],
)
def test_lines_that_the_older_text_lacks_are_changed(
    before: bytes, now: bytes, changed: set[int]
) -> None:
    assert compare_lines(before, now) == changed


@given(
    st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=8),
    st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=8),
)
def test_the_lines_that_are_not_changed_stand_in_the_older_text_in_their_order(
    old: list[bytes], new: list[bytes]
) -> None:
    changed = compare_lines(b"\n".join(old), b"\n".join(new))

    rest = iter(old)
    assert all(line in rest for number, line in enumerate(new, 1) if number not in changed)


def test_texts_of_very_many_lines_are_compared_in_time_and_common_ends_are_left_out() -> None:
    old = [b"%d" % (number % 50) for number in range(50_000)]
    new = [b"%d" % (number * 7 % 50) for number in range(50_000)]

    changed = compare_lines(b"\n".join([b"x", *old, b"y"]), b"\n".join([b"x", *new, b"y"]))

    assert {1, 50_002}.isdisjoint(changed)
    assert len(changed) > 49_000


def test_a_new_violation_on_an_added_line_says_so(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop")
    repository.commit({"shop/page.py": IMPORT})

    (new,) = (v for v in repository.check().report["violations"] if v["status"] == "new")

    assert new["on_changed_lines"] is True


def test_existing_violations_say_nothing_of_lines(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop")

    assert not any("on_changed_lines" in v for v in repository.check().report["violations"])


def test_a_chain_through_an_added_line_is_on_changed_lines(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": LAYERS,
        "shop/__init__.py": "",
        "shop/low.py": "import shop.helper\n",
        "shop/helper.py": "import shop.far\n",
        "shop/far.py": "",
        "shop/high.py": "",
    }
    repository = Repository(tmp_path / "shop", files)
    repository.commit({"shop/far.py": "X = 1\nimport shop.high\n"})

    (new,) = repository.check().report["violations"]

    assert (new["status"], new["on_changed_lines"]) == ("new", True)


def test_a_violation_that_a_change_elsewhere_brings_is_not_on_changed_lines(tmp_path: Path) -> None:
    """`from shop import legacy` asks for the module once `shop` binds no such name."""
    repository = Repository(tmp_path / "shop")
    bound = {"shop/__init__.py": "legacy = 1\n", "shop/page.py": "from shop import legacy\n"}
    repository.git("checkout", "--quiet", "main")
    repository.commit({**bound, "shop/legacy.py": None})
    repository.git("checkout", "--quiet", "-b", "unbound")
    repository.commit({"shop/__init__.py": ""})

    (new,) = (v for v in repository.check().report["violations"] if v["status"] == "new")

    assert (new["importer"], new["on_changed_lines"]) == ("shop.page", False)
