"""`archguard comment`: what a reviewer should know, as one comment on the pull request."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from archguard.cli.configured_base import apply_configured_base
from archguard.cli.options.base_revision import BaseOptions, base_options
from archguard.cli.options.completions import complete_choice
from archguard.cli.options.configuration import configs_option, root_option
from archguard.cli.options.groups import GroupedCommand, grouped_option
from archguard.cli.options.scanning import cache_options
from archguard.cli.output import say, write_report
from archguard.cli.tree_verdict import choose_tree, judge_tree

if TYPE_CHECKING:
    from archguard.checking.report import Report
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.forge.comment_place import CommentPlace
    from archguard.graph.scanning.cache import Cache

_HEADING = "Pull request options"
_FORGES = ("github", "gitlab")


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard comment --dry-run
  archguard comment --base origin/main
  archguard comment --status
  GITHUB_TOKEN=... archguard comment --forge github --repository shop/shop --pull-request 17

\b
Exit codes: 0 printed or posted, whatever the verdict; 2 there is no verdict;
3 the comment or the status could not be posted.""",
)
@root_option
@configs_option
@click.option("--dry-run", is_flag=True, help="Print the comment, and post nothing.")
@click.option(
    "--status",
    "sets_status",
    is_flag=True,
    help="Set the commit's status to the verdict, instead of writing a comment.",
)
@base_options
@grouped_option(
    _HEADING,
    "--forge",
    metavar="F",
    type=click.Choice(_FORGES),
    shell_complete=complete_choice(_FORGES),
    help="github or gitlab. Default: the one whose CI runs this.",
)
@grouped_option(
    _HEADING,
    "--repository",
    metavar="NAME",
    help="The repository, such as shop/shop; at GitLab a number, too. Default: the job's.",
)
@grouped_option(
    _HEADING,
    "--pull-request",
    metavar="N",
    type=click.IntRange(min=1),
    help="The number of the pull or merge request. Default: the job's.",
)
@grouped_option(
    _HEADING,
    "--api-url",
    metavar="URL",
    help="The address of the forge's API. Default: the job's, else https://api.github.com or "
    "https://gitlab.com/api/v4.",
)
@cache_options
def command(
    *,
    root: str | None,
    config: tuple[str, ...],
    dry_run: bool,
    sets_status: bool,
    comparison: BaseOptions,
    forge: str | None,
    repository: str | None,
    pull_request: int | None,
    api_url: str | None,
    cache: Cache,
) -> int:
    """Print the comment on a pull request, or post it where there is a token.

    The working tree is judged as by check, in a pull request's job with --base auto. The token is
    read from GITHUB_TOKEN or GITLAB_TOKEN; without one the comment is printed. A later run for the same
    configuration writes over its earlier comment. With --status the commit that is proposed or checked
    out gets a status, which needs no pull request. The verdict is check's: this command fails only if
    there is none, or if the comment cannot be posted.
    """
    tree = choose_tree(config, root)
    configured = tree.configuration.base
    if comparison.rev is None and not configured:
        comparison = comparison._replace(rev=_find_default_base())
    comparison = apply_configured_base(comparison, configured, tree.folder)
    report = judge_tree(tree, comparison, cache)
    if sets_status:
        return _set_status(report, tree, forge, repository, api_url, dry_run=dry_run)
    # Imported here, not above: --help does not need it.
    from archguard.cli.report_surroundings import place_report  # noqa: PLC0415
    from archguard.forge.comment_place import NoPlaceError, find_place  # noqa: PLC0415
    from archguard.reporters import Style, render  # noqa: PLC0415
    from archguard.reporters.markdown import MAX_CHARACTERS  # noqa: PLC0415

    shown, surroundings = place_report(report, tree.folder, None, None)
    text = render(shown, "markdown", Style(surroundings=surroundings))
    text += _render_suggestions(report, tree, comparison, cache, room=MAX_CHARACTERS - len(text))
    if dry_run:
        write_report(text, None)
        return 0
    try:
        place = find_place(
            os.environ, forge=forge, repository=repository, number=pull_request, api_url=api_url
        )
    except NoPlaceError as error:
        say(f"not posted: {error}")
        write_report(text, None)
        return 0
    _post(place, _name_configuration(tree.folder, tree.files), text)
    return 0


def _render_suggestions(
    report: Report, tree: ChosenTree, comparison: BaseOptions, cache: Cache, *, room: int
) -> str:
    """Return the section with what rewrites new imports, with paths from the top of the repository."""
    from archguard.cli.suggested_changes import find_suggestions  # noqa: PLC0415 (not for --help)
    from archguard.reporters.suggestion_section import render_suggestions  # noqa: PLC0415

    prefix = _find_prefix(tree.folder)
    suggestions = find_suggestions(report, tree, comparison, cache)
    return render_suggestions([one._replace(path=prefix + one.path) for one in suggestions], room)


def _set_status(
    report: Report,
    tree: ChosenTree,
    forge: str | None,
    repository: str | None,
    api_url: str | None,
    *,
    dry_run: bool,
) -> int:
    """Set the status of the commit that is judged, or print it."""
    from archguard.cli.judged_commit import find_judged_commit, make_status  # noqa: PLC0415
    from archguard.forge.comment_place import NoPlaceError, find_place  # noqa: PLC0415
    from archguard.forge.commit_status import post_status  # noqa: PLC0415 (an HTTP client)
    from archguard.forge.connection import ForbiddenError  # noqa: PLC0415

    status = make_status(report, tree.folder)
    line = f"{status.name}: {status.description}\n"
    if dry_run:
        write_report(line, None)
        return 0
    commit = find_judged_commit(tree.folder)
    try:
        place = find_place(
            os.environ, forge=forge, repository=repository, api_url=api_url, commit=commit
        )
        outcome = post_status(place, status)
    except (NoPlaceError, ForbiddenError) as error:
        say(f"not posted: {error}")
        write_report(line, None)
        return 0
    say(f"status of {place.repository} {commit[:10]}: {outcome.value}.")
    return 0


def _find_default_base() -> str | None:
    """Return auto in a pull request's job, else None."""
    from archguard.upload.ci import ci_facts  # noqa: PLC0415 (not needed for --help)
    from archguard.upload.environment import select_variables  # noqa: PLC0415

    facts = ci_facts(select_variables(os.environ))
    return "auto" if facts and facts.base else None


def _name_configuration(folder: str, files: tuple[str, ...]) -> str:
    """Return the places of the configuration's files in the repository, the same in every clone."""
    prefix = _find_prefix(folder)
    names = [os.path.relpath(file, folder).replace(os.sep, "/") for file in files]
    return "\0".join([prefix, *sorted(names)])


def _find_prefix(folder: str) -> str:
    """Return the folder's path in its repository with a slash; empty if it is the top, or in none."""
    from archguard.errors import SourceError  # noqa: PLC0415 (not needed for --help)
    from archguard.sources.git.commit import open_repository  # noqa: PLC0415

    try:
        prefix: str = open_repository(folder, "--root")[1]
    except SourceError:
        prefix = ""
    return prefix


def _post(place: CommentPlace, name: str, text: str) -> None:
    from archguard.forge.comment import make_marker, post_comment  # noqa: PLC0415 (an HTTP client)
    from archguard.forge.connection import ForbiddenError  # noqa: PLC0415

    try:
        outcome = post_comment(place, make_marker(name), text)
    except ForbiddenError as error:
        say(f"not posted: {error} A pull request from a fork has such a token.")
        write_report(text, None)
        return
    say(f"comment on {place.repository} {place.number}: {outcome.value}.")
