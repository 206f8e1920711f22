"""The exceptions of contracts: an exception takes effect only if it stands at the base already."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archguard.configuration import Configuration, ContractConfiguration

EXCEPTION_OPTIONS = ("allowed_importers", "ignore_imports")


def use_exceptions_of(base: Configuration, configuration: Configuration) -> Configuration:
    """Return a configuration in which the contracts that `base` has, too, have its exceptions."""
    known = {contract.id: contract for contract in base.contracts}
    return configuration._replace(
        contracts=tuple(
            _replace_exceptions(contract, known[contract.id]) if contract.id in known else contract
            for contract in configuration.contracts
        )
    )


def _replace_exceptions(
    contract: ContractConfiguration, base: ContractConfiguration
) -> ContractConfiguration:
    options = {key: value for key, value in contract.options.items() if key not in EXCEPTION_OPTIONS} | {
        key: base.options[key] for key in EXCEPTION_OPTIONS if key in base.options
    }
    return contract if options == contract.options else contract._replace(options=options)
