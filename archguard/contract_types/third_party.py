"""Third-party contract types: imported and run only if the user trusts them."""

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
    """Import the classes that `contract_types` names, except built-in ones.

    Args:
        entries: lines `name: module.Class`.
        own: the built-in types, each with its `module.Class`.
        trusted: whether third-party code may be imported.

    Raises:
        ConfigurationError: a type is not trusted, a line is malformed, or a class cannot be imported.
    """
    paths = dict(map(_parse_entry, entries))
    third_party = {name: path for name, path in paths.items() if not _is_own(name, path, own)}
    if third_party and not trusted:
        code = ", ".join(f"{name}: {path}" for name, path in third_party.items())
        raise ConfigurationError(
            f"contract_types names code to run ({code}): give --trust-contract-types if you trust "
            "this repository."
        )
    return {name: _import(path) for name, path in third_party.items()}


def make_contract(
    contract_class: type[Contract], name: str, session: Mapping[str, Any], options: Mapping[str, Any]
) -> Contract:
    """Make a contract of a third-party class.

    Raises:
        ContractError: its code failed.
        InvalidContractOptions: it does not accept the options.
    """
    what = f'contract "{name}" failed'
    with _contained(what, ContractError, passing=(InvalidContractOptions,)), _captured():
        return contract_class(name, dict(session), dict(options))


def judge_contract(
    contract_id: str, contract_type: str, contract: Contract, graph: ImportGraph
) -> Verdict:
    """Return the verdict of a third-party contract, with the text that it prints.

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


def _parse_entry(entry: str) -> tuple[str, str]:
    name, colon, path = (part.strip() for part in entry.partition(":"))
    module, _, class_name = path.rpartition(".")
    if not (colon and name and module and class_name) or path.startswith("."):
        raise ConfigurationError(f"contract_types: {entry!r} is not of the form 'name: module.Class'.")
    return name, path


def _is_own(name: str, path: str, own: Mapping[str, str]) -> bool:
    names = {own_path: own_name for own_name, own_path in own.items()}
    if path in names and names[path] != name:
        raise ConfigurationError(
            f"contract_types: {path} is the built-in type '{names[path]}'; use that name."
        )
    if name in own and path not in names:
        raise ConfigurationError(
            f"contract_types: '{name}' is a built-in type; give {path} another name."
        )
    return path in names


def _import(path: str) -> type[Contract]:
    module, _, class_name = path.rpartition(".")
    with _contained(f"contract_types: {path} cannot be imported", ConfigurationError), _captured():
        contract_class = getattr(importlib.import_module(module), class_name)
    if not (isinstance(contract_class, type) and issubclass(contract_class, Contract)):
        raise ConfigurationError(f"contract_types: {path} is not an import-linter contract type.")
    return contract_class


@contextlib.contextmanager
def _contained(
    what: str, error_class: type[ArchguardError], *, passing: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Convert any exception of third-party code, even `sys.exit(0)`, to an error of ours."""
    try:
        yield
    except passing:
        raise
    except (Exception, SystemExit) as error:
        message = " ".join(str(error).split())
        raise error_class(f"{what}: {type(error).__name__}: {message}") from error


@contextlib.contextmanager
def _captured() -> Iterator[io.StringIO]:
    """Capture what is printed, without colours: standard output belongs to the report."""
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
