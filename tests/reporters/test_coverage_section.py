"""What a text report says about files and imports that nobody has judged."""

from __future__ import annotations

from archguard.checking.report import Excluded, Outside, OutsideFile, Undecided
from archguard.reporters import Style, render
from tests.reporters.reports import make_report


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
