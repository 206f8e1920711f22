"""`archguard init`: write a first contract file."""

from __future__ import annotations

import os
import sys

import click

from archguard.configuration.read import FILE_NAMES, find_configuration_file, read_configuration
from archguard.configuration.template import FirstContract, format_ini, format_toml
from archguard.errors import ConfigurationError
from archguard.graph.discovery import discover, guess_roots
from archguard.sources.open import open_source
from archguard.text import suggest


@click.command(
    epilog="""\b
Example:
  archguard init --deprecated shop.legacy_cart --replacement shop.cart""",
)
@click.option("--root", metavar="DIR", default=os.curdir, help="The project. Default: this folder.")
@click.option(
    "--root-package",
    "root_packages",
    metavar="NAME",
    multiple=True,
    help="Default: those found. Repeatable.",
)
@click.option("--deprecated", metavar="MODULE", multiple=True, help="A module that must go. Repeatable.")
@click.option("--replacement", metavar="MODULE", help="What to import instead.")
@click.option(
    "--output", metavar="FILE", help="Default: pyproject.toml if there is one, else .importlinter."
)
def command(
    *,
    root: str,
    root_packages: tuple[str, ...],
    deprecated: tuple[str, ...],
    replacement: str | None,
    output: str | None,
) -> int:
    """Write a first contract: which modules must go, and what replaces them."""
    source = open_source(root)
    file = os.path.normpath(output or _default_file(root))
    _refuse_second(file)
    roots = root_packages or guess_roots(source)
    if not roots:
        raise ConfigurationError(
            f"no Python package in {root} or its src/: name the roots with --root-package."
        )
    modules = discover(source, roots, ()).modules
    click.echo(f"Roots: {', '.join(roots)} ({len(modules):,} modules).")
    gone = tuple(map(_module_name, deprecated or _ask_deprecated()))
    new = _module_name(replacement) if replacement else _ask_replacement(asked=bool(deprecated))
    if new and new not in modules:
        raise ConfigurationError(
            f"--replacement {new}: there is no such module{suggest(new, (), modules)}"
        )
    for module in gone:
        if "*" not in module and module not in modules:
            click.echo(
                f"{module} does not exist (any more); "
                f"what imports it counts all the same{suggest(module, (), modules)}"
            )
    contract = FirstContract(roots, gone, new)
    _append(file, format_toml(contract) if file.endswith(".toml") else format_ini(contract))
    hint = "" if os.path.basename(file) in FILE_NAMES else f" --config {file}"
    click.echo(f"Wrote {file}. Now: archguard check{hint}")
    return 0


def _default_file(root: str) -> str:
    path = os.path.join(root, "pyproject.toml")
    return path if os.path.exists(path) else os.path.join(root, ".importlinter")


def _refuse_second(file: str) -> None:
    folder = os.path.dirname(file) or os.curdir
    if os.path.basename(file) in FILE_NAMES:
        try:
            found = find_configuration_file(folder)
        except ConfigurationError:
            return
        raise ConfigurationError(f"{found}: it has an importlinter section already; add to it by hand.")
    if os.path.exists(file):
        raise ConfigurationError(f"{file}: it exists already; name another --output.")


def _ask_deprecated() -> list[str]:
    if not sys.stdin.isatty():
        raise ConfigurationError("name the modules that must go, with --deprecated MODULE.")
    answer: str = click.prompt("Modules that must go (separated by commas)")
    return answer.split(",")


def _ask_replacement(*, asked: bool) -> str | None:
    if asked or not sys.stdin.isatty():
        return None
    answer: str = click.prompt("What replaces them (empty: nothing)", default="", show_default=False)
    return _module_name(answer) if answer.strip() else None


def _module_name(given: str) -> str:
    name = given.strip()
    if not name or not all(part.isidentifier() or part in ("*", "**") for part in name.split(".")):
        raise ConfigurationError(f"{name!r} is not a module's name, like shop.legacy.cart.")
    return name


def _append(file: str, text: str) -> None:
    try:
        empty = not os.path.exists(file) or not os.path.getsize(file)
        with open(file, "a", encoding="utf-8") as handle:
            handle.write(text if empty else f"\n{text}")
        read_configuration(file)
    except OSError as error:
        raise ConfigurationError(f"{file}: it cannot be written: {error.strerror}.") from error
