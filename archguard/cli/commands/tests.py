"""`archguard tests`: print the test files that protect a module."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli.options.completions import complete_file
from archguard.cli.options.configuration import (
    config_option,
    contracts_option,
    load_configuration,
    root_option,
)
from archguard.cli.options.document_format import document_options
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.options.verbosity import Verbosity, verbosity_options
from archguard.cli.output import say, write_report
from archguard.cli.progress_bar import show_progress
from archguard.errors import ConfigurationError
from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.cli.options.document_format import DocumentOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.protection.protecting_test import Selection

FORMATS = ("text", "json")
_LISTED = 5
_NONE = 1
"""The exit code if no test protects what is asked for."""


@click.command(
    epilog="""\b
Examples:
  archguard tests shop.cart
  archguard tests shop.cart:Cart shop.prices --format json
  pytest $(archguard tests --contract one-cart)

\b
Exit codes: 0 some tests, 1 none, 2 the tree could not be read.""",
)
@click.argument("modules", metavar="[MODULE[:NAME]]...", nargs=-1)
@root_option
@config_option
@contracts_option
@click.option(
    "--direct",
    is_flag=True,
    help="Only the tests that import it themselves. These are never all that run it.",
)
@click.option(
    "--contexts",
    metavar="FILE",
    shell_complete=complete_file,
    help="A data file of coverage with contexts: print the tests that ran it, and say what was missed.",
)
@click.option(
    "--plan",
    is_flag=True,
    help="With --contract, print Markdown: the canonical symbols without a direct test.",
)
@document_options(FORMATS, "list")
@verbosity_options
@jobs_option
@cache_options
def command(
    *,
    modules: tuple[str, ...],
    root: str | None,
    config: str | None,
    contracts: tuple[str, ...],
    direct: bool,
    contexts: str | None,
    plan: bool,
    document: DocumentOptions,
    verbosity: Verbosity,
    jobs: int,
    cache: Cache,
) -> int:
    """Print the test files that may run something in a module: all below it, or only one symbol.

    Found are tests that import it by whatever path, that import what may run it, that get a fixture
    which does, or that name it in a string. No configuration is needed.

    Nothing of the tree is imported or run.
    """
    if bool(modules) == bool(contracts):
        raise ConfigurationError("name modules, or contracts with --contract: one of the two.")
    if plan and not contracts:
        raise ConfigurationError("--plan needs --contract: it says what is canonical.")
    from archguard.cli.audited_tree import add_test_roots, open_audited_tree  # noqa: PLC0415
    from archguard.protection.question import Question, ask_by_contracts  # noqa: PLC0415
    from archguard.protection.selection_cache import (  # noqa: PLC0415 (not needed for --help)
        SelectionRequest,
        load_or_select,
        replace_by_contexts,
    )

    names: dict[str, str] = {}
    question = Question(modules)
    folder = root
    if contracts:
        configuration, folder = load_configuration(config, root)
        chosen = configuration.select(contracts).contracts
        names = {contract.id: contract.name for contract in chosen}
        question = ask_by_contracts(chosen)
    tree = add_test_roots(open_audited_tree(root, config, None))
    with show_progress(enabled=verbosity is not Verbosity.QUIET) as show:
        request = SelectionRequest(
            tree.source, tree.options, question, cache, jobs, partial(show, "Reading")
        )
        selection = load_or_select(request)
        if contexts is not None:
            selection = replace_by_contexts(request, selection, contexts, folder or ".")
    if direct:
        selection = _select_direct(selection)
    _write(selection, document, names if plan else None)
    _remark(selection, verbosity, by_contexts=contexts is not None)
    return 0 if selection.tests else _NONE


def _select_direct(selection: Selection) -> Selection:
    direct = tuple(test for test in selection.tests if test.why == "direct")
    left_out = len(selection.tests) - len(direct)
    say(
        f"--direct is incomplete: {format_count(left_out, 'other test file')} may run it through other "
        "code, a fixture or a string."
    )
    return selection._replace(tests=direct)


def _write(selection: Selection, document: DocumentOptions, contracts: dict[str, str] | None) -> None:
    if contracts is not None:
        from archguard.reporters.selection_plan import render  # noqa: PLC0415 (one of three)

        write_report(render(selection, contracts), document.output)
    elif selection.tests or document != ("text", None):
        document.write(selection, "selection")


def _remark(selection: Selection, verbosity: Verbosity, *, by_contexts: bool) -> None:
    """Say on standard error what is missing, and how far the paths can be trusted."""
    asked = ", ".join(selection.asked[:_LISTED])
    if not selection.tests:
        say(f"none of the {format_count(selection.collected, 'test file')} may run {asked}.")
    if verbosity is Verbosity.QUIET:
        return
    limit = len(selection.asked) if verbosity is Verbosity.VERBOSE else _LISTED
    if selection.tests and not by_contexts:
        say(f"{len(selection.tests)} of {format_count(selection.collected, 'test file')}.")
    if selection.missed:
        say(
            f"the source alone does not show {_join(selection.missed, limit)}: something is reached in "
            "a way that it does not name."
        )
    if selection.gaps:
        say(f"no test runs {_join([gap.symbol for gap in selection.gaps], limit)}.")
    if selection.unread:
        say(
            f"{format_count(len(selection.unread), 'file')} could not be read, so more tests may "
            f"protect it: {_join([file.path for file in selection.unread], limit)}."
        )


def _join(names: Sequence[str], limit: int) -> str:
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")
