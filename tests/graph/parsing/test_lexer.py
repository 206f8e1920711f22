"""Strings and comments, compared with CPython's parser, and with f-strings made of known parts."""

from __future__ import annotations

import ast
import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.parsing.decoding import decode_source
from archguard.graph.parsing.lexer import blank_text, find_string_literals, split_lines
from tests.graph.stdlib import GROUPS, parsed_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    Literals = list[tuple[str, int]]


def _read_by_parser(tree: ast.AST) -> tuple[Literals, list[str]]:
    """Return the literals of a syntax tree, and the values of those inside f-strings.

    The second ones are without lines, because CPython before 3.12 does not tell them.
    """
    outside: Literals = []
    inside: list[str] = []
    pending: list[tuple[ast.AST, bool]] = [(tree, False)]
    while pending:
        node, is_inside = pending.pop()
        if isinstance(node, ast.JoinedStr):
            fields = [value for value in node.values if isinstance(value, ast.FormattedValue)]
            pending += [(field.value, True) for field in fields]
            specifications = [field.format_spec for field in fields if field.format_spec]
            pending += [
                (part.value, True)
                for specification in specifications
                for part in ast.walk(specification)
                if isinstance(part, ast.FormattedValue)
            ]
            parts = [value.value for value in node.values if isinstance(value, ast.Constant)]
            literal = None if fields else "".join(map(str, parts))
        elif isinstance(node, ast.Constant):
            literal = node.value if isinstance(node.value, str) else None
        else:
            literal = None
            pending += [(child, is_inside) for child in ast.iter_child_nodes(node)]
        if literal is not None and is_inside:
            inside.append(literal)
        elif literal is not None:
            outside.append((literal, node.lineno))  # type: ignore[attr-defined]
    return sorted(outside), sorted(inside)


@pytest.mark.parametrize("group", GROUPS)
def test_the_literals_of_the_standard_library_are_those_of_its_parser(group: int) -> None:
    for path, tree in parsed_files(group):
        if path.name == "test_fstring.py":
            continue  # f-strings with doubled braces and named characters, which no module's name has
        source = decode_source(path.read_bytes()).text.replace("\r\n", "\n")
        outside, inside = _read_by_parser(tree)
        literals = list(find_string_literals(source))
        without_lines = sorted([value for value, _ in outside] + inside)

        assert sorted(literal.value for literal in literals) == without_lines, path
        assert not set(outside) - {(literal.value, literal.line) for literal in literals}, path


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("x = 'a', \"b\", '''c''', \"\"\"d\"\"\"", ["a", "b", "c", "d"]),
        ("x = r'a', u'b', R'c', b'no', rb'no', t'no', Rb'no', tr'no', f'd', Fr'e'", [*"abcde"]),
        ("x = 'it\\'s', \"\\\"\"", ["it's", '"']),
        ("x = 'a\\\nb', r'a\\\nb'", ["ab", "a\\\nb"]),
        (r"x = 'a\x2eb\56c\u002ed\N{FULL STOP}e\q', r'\x2e'", ["a.b.c.d.e\\q", "\\x2e"]),
        ("# 'no'\nx = 'yes'  # \"no\"", ["yes"]),
        ("x = '# no comment'", ["# no comment"]),
        ("'''it's \"quoted\" ''', 'b'", ['it\'s "quoted" ', "b"]),
        ('"""a""b"""', ['a""b']),
        ("''", [""]),
        ("x = 'never closed\ny = 'a'", ["a"]),
        ("if'a'in x: pass", ["a"]),
        # Adjacent strings are one.
        ("x = 'a' \"b\" f'c' r'd'", ["abcd"]),
        ("x = ('a'  # 'no'\n\n  # no\n  'b')", ["ab"]),
        ("x = 'a' \\\n  'b'", ["ab"]),
        ("x = 'a'\n'b'\n(c)\n'd'", ["a", "b", "d"]),
        ("x = ['a',\n'b'\n]\n'c'", ["a", "b", "c"]),
        ("x = 'a' f'{b}', 'c' b'd'", []),
        # The fields of f-strings.
        ("f\"{x['a']}\", 'b'", ["a", "b"]),
        ("f'{x:>{w['a']}} {{b}}', f'{x!r:\"}', f'{x[1:2]:{3}}', 'c'", ["a", "c"]),
        ("f'\\N{BULLET} {x['a']}', rf'\\{x['b']}', f'\\{x['c']}', '{', 'd'", [*"abc", "{", "d"]),
        ("f'{x['a' 'b']} {'c'\n  'd'}', f'{x}'", ["ab", "cd"]),
        ("f'{f'{f'{'a'}'}'}', f'{f'b'}', t'{'c'}'", ["a", "b", "c"]),
        ("f'{{x}} {lambda: 1} {(lambda: 'a')()}', 'b'", ["a", "b"]),
        ("f'{x  # }}\"\n}', 'a'", ["a"]),
        ("f'''{x:\n} {'a'}\n' ''', 'b'", ["a", "b"]),
        ("f'{x:%H:%M}{ {'a': 'b'}['a'] }'", ["a", "b", "a"]),
        ("f'never closed {x\n}\ny = 'a'", ["a"]),
        ("f'never closed\ny = 'a'", ["a"]),
    ],
)
def test_a_literal_is_what_stands_between_its_quotes(source: str, values: list[str]) -> None:
    assert [literal.value for literal in find_string_literals(source)] == values


@st.composite
def _f_strings(draw: st.DrawFn, depth: int = 0) -> tuple[str, list[str]]:
    """Draw an f-string of Python 3.12, and the literals in its fields."""
    quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
    parts: list[str] = []
    literals: list[str] = []
    for _ in range(draw(st.integers(0, 3))):
        parts.append(draw(st.sampled_from(["", "text", "{{", "}}", "(", "#", "\\n", ":"])))
        expressions = []
        for _ in range(draw(st.integers(1, 2))):
            if depth < 3 and draw(st.booleans()):
                text, inside = draw(_f_strings(depth + 1))
            else:
                inside = [draw(st.sampled_from(["", "(", "]", "}", "{", ":", "#", "a.old"]))]
                inner_quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
                text = f"{inner_quote}{inside[0]}{inner_quote}"
            expressions.append(draw(st.sampled_from(["{}", "x[{}]", "f({}, )", "(\n{})"])).format(text))
            literals += inside
        end = draw(st.sampled_from(["}", "!r}", ":>4}", ":{w}}", ":%H:%M}", "  # }\n}"]))
        parts.append(f"{{ {' + '.join(expressions)}{end}")
    return f"f{quote}{''.join(parts)} {quote}", literals if parts else [" "]


@given(_f_strings())
def test_the_fields_of_an_f_string_end_where_python_says(drawn: tuple[str, list[str]]) -> None:
    source, literals = drawn
    code = f"x = {source}\nimport c\n"

    assert [literal.value for literal in find_string_literals(code)] == literals
    assert blank_text(code).endswith(")\nimport c\n")


def _iterate_samples() -> Iterator[tuple[str, str]]:
    for path, _ in itertools.islice(parsed_files(0), 14):
        yield str(path), decode_source(path.read_bytes()).text


@pytest.mark.parametrize("text", ["e", "os.path", "no literal holds this"])
def test_only_the_literals_that_hold_a_text_are_given_if_one_is_asked_for(text: str) -> None:
    for path, source in _iterate_samples():
        holding = [literal for literal in find_string_literals(source) if text in literal.value]
        given_literals = list(find_string_literals(source, holding=text))

        assert [literal for literal in given_literals if text in literal.value] == holding, path


def test_a_literal_stands_on_the_line_where_it_starts() -> None:
    source = "\n'''a\nb'''\r\n'c'\r'd'"

    assert [(literal.value, literal.line) for literal in find_string_literals(source)] == [
        ("a\nb", 2),
        ("c", 4),
        ("d", 5),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "x = 'import a'  # import b\nimport c\n",
        "'''\nimport a\n'''\nimport c\n",
        "x = f'{y!r:import a}'\nimport c\n",
        "x = '\\\nimport a'\nimport c\n",
        "f'''{'import a'}\nimport b'''\nimport c\n",
    ],
)
def test_without_text_only_code_is_left_and_every_line_stays(source: str) -> None:
    blank = blank_text(source)

    assert "import c" in blank
    assert "import a" not in blank
    assert "import b" not in blank
    assert [len(line) for line in split_lines(blank)] == [len(line) for line in split_lines(source)]


def test_a_string_becomes_a_pair_of_brackets_around_its_lines() -> None:
    assert blank_text("x = 'ab'  # c\ny = '''\n'''\n") == "x = (  )     \ny = (  \n  )\n"


def test_quotes_nested_in_an_f_string_hide_no_code() -> None:
    assert "import c" in blank_text('x = f"{y["a"]} {z["b"]}"\nimport c\n')
    assert "import c" in blank_text("x = f'{\n  y\n}'\nimport c\n")


def test_lines_end_where_python_says() -> None:
    assert split_lines("a\nb\r\nc\rd\fe\x0bf\x1cg\u2028h") == ["a", "b", "c", "d\fe\x0bf\x1cg\u2028h"]


def test_a_long_line_of_quotes_takes_no_time() -> None:
    assert blank_text("'\\" * 200_000)
    assert list(find_string_literals('"' * 300_001)) != []
