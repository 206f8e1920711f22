"""`pytest --archguard`: a test for each contract.

pytest loads this module in every run, so without the option it imports nothing and does nothing.
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archguard.cli.chosen_tree import ChosenTree

_NAME = "archguard"
_WORKER_KEY = "archguard_failures"
"""What a worker of pytest-xdist gets: the failure of each contract, so that none judges again."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup(_NAME, "archguard: a test for each contract")
    group.addoption("--archguard", action="store_true", help="Add a test for each contract.")
    group.addoption(
        "--archguard-base",
        metavar="REV",
        help="What `archguard check --base` compares with: a revision, or auto. none: every violation "
        "fails. Default: base of [tool.archguard], else auto, or HEAD where that is not known.",
    )
    parser.addini("archguard_base", "The default of --archguard-base.", default="")
    parser.addini(
        "archguard_config", "The configuration, from the root folder of the tests.", default=""
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read the contracts, if they are asked for; in a worker the controlling process has done so."""
    if not config.getoption("archguard"):
        return
    config.addinivalue_line("markers", f"{_NAME}: a contract of `pytest --archguard`.")
    failures = getattr(config, "workerinput", {}).get(_WORKER_KEY)
    config.pluginmanager.register(_Contracts(config, failures), f"{_NAME}-contracts")


class ContractFailedError(Exception):
    """A contract fails; the message says what is new."""


class ContractItem(pytest.Item):
    """The test of a contract."""

    def __init__(self, *, contracts: _Contracts, contract: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._contracts = contracts
        self._contract = contract
        self.add_marker(_NAME)

    def runtest(self) -> None:
        """Fail if the contract does."""
        failure = self._contracts.find_failure(self._contract)
        if failure is not None:
            raise ContractFailedError(failure)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Return the message alone: a traceback would say nothing of the contract."""
        if isinstance(excinfo.value, ContractFailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, None, str]:
        """Return where the contract stands, and its name."""
        return self._contracts.path, None, f"{_NAME}::{self.name}"


class _Contracts:
    """The contracts of a run, judged once, when the first of their tests runs."""

    def __init__(self, config: pytest.Config, failures: Mapping[str, str | None] | None) -> None:
        self._config = config
        self._failures = failures
        self._tree: ChosenTree | None = None
        self.path = str(config.rootpath)
        if failures is None:
            with _undisturbed(config):
                self._tree = _choose_tree(config)
            self.path = self._tree.configuration.path

    @pytest.hookimpl(tryfirst=True)  # before -k and -m select
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Add the tests after all others."""
        items.extend(self._make_items(session))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Judge before the first worker of pytest-xdist starts, and give each of them the result."""
        node.workerinput[_WORKER_KEY] = dict(self._judge())

    def find_failure(self, contract: str) -> str | None:
        """Return why a contract fails; None if it does not."""
        return self._judge()[contract]

    def _make_items(self, session: pytest.Session) -> Iterator[pytest.Item]:
        if self._tree is not None:
            ids = [contract.id for contract in self._tree.configuration.contracts]
        else:
            ids = list(self._judge())
        for contract in ids:
            yield ContractItem.from_parent(
                session,
                name=contract,
                nodeid=f"{_NAME}::{contract}",
                contracts=self,
                contract=contract,
            )

    def _judge(self) -> Mapping[str, str | None]:
        if self._failures is None:
            assert self._tree is not None  # noqa: S101 (a process without failures has read them)
            base, top = _find_option(self._config, "base"), str(self._config.rootpath)
            with _undisturbed(self._config):
                self._failures = _judge_tree(self._tree, base, top)
        return self._failures


@contextmanager
def _undisturbed(config: pytest.Config) -> Iterator[None]:
    """Keep away what makes judging twice as dear in pytest as in `archguard check`.

    pytest compiles each module of a distribution with a plug-in anew, to rewrite its asserts; and the
    garbage collector goes through all that the other plug-ins have loaded.
    """
    hook: Any = config.pluginmanager.rewrite_hook
    place = sys.meta_path.index(hook) if hook in sys.meta_path else None
    was_enabled = gc.isenabled()
    if place is not None:
        del sys.meta_path[place]
    gc.disable()
    try:
        yield
    finally:
        if place is not None:
            sys.meta_path.insert(place, hook)
        if was_enabled:
            gc.enable()


def _find_option(config: pytest.Config, name: str) -> str:
    return config.getoption(f"archguard_{name}", None) or str(config.getini(f"archguard_{name}"))


def _choose_tree(config: pytest.Config) -> ChosenTree:
    from archguard.cli.tree_verdict import choose_tree  # noqa: PLC0415 (only with --archguard)
    from archguard.errors import ArchguardError  # noqa: PLC0415

    file = _find_option(config, "config")
    try:
        if file:
            return choose_tree((str(config.rootpath / file),), None)
        return choose_tree((), str(config.rootpath))
    except ArchguardError as error:
        raise pytest.UsageError(f"--archguard: {error}") from error


def _judge_tree(tree: ChosenTree, base: str, top: str) -> dict[str, str | None]:
    """Return the failure of each contract; None if it does not fail.

    Args:
        tree: the tree.
        base: the value of --archguard-base.
        top: the folder that paths are relative to, if the tree is below it.
    """
    from archguard.cli.configured_base import apply_configured_base  # noqa: PLC0415
    from archguard.cli.options.base_revision import BaseOptions  # noqa: PLC0415 (only with --archguard)
    from archguard.cli.tree_verdict import find_prefix, judge_tree  # noqa: PLC0415
    from archguard.errors import ArchguardError  # noqa: PLC0415
    from archguard.reporters.contract_outcomes import list_outcomes  # noqa: PLC0415
    from archguard.text import escape  # noqa: PLC0415

    try:
        configured = tree.configuration.base
        rev = base or (None if configured else _choose_base(tree.folder))
        options = apply_configured_base(BaseOptions(rev), configured, tree.folder)
        report = judge_tree(tree, options).below(find_prefix(tree.folder, top))
    except ArchguardError as error:
        return {contract.id: f"No verdict: {error}" for contract in tree.configuration.contracts}
    unread = [
        f"{escape(path)}: could be read at the base, and cannot now" for path in report.newly_unread
    ]
    failures: dict[str, str | None] = {}
    for outcome in list_outcomes(report):
        failure = outcome.failure or ("files can no longer be read" if unread else None)
        lines = [f"{outcome.name}: {failure}", *outcome.failure_lines, *unread]
        failures[outcome.contract.id] = "\n".join(lines) if failure else None
    return failures


def _choose_base(folder: str) -> str | None:
    """Return auto, or HEAD where that is not known; None without a commit."""
    from archguard.cli.git_base import find_base_rev  # noqa: PLC0415 (only with --archguard)
    from archguard.errors import ConfigurationError, SourceError  # noqa: PLC0415
    from archguard.sources.git.commit import find_commit, open_repository  # noqa: PLC0415

    try:
        return find_base_rev(folder)
    except ConfigurationError:
        pass
    except SourceError:
        return None
    try:
        git_dir, _ = open_repository(folder, "--root")
        find_commit(git_dir, folder, "HEAD")
    except SourceError:
        return None
    return "HEAD"
