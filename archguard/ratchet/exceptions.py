"""The exceptions of contracts: an exception takes effect only if it stands at the base already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.ratchet.contract_line import ContractLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.configuration import Configuration, ContractConfiguration

EXCEPTION_OPTIONS = ("allowed_importers", "ignore_imports")


def use_exceptions_of(base: Configuration, configuration: Configuration) -> Configuration:
    """Return a configuration in which the contracts that `base` has, too, have its exceptions.

    One that the base has with another type is another rule: the base's exceptions mean nothing for it.
    """
    known = ContractLine(configuration).group(base)
    contracts = []
    for contract in configuration.contracts:
        earlier = [old for old in known.get(contract.id, ()) if old.type == contract.type]
        contracts.append(_replace_exceptions(contract, earlier) if earlier else contract)
    return configuration._replace(contracts=tuple(contracts))


def _replace_exceptions(
    contract: ContractConfiguration, earlier: Sequence[ContractConfiguration]
) -> ContractConfiguration:
    options = {key: value for key, value in contract.options.items() if key not in EXCEPTION_OPTIONS}
    for key in EXCEPTION_OPTIONS:
        if values := [base.options[key] for base in earlier if key in base.options]:
            several = [entry for base in earlier for entry in base.strings(key)]
            options[key] = values[0] if len(values) == 1 else several
    return contract if options == contract.options else contract._replace(options=options)
