"""Comments that ask for an exception, found in the text."""

from __future__ import annotations

import time

import pytest

from archguard.graph.parsing.allow_comments import find_allow_comments


def test_a_comment_is_about_the_statement_on_whose_lines_it_stands() -> None:
    source = (
        "import a  # archguard: allow[x]: one\n"
        "from b import (\n"
        "    c,  # archguard: allow[x, y] until 2027-01-31: two\n"
        ")\n"
        "if True:  # archguard: allow[x]: three\n"
        "    import d\n"
        "# archguard: allow[x]: four\n"
    )

    assert find_allow_comments(source) == [
        (1, 1, 1, "allow[x]: one"),
        (2, 4, 3, "allow[x, y] until 2027-01-31: two"),
        (5, 5, 5, "allow[x]: three"),
        (0, 0, 7, "allow[x]: four"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "x = '# archguard: allow[x]: y'\n",
        "'''\nimport a  # archguard: allow[x]: y\n'''\n",
        'f"""{1  # archguard: allow[x]: y\n}"""\n',
        "import a  # archguard: checks this\n",
        "import a  # archguard\n",
        "import a  # noarchguard: allow[x]\n",
    ],
)
def test_strings_and_other_comments_are_none(source: str) -> None:
    assert find_allow_comments(source) == []


def test_lines_end_as_python_has_them() -> None:
    source = "import a\r\n\rimport b  # archguard: allow[x]: y\rimport c\n"

    assert find_allow_comments(source) == [(3, 3, 3, "allow[x]: y")]


@pytest.mark.parametrize(
    "source",
    [
        "import a  # archguard: allow[x]: y\n" * 100_000,
        "# archguard: allow[x]: y\n" * 100_000,
        "# archguard: allow[" + "x," * 500_000 + "]: y\n",
        "import a  # archguard: allow[x]" + " archguard: allow[x]" * 50_000 + "\n",
        "#" * 1_000_000 + " archguard: allow[x]",
        "#archguard:" * 90_000,
        "#archguard:" + " " * 1_000_000,
        "x = (" + "\n# archguard: allow[x]: y" * 40_000 + "\n)\n",
    ],
    ids=[
        "imports",
        "alone",
        "long list",
        "repeated",
        "marks",
        "marks and names",
        "blanks",
        "one statement",
    ],
)
def test_hostile_comments_take_linear_time(source: str) -> None:
    started = time.process_time()

    find_allow_comments(source)

    assert time.process_time() - started < 10
