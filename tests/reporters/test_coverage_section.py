"""What a text report says about files and imports that nobody has judged."""

from __future__ import annotations

import pytest

from archguard.checking.coverage import Excluded, Outside, OutsideFile, Undecided
from archguard.graph.model import UnreadFile
from archguard.reporters import Style, render
from archguard.sources.source import NOTEBOOK, STUB
from tests.reporters.reports import (
    make_report,
    render_lines,
    render_text,
)


def test_files_under_no_root_are_one_line() -> None:
    names = tuple(OutsideFile(f"examples/t{n}.py", ("app.old",)) for n in range(7))

    assert _line("under no root", outside=Outside(48, names)) == (
        "48 Python files lie under no root, 7 of them name a deprecated module: examples/t0.py, "
        "examples/t1.py, examples/t2.py, ..."
    )
    assert _line("under no root", outside=Outside(1)) == "1 Python file lies under no root."


def test_excluded_files_are_one_line() -> None:
    assert _line("excluded", excluded=Excluded(12, ("vendor/**", "*_pb2.py"), 1)) == (
        "12 Python files are excluded (vendor/**, *_pb2.py), 1 of them names a deprecated module."
    )


def test_imports_that_cannot_be_decided_are_listed_with_their_places() -> None:
    undecided = tuple(Undecided("one", "app.old", "app.a", "app/a.py", line) for line in range(1, 13))

    lines = _lines(undecided=undecided)

    start = lines.index(
        "12 imports may ask for a deprecated module, which nobody can know without running the code:"
    )
    assert lines[start + 1] == "  app/a.py:1  app.old"
    assert lines[start + 10 : start + 12] == [
        "  app/a.py:10  app.old",
        "  ... and 2 more (all of them in --format json)",
    ]


def test_nothing_is_said_of_nothing() -> None:
    lines = _lines()

    assert not [line for line in lines if "root" in line or "exclude" in line or "may ask" in line]


def test_files_outside_every_root_and_excluded_ones_have_one_line_each() -> None:
    names = tuple(OutsideFile(f"docs/{number}\n.py", ("app.old",)) for number in range(5))
    report = make_report()
    coverage = report.coverage._replace(
        outside=Outside(48, names), excluded=Excluded(1200, ("app/gen", "*_pb2.py"), naming=1)
    )

    wide = render(report._replace(coverage=coverage), "text", Style(width=200)).splitlines()

    paths = "docs/0\\x0a.py, docs/1\\x0a.py, docs/2\\x0a.py, ..."
    assert wide[3:5] == [
        f"48 Python files lie under no root, 5 of them name a deprecated module: {paths}",
        "1,200 Python files are excluded (app/gen, *_pb2.py), 1 of them names a deprecated module.",
    ]


def test_files_outside_every_root_that_name_no_module_are_only_counted() -> None:
    report = make_report()
    coverage = report.coverage._replace(outside=Outside(1), excluded=Excluded(0, ("gen",)))

    assert render_lines(report._replace(coverage=coverage))[3:5] == [
        "1 Python file lies under no root.",
        "0 Python files are excluded (gen).",
    ]


def test_unread_files_that_could_raise_a_count_come_first() -> None:
    unread = [
        UnreadFile("app/a.py", "too large", None, ()),
        UnreadFile("app/b.py", "a syntax error", 2, ("app.old",)),
    ]

    lines = render_lines(make_report(unread=unread))

    assert lines[0] == "1 kept, 0 broken. No violations in 8 of 10 files."
    assert lines[2:5] == [
        "Read 8 of 10 files: 9 modules, 20 imports. 2 unread:",
        "  app/b.py:2  a syntax error  names a deprecated module",
        "  app/a.py  too large",
    ]


def test_unread_files_that_may_import_anything_come_before_those_that_do_not() -> None:
    unread = [
        UnreadFile("app/a.py", "too large", None, ()),
        UnreadFile("app/sub", "a submodule", None, (), unknown=True),
    ]

    assert render_lines(make_report(unread=unread))[3:5] == [
        "  app/sub  a submodule  may import anything",
        "  app/a.py  too large",
    ]


def test_stubs_and_the_like_are_counted_unless_they_name_a_deprecated_module() -> None:
    unread = [
        *(UnreadFile(f"app/m{number}.pyi", STUB, None, ()) for number in range(30)),
        UnreadFile("app/old.pyi", STUB, None, ("app.old",)),
        UnreadFile("app/plot.ipynb", NOTEBOOK, None, ()),
        UnreadFile("app/lost.ipynb", NOTEBOOK, None, (), unknown=True),
    ]

    assert render_lines(make_report(unread=unread))[3:8] == [
        "  app/old.pyi  a type stub: only .py files are analysed",
        "    names a deprecated module",
        "  app/lost.ipynb  a notebook: only .py files are analysed  may import anything",
        "  30 type stubs not analysed; they name no deprecated module",
        "  1 notebook not analysed; it names no deprecated module",
    ]


def test_beyond_twenty_unread_files_they_are_counted() -> None:
    unread = [UnreadFile(f"app/m{number:02}.py", "too large", None, ()) for number in range(23)]

    lines = render_lines(make_report(unread=unread))

    assert "  app/m19.py  too large" in lines
    assert lines[23] == "  ... and 3 more (all of them in --format json)"


@pytest.mark.parametrize("width", [20, 80])
def test_a_reason_is_cut_in_a_terminal_only(width: int) -> None:
    reason = "hidden by the package " + "a/long/path/" * 9
    report = make_report(unread=[UnreadFile("app/a.py", reason, None, ())])

    log, terminal = (render_text(report, Style(width=width, terminal=on)) for on in (False, True))

    assert reason in log
    assert reason not in terminal
    assert "app/a.py" in terminal


def _lines(**coverage: object) -> list[str]:
    report = make_report()
    return render(
        report._replace(coverage=report.coverage._replace(**coverage)),  # type: ignore[arg-type]
        "text",
        Style(width=200),
    ).split("\n")


def _line(text: str, **coverage: object) -> str:
    lines = _lines(**coverage)
    (line,) = [line for line in lines if text in line and not line.startswith("Next: ")]
    return line
