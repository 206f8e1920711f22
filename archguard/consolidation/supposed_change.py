"""Change a configuration and a list of files as is supposed; refuse what does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.configuration.contract_exception import ContractException
from archguard.consolidation.hypothesis import Deletion, Mapping
from archguard.contract_types.deprecated import ReplacementField
from archguard.definitions.model import Outcome
from archguard.definitions.tree_definitions import TreeDefinitions
from archguard.errors import ConfigurationError
from archguard.graph.module_expressions import is_within, make_deprecation, split_symbol
from archguard.text import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult
    from archguard.configuration import ContractConfiguration
    from archguard.consolidation.hypothesis import Hypothesis, Removal
    from archguard.consolidation.migration_plan import MigrationPlan
    from archguard.contract_types.loaded_contract import LoadedContract


class SupposedChange:
    """The configuration, and the modules that are gone."""

    def __init__(self, request: CheckRequest, result: CheckResult, plan: MigrationPlan) -> None:
        """Suppose nothing yet.

        Args:
            request: the tree as it is.
            result: its verdict.
            plan: its plan.
        """
        self.configuration = request.configuration
        self.deleted: set[str] = set()
        """The modules whose files are gone."""
        self._request = request
        self._result = result
        self._plan = plan
        self._contracts = {one.id: one for one in result.inputs.contracts}
        self._analysis = result.inputs.analysis

    def suppose(self, hypothesis: Hypothesis) -> None:
        """Suppose one thing more.

        Raises:
            ConfigurationError: it is about something that does not exist.
            WorkerError: no child process can be started to read a module.
        """
        if isinstance(hypothesis, Deletion):
            self._delete(hypothesis)
        elif isinstance(hypothesis, Mapping):
            self._map(hypothesis)
        else:
            self._remove(hypothesis)

    def _delete(self, deletion: Deletion) -> None:
        module, known = deletion.module, self._analysis.modules
        deleted = {name for name in known if is_within(name, module)}
        if not deleted:
            raise _refuse(deletion, f"there is no module {module}", module, known)
        self.deleted |= deleted

    def _remove(self, removal: Removal) -> None:
        importer, imported = removal.importer, removal.imported
        if importer not in self._analysis.modules:
            raise _refuse(removal, f"there is no module {importer}", importer, self._analysis.modules)
        known = {one.imported for one in self._analysis.imports.get(importer, ())}
        known |= {one.imported for one in self._result.report.violations if one.importer == importer}
        if imported not in known:
            raise _refuse(removal, f"{importer} does not import {imported}", imported, known)
        # An import that an exception covers is taken from the graph, so no chain passes it either.
        exception = ContractException(importer, imported)
        self._change(
            [one for one in self._contracts.values() if one.find is not None and one.rule is None],
            lambda contract: contract._replace(exceptions=(*contract.exceptions, exception)),
        )

    def _map(self, mapping: Mapping) -> None:
        contracts = [one for one in self._contracts.values() if _may_map(one, mapping.old)]
        if not contracts:
            known = {one.imported for one in self._plan.violations}
            known |= {name for one in self._contracts.values() for name in one.deprecated_modules}
            raise _refuse(
                mapping, f"no contract deprecates {mapping.old}", mapping.old, known, is_listed=True
            )
        self._require_asked(mapping)
        self._require_target(mapping, contracts)

        def add(contract: ContractConfiguration) -> ContractConfiguration:
            written = contract.options.get("replacement")
            table = ReplacementField().parse(written) if written else {}
            replacement = {**table, mapping.old: mapping.new}
            return contract._replace(options={**contract.options, "replacement": replacement})

        self._change(contracts, add)

    def _require_asked(self, mapping: Mapping) -> None:
        """Refuse a name that nothing imports, unless the whole module is imported somewhere."""
        module, name = split_symbol(mapping.old)
        asked = {symbol for one in self._plan.violations for symbol in one.symbols}
        if not name or module in asked or f"{module}.{name}" in asked or "*" in module:
            return
        names = {
            f"{module}:{symbol.removeprefix(f'{module}.')}"
            for symbol in asked
            if symbol.startswith(f"{module}.")
        }
        if mapping.old not in {one.imported for one in self._plan.violations}:
            raise _refuse(mapping, f"nothing imports {mapping.old}", mapping.old, names, is_listed=True)

    def _require_target(self, mapping: Mapping, contracts: Collection[LoadedContract]) -> None:
        module, name = split_symbol(mapping.new)
        if any(make_deprecation(one.deprecated_modules).covers(module) for one in contracts):
            raise ConfigurationError(f"--what-if {mapping.text!r}: {module} is deprecated itself.")
        if "*" in module:
            return
        analysis = self._analysis
        if not analysis.exists(module):
            names = analysis.importable_names
            raise _refuse(mapping, f"there is no module {module}", module, names)
        name = name or split_symbol(mapping.old)[1]
        if not name or module not in analysis.modules:
            return
        request = self._request
        with TreeDefinitions(
            request.source, analysis, cache=request.cache, jobs=request.jobs
        ) as definitions:
            resolver = definitions.resolver
            if resolver.resolve(module, name).outcome is Outcome.MISSING:
                live = resolver.find_live(module)
                names = {one.name for one in live.symbols.bindings} if live else set()
                raise _refuse(mapping, f"{module} has no {name}", name, names)

    def _change(
        self,
        contracts: Collection[LoadedContract],
        change: Callable[[ContractConfiguration], ContractConfiguration],
    ) -> None:
        ids = {one.id for one in contracts}
        self.configuration = self.configuration._replace(
            contracts=tuple(
                change(one) if one.id in ids else one for one in self.configuration.contracts
            )
        )


def _may_map(contract: LoadedContract, old: str) -> bool:
    """Return whether a contract deprecates something that an entry of `replacement` is about."""
    if old in contract.deprecated_symbols:
        return True
    plain = split_symbol(old)[0].partition("*")[0].rstrip(".")
    expressions = contract.deprecated_modules
    is_below = any(is_within(one.partition("*")[0].rstrip("."), plain) for one in expressions)
    return make_deprecation(expressions).covers(plain) or (is_below and "*" in old)


def _refuse(
    hypothesis: Hypothesis,
    reason: str,
    name: str,
    known: Collection[str],
    *,
    is_listed: bool = False,
) -> ConfigurationError:
    """Return the error about an unknown name, with the nearest known one or all of them."""
    hint = suggest(name, sorted(known)) if is_listed else suggest(name, (), sorted(known))
    return ConfigurationError(f"--what-if {hypothesis.text!r}: {reason}{hint}")
