"""`archguard init`: write a first contract, or add one to the contracts that there are."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from archguard.cli.contract_project import format_type_entry, open_project, write_contract
from archguard.cli.options.configuration import trust_contract_types_option
from archguard.configuration.deprecation_candidates import find_candidates
from archguard.configuration.model import Configuration, ContractConfiguration
from archguard.configuration.projects import count_outside
from archguard.configuration.template import NewDeprecation
from archguard.definitions.file_roles import is_migration, is_vendored
from archguard.errors import ConfigurationError
from archguard.graph.discovery import discover
from archguard.text import escape, format_count, suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from archguard.cli.contract_project import ContractProject
    from archguard.configuration.deprecation_candidates import DeprecationCandidate
    from archguard.configuration.projects import Layout

_LISTED_CANDIDATES = 20
_LISTED_PLACES = 5
_WIDTH = 80


@click.command(
    epilog="""\b
Examples:
  archguard init
  archguard init --deprecated shop.legacy_cart --replacement shop.cart""",
)
@click.option(
    "--root", metavar="DIR", default=os.curdir, help="The project's folder. Default: the current folder."
)
@click.option(
    "--root-package",
    "root_packages",
    metavar="NAME",
    multiple=True,
    help="A root package. Repeatable. Default: those found.",
)
@click.option("--deprecated", metavar="MODULE", multiple=True, help="A deprecated module. Repeatable.")
@click.option(
    "--replacement",
    metavar="MODULE",
    help="The module to import instead; it may be another project's, or not exist yet.",
)
@click.option(
    "--output",
    metavar="FILE",
    help="The contract file. Default: the one that has contracts, else pyproject.toml if there is one, "
    "else .importlinter.",
)
@trust_contract_types_option
def command(
    *,
    root: str,
    root_packages: tuple[str, ...],
    deprecated: tuple[str, ...],
    replacement: str | None,
    output: str | None,
    trust_contract_types: bool,
) -> int:
    """Write a contract: which modules are deprecated, and what replaces them.

    It is added to the import-linter configuration if there is one. Without --deprecated, modules that
    look deprecated are listed. Nothing is written that `archguard check` would refuse.
    """
    project = open_project(root, root_packages, output, trust_contract_types=trust_contract_types)
    session = project.session
    discovery = discover(project.source, session.root_packages, session.source_roots)
    modules = discovery.modules
    _say(f"Roots: {', '.join(session.root_packages)} ({format_count(len(modules), 'module')}).")
    _say_what_is_left_out(project.layout)
    _say_what_is_outside(project, [root.path for root in discovery.roots])
    if deprecated:
        names = [*deprecated]
    else:
        names = _ask_deprecated(
            project,
            find_candidates(
                project.source,
                {
                    name: module.path
                    for name, module in modules.items()
                    if not (is_vendored(module.path) or is_migration(module.path))
                },
            ),
        )
        replacement = replacement or _ask_replacement()
    contract = _make_contract(project.existing, names, replacement)
    _say_what_does_not_exist(contract, modules, session.root_packages)
    written = write_contract(project, contract)
    violations = format_count(written.violations, "violation")
    _say(f"Wrote {project.file}: contract '{contract.id}', {violations} today.")
    if project.existing is not None:
        _say_what_lint_imports_needs(is_type_declared=written.is_type_declared)
    click.echo(f"Now: {written.next_command}")
    return 0


def _say_what_lint_imports_needs(*, is_type_declared: bool) -> None:
    if not is_type_declared:
        _say(
            f'lint-imports needs "{format_type_entry("deprecated")}" in contract_types: add it by hand.'
        )
    _say("lint-imports needs archguard in its own environment, too, to run this contract.")


def _say_what_is_left_out(layout: Layout) -> None:
    if layout.left_out:
        names = ", ".join(sorted({place.name for place in layout.left_out}))
        folders = _abridge(sorted({place.folder or "." for place in layout.left_out}))
        _say(
            f"Left out: {names} in {folders}, which have modules of the same names; a configuration of "
            "its own in each of these folders can check it."
        )


def _say_what_is_outside(project: ContractProject, roots: Sequence[str]) -> None:
    counts = count_outside(project.files, [*roots, *(place.path for place in project.layout.left_out)])
    if counts:
        places = [f"{folder}/ ({count:,})" for folder, count in counts.items() if folder]
        places += [f"the top folder ({counts['']:,})"] if "" in counts else []
        files = format_count(sum(counts.values()), "Python file")
        _say(
            f"Outside the roots: {files} in {_abridge(places)}. To have them read, add their folders to "
            "root_packages."
        )


def _abridge(items: Sequence[str]) -> str:
    listed = ", ".join(items[:_LISTED_PLACES])
    return listed if len(items) <= _LISTED_PLACES else f"{listed} and {len(items) - _LISTED_PLACES} more"


def _ask_deprecated(project: ContractProject, candidates: Sequence[DeprecationCandidate]) -> list[str]:
    """Show the candidates, and return the modules that the user names.

    Raises:
        ConfigurationError: nobody can be asked.
    """
    listed = candidates[:_LISTED_CANDIDATES]
    counts = _count_violations(project, [candidate.module for candidate in listed])
    click.echo("These look deprecated:" if listed else "No module looks deprecated by its name or text.")
    for number, (module, reason) in enumerate(listed, start=1):
        importers = format_count(counts.get(module, 0), "importer")
        click.echo(f"  {number:>2}  {escape(module)}  ({reason}; {importers})")
    if not listed:
        click.echo("`archguard audit` looks for definitions that do the same job.")
    if len(candidates) > len(listed):
        click.echo(f"  ... and {len(candidates) - len(listed):,} more")
    if not sys.stdin.isatty():
        example = f", for example --deprecated {listed[0].module}" if listed else ""
        raise ConfigurationError(f"name the deprecated modules with --deprecated MODULE{example}.")
    answer: str = click.prompt("Deprecated modules (numbers or names, separated by commas)")
    return [_resolve_number(word.strip(), listed) for word in answer.split(",")]


def _resolve_number(word: str, candidates: Sequence[DeprecationCandidate]) -> str:
    is_number = word.isascii() and word.isdigit() and len(word) < 4
    return candidates[int(word) - 1].module if is_number and 0 < int(word) <= len(candidates) else word


def _count_violations(project: ContractProject, modules: Sequence[str]) -> dict[str, int]:
    """Count the imports of each module, as a contract of its own would."""
    if not modules:
        return {}
    session = project.session
    contracts = tuple(
        ContractConfiguration(
            module, module, "deprecated", {"id": module, "deprecated_modules": [module]}
        )
        for module in modules
    )
    report = project.check(
        Configuration(
            path=project.file,
            root_packages=session.root_packages,
            contracts=contracts,
            session_options={"root_packages": list(session.root_packages)},
            source_roots=session.source_roots,
        )
    )
    return {contract.id: contract.violations for contract in report.contracts}


def _ask_replacement() -> str | None:
    answer: str = click.prompt(
        "What replaces them (leave empty for nothing)", default="", show_default=False
    )
    return answer.strip() or None


def _make_contract(
    existing: Configuration | None, deprecated: Iterable[str], replacement: str | None
) -> NewDeprecation:
    modules = tuple(dict.fromkeys(map(_parse_module, deprecated)))
    if replacement is not None and "*" in (replacement := _parse_module(replacement)):
        raise ConfigurationError(f"--replacement {replacement}: name one module.")
    contracts = existing.contracts if existing else ()
    for contract in contracts:
        if contract.type == "deprecated" and set(modules) <= set(contract.strings("deprecated_modules")):
            raise ConfigurationError(
                f"{existing.path if existing else ''}: contract '{contract.id}' deprecates "
                f"{', '.join(modules)} already."
            )
    ids = {contract.id for contract in contracts}
    number = next(number for number in range(1, len(ids) + 2) if _name_contract(number) not in ids)
    return NewDeprecation(modules, replacement, _name_contract(number))


def _name_contract(number: int) -> str:
    return "migration" if number == 1 else f"migration-{number}"


def _parse_module(text: str) -> str:
    name = text.strip()
    if not name or not all(part.isidentifier() or part in ("*", "**") for part in name.split(".")):
        raise ConfigurationError(f"{name!r} is not a module's name; write it like shop.legacy.cart.")
    return name


def _say_what_does_not_exist(
    contract: NewDeprecation, modules: Collection[str], roots: Collection[str]
) -> None:
    for module in contract.deprecated_modules:
        if "*" not in module and module not in modules and not _is_package(module, modules):
            is_ours = any(f"{module}.".startswith(f"{root}.") for root in roots)
            what = "does not exist (any more)" if is_ours else "is another project's"
            _say(f"{module} {what}; imports of it count all the same{suggest(module, (), modules)}")
    replacement = contract.replacement
    if replacement and replacement not in modules and not _is_package(replacement, modules):
        _say(
            f"{replacement} is none of the modules here: the contract says to use it all the same, as "
            f"another project's or a future one{suggest(replacement, (), modules)}"
        )


def _is_package(name: str, modules: Iterable[str]) -> bool:
    return any(module.startswith(f"{name}.") for module in modules)


def _say(sentence: str) -> None:
    click.echo(click.wrap_text(escape(sentence), _WIDTH, subsequent_indent="  "))
