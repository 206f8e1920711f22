"""The exceptions of contracts: an exception takes effect only if it stands at the base already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.ratchet.contract_line import ContractLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.configuration import Configuration, ContractConfiguration

EXCEPTION_OPTIONS = ("allowed_importers", "ignore_imports")


def use_exceptions_of(base: Configuration, configuration: Configuration) -> Configuration:
    """Return a configuration in which the contracts that `base` has, too, have its exceptions."""
    known = ContractLine(configuration).group(base)
    return configuration._replace(
        contracts=tuple(
            _replace_exceptions(contract, known[contract.id]) if contract.id in known else contract
            for contract in configuration.contracts
        )
    )


def _replace_exceptions(
    contract: ContractConfiguration, earlier: Sequence[ContractConfiguration]
) -> ContractConfiguration:
    options = {key: value for key, value in contract.options.items() if key not in EXCEPTION_OPTIONS}
    for key in EXCEPTION_OPTIONS:
        if values := [base.options[key] for base in earlier if key in base.options]:
            several = [entry for base in earlier for entry in base.strings(key)]
            options[key] = values[0] if len(values) == 1 else several
    return contract if options == contract.options else contract._replace(options=options)
