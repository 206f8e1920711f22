"""`archguard init`: write a first contract file."""

from __future__ import annotations

import os
import sys

import click

from archguard.configuration.read import FILE_NAMES, find_configuration, read_configuration
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
@click.option("--replacement", metavar="MODULE", help="The module to import instead.")
@click.option(
    "--output",
    metavar="FILE",
    help="The contract file. Default: pyproject.toml if there is one, else .importlinter.",
)
def command(
    *,
    root: str,
    root_packages: tuple[str, ...],
    deprecated: tuple[str, ...],
    replacement: str | None,
    output: str | None,
) -> int:
    """Write a first contract: which modules are deprecated, and what replaces them."""
    source = open_source(root)
    file = os.path.normpath(output or _default_file(root))
    _refuse_existing(file)
    roots = root_packages or guess_roots(source)
    if not roots:
        raise ConfigurationError(
            f"no Python package in {root} or its src/: name the roots with --root-package."
        )
    modules = discover(source, roots, ()).modules
    click.echo(f"Roots: {', '.join(roots)} ({len(modules):,} modules).")
    deprecated_modules = tuple(map(_parse_module, deprecated or _ask_deprecated()))
    new_module = (
        _parse_module(replacement) if replacement else _ask_replacement(is_complete=bool(deprecated))
    )
    if new_module and new_module not in modules:
        raise ConfigurationError(
            f"--replacement {new_module}: there is no such module{suggest(new_module, (), modules)}"
        )
    for module in deprecated_modules:
        if "*" not in module and module not in modules:
            click.echo(
                f"{module} does not exist (any more); "
                f"imports of it count all the same{suggest(module, (), modules)}"
            )
    contract = FirstContract(roots, deprecated_modules, new_module)
    _append(file, format_toml(contract) if file.endswith(".toml") else format_ini(contract))
    hint = "" if os.path.basename(file) in FILE_NAMES else f" --config {file}"
    click.echo(f"Wrote {file}. Now: archguard check{hint}")
    return 0


def _default_file(root: str) -> str:
    path = os.path.join(root, "pyproject.toml")
    return path if os.path.exists(path) else os.path.join(root, ".importlinter")


def _refuse_existing(file: str) -> None:
    folder = os.path.dirname(file) or os.curdir
    if os.path.basename(file) in FILE_NAMES:
        try:
            existing = find_configuration(folder)
        except ConfigurationError:
            return
        raise ConfigurationError(
            f"{existing}: it has an importlinter section already; add the contract to it by hand."
        )
    if os.path.exists(file):
        raise ConfigurationError(f"{file}: this file exists already; name another --output.")


def _ask_deprecated() -> list[str]:
    if not sys.stdin.isatty():
        raise ConfigurationError("name the deprecated modules with --deprecated MODULE.")
    answer: str = click.prompt("Deprecated modules (separated by commas)")
    return answer.split(",")


def _ask_replacement(*, is_complete: bool) -> str | None:
    if is_complete or not sys.stdin.isatty():
        return None
    answer: str = click.prompt(
        "What replaces them (leave empty for nothing)", default="", show_default=False
    )
    return _parse_module(answer) if answer.strip() else None


def _parse_module(text: str) -> str:
    name = text.strip()
    if not name or not all(part.isidentifier() or part in ("*", "**") for part in name.split(".")):
        raise ConfigurationError(f"{name!r} is not a module's name; write it like shop.legacy.cart.")
    return name


def _append(file: str, text: str) -> None:
    try:
        is_empty = not os.path.exists(file) or not os.path.getsize(file)
        with open(file, "a", encoding="utf-8") as handle:
            handle.write(text if is_empty else f"\n{text}")
        read_configuration(file)
    except OSError as error:
        raise ConfigurationError(f"{file}: it cannot be written: {error.strerror}.") from error
