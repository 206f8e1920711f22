"""The Markdown report, read by GitHub's own parser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings

from archguard.checking.report import Cause, Causes, FixedViolation, Weakening
from archguard.reporters import Style, render
from archguard.reporters.markdown import quote_code
from archguard.reporters.surroundings import Surroundings
from archguard.text import escape
from tests.reporters.reports import (
    BASE,
    HOSTILE,
    hostile_reports,
    hostile_texts,
    make_chain_violation,
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
)

if TYPE_CHECKING:
    from archguard.checking.report import Report

SOURCE = "https://github.com/shop/shop/blob/" + "0123456789" * 4
COMMENT_LIMIT = 65_536
OURS = {"h2", "h3", "p", "ul", "li", "code", "a", "strong"}
INJECTIONS = (
    "@everyone",
    "`@everyone`",
    "``` @everyone",
    "a`b``c```d",
    "<img src=https://example.com/x.png>",
    "<!-- hidden -->",
    "![x](https://example.com/x.png)",
    "[x](javascript:alert)",
    "| a | b |\n|---|---|",
    "a|b",
    "x\n\n# heading",
    "\\",
    "\\`",
    "$`a`$",
    "#1",
    " ",
    "",
    "&lt;b&gt;",
    "</code>@everyone",
)


class _Page(HTMLParser):
    """The elements of a page, the text outside code, and each piece of code."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.links: list[str] = []
        self.code: list[str] = []
        self.prose = ""
        self.comments: list[str] = []
        self._in_code = False
        options = Options.CMARK_OPT_UNSAFE  # show HTML if there is any
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag == "code":
            self._in_code = True
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = self._in_code and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.code[-1] += data
        else:
            self.prose += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def _render(report: Report, **surroundings: str) -> str:
    return render(report, "markdown", Style(surroundings=Surroundings(**surroundings)))


def _lines(report: Report, **surroundings: str) -> list[str]:
    return _render(report, **surroundings).splitlines()


def test_new_violations_are_linked_with_what_to_use() -> None:
    old = make_violation("app.a", "app.old", status="existing")
    new = make_violation("app.b", "app.old", replacement="app.new", status="new")
    new = new._replace(on_changed_lines=True)
    contract = make_contract(2, new=1)

    lines = _lines(make_report(old, new, contracts=[contract], base=BASE), source_url=SOURCE)

    assert lines == [
        "## archguard: 1 new, 1 on changed lines",
        "",
        "**Failed**, compared with `main` (0123456789); `One engine` **failed**: 2 violations (+1).",
        "",
        "### New in `One engine`",
        "",
        f"- [`app/views.py:3`]({SOURCE}/app/views.py#L3) `app.b` imports `app.old`: use `app.new`",
    ]


def test_what_stands_elsewhere_is_told_from_what_is_on_changed_lines() -> None:
    new = [
        make_violation(f"app.m{number}", status="new")._replace(on_changed_lines=number == 3)
        for number in range(5)
    ]

    report = make_report(*new, contracts=[make_contract(5, new=5)], base=BASE)

    assert _lines(report)[0] == "## archguard: 5 new, 1 on changed lines"


def test_a_change_that_only_fixes_is_thanked() -> None:
    old = make_violation("app.a", "app.old", status="existing")
    contract = make_contract(1, new=0)._replace(fixed=1)
    report = make_report(old, contracts=[contract], base=BASE)._replace(
        fixed=(FixedViolation("one-engine", "app.b", "app.old"),)
    )

    assert _lines(report) == [
        "## archguard: nothing new",
        "",
        "**Passed**, compared with `main` (0123456789); `One engine`: 1 violation (-1).",
        "",
        "### Fixed, thank you",
        "",
        "- `app.b` no longer imports `app.old`",
    ]


def test_without_a_base_all_are_listed_and_without_a_forge_nothing_is_linked() -> None:
    assert _lines(make_report(make_violation("app.a", "app.old"))) == [
        "## archguard: 1 violation",
        "",
        "**Failed**; `One engine` **failed**: 1 violation.",
        "",
        "### Broken: `One engine`",
        "",
        "- `app/views.py:3` `app.a` imports `app.old`",
    ]


def test_a_kept_tree_says_so() -> None:
    assert _lines(make_report()) == [
        "## archguard: no violations",
        "",
        "**Passed**; `One engine`: 0 violations.",
    ]


def test_weakened_contracts_unreadable_files_and_notices_are_listed() -> None:
    report = make_report(base=BASE)._replace(
        weakened=(
            Weakening("one-engine", "app.a", "app.old", "exception-added"),
            Weakening("one-engine", None, None, "enforcement-lowered"),
        ),
        newly_unread=("app/bad.py",),
        notices=("One remark.",),
    )

    text = _render(report)

    assert "- `app/bad.py` could be read at the base" in text
    assert "- `one-engine`: `app.a` imports `app.old` (`exception-added`)" in text
    assert "- `one-engine`: `enforcement-lowered`" in text
    assert text.endswith("\nNote: `One remark.`\n")


def test_violations_that_begin_at_one_import_are_counted_there() -> None:
    first = make_chain_violation("app.low.a -> app.helper at 3", "app.helper -> app.high.x at 5")
    second = make_chain_violation("app.low.a -> app.helper at 3", "app.helper -> app.high.y at 6")
    contract = make_contract(2, id_="layers", name="Layers")

    text = _render(make_report(first, second, contracts=[contract]))

    assert "- `app/low/a.py:3` `app.low.a` imports `app.helper`: 2 violations begin here" in text


def test_the_import_that_makes_most_comes_first() -> None:
    chain = make_chain_violation("app.low.a -> app.helper at 3", "app.helper -> app.high.x at 5")
    cause = Cause("app.low.a", "app.helper", "app/low/a.py", 3, 46, ("layers", "one", "two"))
    contract = make_contract(1, id_="layers", name="Layers", new=1)
    report = make_report(chain._replace(status="new"), contracts=[contract], base=BASE)

    lines = _lines(report._replace(causes=Causes((cause,))), source_url=SOURCE)

    text = "`app.low.a` imports `app.helper`: this import makes 46 violations in 3 contracts"
    assert lines[4:7] == [
        "### Look here first",
        "",
        f"- [`app/low/a.py:3`]({SOURCE}/app/low/a.py#L3) {text}",
    ]


def test_the_dashboard_and_the_trend_come_last() -> None:
    text = _render(make_report(), dashboard_url="https://a.example/p/shop", trend="It shrinks.")

    assert text.endswith("\nTrend: `It shrinks.`\n\n[Dashboard](https://a.example/p/shop)\n")


@pytest.mark.parametrize("number", [1_000, 20_000])
def test_a_large_report_fits_into_a_comment_and_counts_what_it_leaves_out(number: int) -> None:
    path = "äöü/" * 200 + "x.py"
    violations = [
        make_violation(f"{'app' * 40}.m{i}", "app.old", make_occurrence(path), status="new")
        for i in range(number)
    ]
    report = make_report(*violations, contracts=[make_contract(number, new=number)], base=BASE)

    text = _render(report, source_url=SOURCE)

    shown = len(re.findall("^- `", text, re.MULTILINE))
    assert len(text) < COMMENT_LIMIT
    assert shown > 10
    assert f"- and {number - shown:,} more: " in text


def test_many_contracts_fit_into_a_comment_and_nothing_is_uncounted() -> None:
    contracts = [
        make_contract(1, id_=f"c{number}", name=f"{number} {'x' * 300}") for number in range(2_000)
    ]
    violations = [make_violation(contract=contract.id) for contract in contracts]

    text = _render(make_report(*violations, contracts=contracts), source_url=SOURCE)

    shown = len(re.findall(r"^- \[", text, re.MULTILINE))
    assert len(text) < COMMENT_LIMIT
    assert f"\nAnd {2_000 - shown:,} more: " in text


@pytest.mark.parametrize("text", [*INJECTIONS, *HOSTILE])
def test_a_hostile_text_is_one_piece_of_code_that_shows_it(text: str) -> None:
    page = _Page(f"a {quote_code(text)} b")

    assert page.elements == {"p", "code"}
    assert not page.comments
    assert page.prose.split() == ["a", "b"]
    assert page.code == [escape(text) or " "] or page.code[0].strip() == escape(text).strip()


@pytest.mark.parametrize("text", ["@everyone", *INJECTIONS[4:8]])
def test_injections_have_an_effect_where_they_stand_open(text: str) -> None:
    page = _Page(f"a\n{text}\nb")

    assert "@everyone" in page.prose or page.comments or page.elements - {"p"}


@settings(max_examples=100, deadline=None)
@given(text=hostile_texts())
def test_any_text_is_one_piece_of_code(text: str) -> None:
    page = _Page(f"- a {quote_code(text)} b")

    assert page.elements == {"ul", "li", "code"}
    assert page.prose.split() == ["a", "b"]


@pytest.mark.parametrize("name", [*INJECTIONS, *HOSTILE])
def test_no_name_breaks_out_of_its_place(name: str) -> None:
    violation = make_violation(name, f"{name}.old", make_occurrence(name, 3), replacement=name)
    contract = make_contract(1, name=name, owner=name, text=name, guidance=name)
    report = make_report(violation, contracts=[contract])._replace(notices=(name,))

    page = _Page(_render(report, source_url=SOURCE, trend=name))

    assert page.elements <= OURS
    assert not page.comments
    assert "@" not in page.prose
    assert all(link.startswith(f"{SOURCE}/") for link in page.links)


@settings(max_examples=60, deadline=None)
@given(report=hostile_reports())
def test_no_report_has_elements_that_are_not_ours(report: Report) -> None:
    text = _render(report, source_url=SOURCE)
    page = _Page(text)

    assert page.elements <= OURS
    assert all(link.startswith(f"{SOURCE}/") for link in page.links)
    assert len(text) < COMMENT_LIMIT
