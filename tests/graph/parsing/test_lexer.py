"""Strings and comments, compared with CPython's tokenizer."""

from __future__ import annotations

import io
import itertools
import tokenize

import pytest

from archguard.graph.parsing.decoding import decode_source
from archguard.graph.parsing.lexer import StringLiteral, blank_text, find_string_literals, split_lines
from tests.graph.stdlib import GROUPS, parsed_files


def _by_tokenize(source: str) -> list[StringLiteral]:
    found = []
    inside = 0  # since Python 3.12 the strings inside an f-string are tokens of their own
    for token in tokenize.generate_tokens(io.StringIO(source, newline=None).readline):
        name = tokenize.tok_name[token.type]
        inside += name in ("FSTRING_START", "TSTRING_START")
        inside -= name in ("FSTRING_END", "TSTRING_END")
        if token.type != tokenize.STRING or inside:
            continue
        quoted = token.string.lstrip("rRuUbBfFtT")
        prefix = token.string[: -len(quoted)].lower()
        width = 3 if quoted[:3] in ('"""', "'''") else 1
        if set(prefix) <= set("ru"):
            found.append(StringLiteral(quoted[width:-width], token.start[0]))
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_the_literals_of_the_standard_library_are_those_of_its_tokenizer(group: int) -> None:
    for path, _ in parsed_files(group):
        source = decode_source(path.read_bytes()).text.replace("\r\n", "\n")

        assert list(find_string_literals(source)) == _by_tokenize(source), path


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("x = 'a' \"b\" '''c''' \"\"\"d\"\"\"", ["a", "b", "c", "d"]),
        ("x = r'a' u'b' R'c' b'no' rb'no' f'no' t'no' Rb'no' fr'no'", ["a", "b", "c"]),
        ("x = 'it\\'s' \"\\\"\"", ["it\\'s", '\\"']),
        ("x = 'a\\\nb'", ["a\\\nb"]),
        ("# 'no'\nx = 'yes'  # \"no\"", ["yes"]),
        ("x = '# no comment'", ["# no comment"]),
        ("'''it's \"quoted\" ''' 'b'", ['it\'s "quoted" ', "b"]),
        ('"""a""b"""', ['a""b']),
        ("''", [""]),
        ("x = 'never closed\ny = 'a'", ["a"]),
        ("f\"{x['a']}\" 'b'", ["b"]),
    ],
)
def test_a_literal_is_what_stands_between_its_quotes(source: str, values: list[str]) -> None:
    assert [literal.value for literal in find_string_literals(source)] == values


@pytest.mark.parametrize("text", ["e", "os.path", "no literal holds this"])
def test_only_the_literals_that_hold_a_text_are_given_if_one_is_asked_for(text: str) -> None:
    for path, _ in itertools.islice(parsed_files(0), 14):
        source = decode_source(path.read_bytes()).text
        holding = [literal for literal in find_string_literals(source) if text in literal.value]

        assert list(find_string_literals(source, holding=text)) == holding, path


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
