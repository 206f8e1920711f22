"""Contract types that are somebody else's code: imported and run only where the user trusts them."""

from __future__ import annotations

import contextlib
import importlib
import io
from typing import TYPE_CHECKING, Any

from importlinter.application import output
from importlinter.domain.contract import Contract, InvalidContractOptions

from archguard.contract_types.verdict import Finding, Verdict
from archguard.errors import ArchguardError, ConfigurationError, ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archguard.graph.grimp_api import ImportGraph


def load_types(
    entries: Sequence[str], *, own: Mapping[str, str], trusted: bool
) -> dict[str, type[Contract]]:
    """The classes that `contract_types` names, our own left out.

    Args:
        entries: lines `name: module.Class`.
        own: the types that need no such line, each with its `module.Class`.
        trusted: whether the user lets us import them.

    Raises:
        ConfigurationError: they are not trusted, a line is malformed, or a class cannot be had.
    """
    named = dict(map(_parse, entries))
    foreign = {name: path for name, path in named.items() if not _is_own(name, path, own)}
    if foreign and not trusted:
        code = ", ".join(f"{name}: {path}" for name, path in foreign.items())
        raise ConfigurationError(
            f"contract_types names code to run ({code}): give --trust-contract-types if you trust "
            "this repository."
        )
    return {name: _import(path) for name, path in foreign.items()}


def make_contract(
    contract_class: type[Contract], name: str, session: Mapping[str, Any], options: Mapping[str, Any]
) -> Contract:
    """A contract of such a class.

    Raises:
        ContractError: its code failed.
        InvalidContractOptions: it does not take these options.
    """
    what = f'contract "{name}" failed'
    with _contained(what, ContractError, passing=(InvalidContractOptions,)), _captured():
        return contract_class(name, dict(session), dict(options))


def judge(contract_id: str, contract_type: str, contract: Contract, graph: ImportGraph) -> Verdict:
    """Kept or broken as the contract says, and the text that it says it with.

    Raises:
        ContractError: its code failed.
    """
    with _contained(f'contract "{contract.name}" failed', ContractError):
        with _captured():
            check = contract.check(graph, verbose=False)
        with _captured() as text:
            if not check.kept:
                contract.render_broken_contract(check)
        return Verdict(
            id=contract_id,
            name=contract.name,
            type=contract_type,
            kept=bool(check.kept),
            finding=Finding(),
            warnings=tuple(map(str, check.warnings)),
            text="\n".join(line.rstrip() for line in text.getvalue().strip().splitlines()),
            ignored=int(check.ignored_import_count),
        )


def _parse(entry: str) -> tuple[str, str]:
    name, colon, path = (part.strip() for part in entry.partition(":"))
    module, _, class_name = path.rpartition(".")
    if not (colon and name and module and class_name) or path.startswith("."):
        raise ConfigurationError(f"contract_types: {entry!r} is not of the form 'name: module.Class'.")
    return name, path


def _is_own(name: str, path: str, own: Mapping[str, str]) -> bool:
    names = {own_path: own_name for own_name, own_path in own.items()}
    if path in names and names[path] != name:
        raise ConfigurationError(
            f"contract_types: {path} is the type '{names[path]}' already; it takes no other name."
        )
    if name in own and path not in names:
        raise ConfigurationError(
            f"contract_types: '{name}' is a type of archguard's own; give {path} another name."
        )
    return path in names


def _import(path: str) -> type[Contract]:
    module, _, class_name = path.rpartition(".")
    with _contained(f"contract_types: {path} cannot be imported", ConfigurationError), _captured():
        contract_class = getattr(importlib.import_module(module), class_name)
    if not (isinstance(contract_class, type) and issubclass(contract_class, Contract)):
        raise ConfigurationError(f"contract_types: {path} is no import-linter contract type.")
    return contract_class


@contextlib.contextmanager
def _contained(
    what: str, error_class: type[ArchguardError], *, passing: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Whatever somebody else's code raises, even `sys.exit(0)`, it is not a verdict."""
    try:
        yield
    except passing:
        raise
    except (Exception, SystemExit) as error:
        message = " ".join(str(error).split())
        raise error_class(f"{what}: {type(error).__name__}: {message}") from error


@contextlib.contextmanager
def _captured() -> Iterator[io.StringIO]:
    """What is printed goes here: standard output is the report's; no terminal shapes or colours it."""
    text = io.StringIO()
    console = type(output.console)(
        file=text,
        width=80,
        soft_wrap=True,
        color_system=None,
        force_terminal=False,
        highlight=False,
    )
    previous, output.console = output.console, console
    try:
        with contextlib.redirect_stdout(text):
            yield text
    finally:
        output.console = previous
