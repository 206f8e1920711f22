"""The file that `archguard init` writes a contract into, and the tree that the contract is for."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, NamedTuple

from archguard.cli.options.configuration import allow_imports_from
from archguard.cli.options.scanning import count_processors, open_cache
from archguard.cli.output import write_report
from archguard.cli.progress_bar import show_progress
from archguard.configuration import find_configuration_file, parse_configuration
from archguard.configuration.contract_file import add_contract
from archguard.configuration.projects import Layout, Place, find_layout
from archguard.configuration.read import FILE_NAMES, read_configuration
from archguard.configuration.template import Session
from archguard.contract_types.registry import CONTRACT_TYPES
from archguard.errors import ArchguardError, ConfigurationError
from archguard.graph.discovery import discover
from archguard.graph.roots import DEFAULT_SOURCE_ROOTS, AmbiguousRootError
from archguard.sources.file_list import list_project_files
from archguard.sources.open import open_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.report import Report
    from archguard.configuration import Configuration
    from archguard.configuration.template import NewContract
    from archguard.sources.source import Source


class ContractProject(NamedTuple):
    """The tree that a contract is written for, and the file that it is written into."""

    root: str
    source: Source
    files: Sequence[str]
    """The paths of the project's files."""
    file: str
    existing: Configuration | None
    """The configuration in the file; None if it has none yet."""
    layout: Layout
    source_roots: tuple[str, ...]
    """The folders that a first configuration names; empty if the roots are found without that."""
    trust_contract_types: bool

    @property
    def session(self) -> Session:
        """The root packages, as the file has them or will have them."""
        if self.existing is not None:
            return Session(self.existing.root_packages, self.existing.source_roots)
        return Session(self.layout.root_packages, self.source_roots)

    def check(self, configuration: Configuration) -> Report:
        """Judge contracts as `archguard check` will."""
        from archguard.checking.pipeline import CheckRequest, check  # noqa: PLC0415

        if self.trust_contract_types:
            allow_imports_from(self.root)
        with show_progress() as show:
            request = CheckRequest(
                self.source,
                configuration,
                open_cache(),
                count_processors(),
                trust_contract_types=self.trust_contract_types,
                progress=lambda done, total: show("Reading", done, total),
            )
            return check(request).report


def open_project(
    root: str, root_packages: Sequence[str], output: str | None, *, trust_contract_types: bool
) -> ContractProject:
    """Find the roots and the file of a project.

    Raises:
        ArchguardError: there are no roots, or the file cannot take a contract.
    """
    source = open_source(root)
    files = list_project_files(root)
    file = os.path.normpath(output or find_configuration_file(root) or _default_file(root))
    existing = _read_existing(file)
    if existing is not None:
        if others := set(root_packages).difference(existing.root_packages):
            raise ConfigurationError(
                f"--root-package {min(others)}: {file} has root_packages already; add it there."
            )
        return ContractProject(root, source, files, file, existing, Layout(), (), trust_contract_types)
    layout = find_layout(source, files)
    if root_packages:
        layout = _choose_roots(source, layout, root_packages)
    if not layout.places:
        raise ConfigurationError(f"no Python package in {root}: name the roots with --root-package.")
    source_roots = _choose_source_roots(source, layout)
    return ContractProject(root, source, files, file, None, layout, source_roots, trust_contract_types)


def _choose_source_roots(source: Source, layout: Layout) -> tuple[str, ...]:
    """Return the folders that hold the roots; none if a search finds these roots and no others."""
    if set(layout.source_roots) <= set(DEFAULT_SOURCE_ROOTS):
        try:
            discover(source, layout.root_packages, ())
        except AmbiguousRootError:  # such as `tests` beside `examples/shop/tests`
            return layout.source_roots
        return ()
    return layout.source_roots


def _default_file(root: str) -> str:
    path = os.path.join(root, "pyproject.toml")
    return path if os.path.exists(path) else os.path.join(root, ".importlinter")


def _read_existing(file: str) -> Configuration | None:
    """Return the configuration in a file; None if there is no file, or none in it.

    Raises:
        ConfigurationError: the configuration is invalid, or the file is for something else.
    """
    if not os.path.exists(file):
        return None
    if os.path.basename(file) not in FILE_NAMES:
        return read_configuration(file)
    with open(file, "rb") as handle:
        return parse_configuration(file, handle.read())


def _choose_roots(source: Source, layout: Layout, names: Sequence[str]) -> Layout:
    """Return the layout with the roots of these names only, in this order.

    Raises:
        SourceError: there is no such root.
    """
    places = []
    for name in dict.fromkeys(names):
        known = [place for place in layout.places if place.name == name]
        places += known or [Place(name, root.folder) for root in discover(source, [name], ()).roots]
    return Layout(tuple(places))


def format_type_entry(name: str) -> str:
    """Return the line of `contract_types` by which `lint-imports` knows a type.

    Raises:
        ConfigurationError: there is no such type.
    """
    if name not in CONTRACT_TYPES:
        raise ConfigurationError(f"this version of archguard has no contracts of type {name}.")
    return f"{name}: {CONTRACT_TYPES[name].class_path}"


class WrittenContract(NamedTuple):
    """What came of writing a contract."""

    violations: int
    is_type_declared: bool
    """Whether `lint-imports` knows the contract's type by the file."""
    next_command: str


def write_contract(project: ContractProject, contract: NewContract) -> WrittenContract:
    """Write the contract, if `check` gives a verdict on it.

    Raises:
        ArchguardError: it does not; nothing is written.
    """
    content = b""
    if os.path.exists(project.file):
        with open(project.file, "rb") as handle:
            content = handle.read()
    extended = add_contract(
        project.file,
        content,
        contract,
        session=project.session if project.existing is None else None,
        type_entry=format_type_entry(contract.type),
    )
    violations = _verify(project, extended.content, contract)
    in_place = _is_found_by_check(project)
    write_report(extended.content.decode(), project.file)
    return WrittenContract(
        violations, extended.is_type_declared, _format_next_command(project, in_place=in_place)
    )


def _verify(project: ContractProject, content: bytes, contract: NewContract) -> int:
    """Return how many violations `check` will find."""
    try:
        configuration = parse_configuration(project.file, content)
        if configuration is None:
            raise ConfigurationError(f"{project.file}: the file has no importlinter section.")
        report = project.check(configuration)
    except ArchguardError as error:
        raise ConfigurationError(
            f"nothing was written, because check would refuse it: {error}"
        ) from error
    (result,) = (result for result in report.contracts if result.id == contract.id)
    if result.error:
        raise ConfigurationError(f"nothing was written, because check would refuse it: {result.error}")
    return result.violations


def _is_found_by_check(project: ContractProject) -> bool:
    """Return whether `check` will read the file without --config."""
    if os.path.basename(project.file) not in FILE_NAMES or not _is_same_folder(
        os.path.dirname(project.file), project.root
    ):
        return False
    file = find_configuration_file(project.root)
    return file is None or os.path.realpath(file) == os.path.realpath(project.file)


def _format_next_command(project: ContractProject, *, in_place: bool) -> str:
    words = ["archguard", "check"]
    if not in_place:
        words += ["--config", project.file]
        if not _is_same_folder(os.path.dirname(project.file), project.root):
            words += ["--root", project.root]
    elif not _is_same_folder(project.root, os.curdir):
        words.append(project.root)
    if project.trust_contract_types:
        words.append("--trust-contract-types")
    return shlex.join(words)


def _is_same_folder(path: str, other: str) -> bool:
    return os.path.realpath(path or os.curdir) == os.path.realpath(other)
