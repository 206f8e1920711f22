"""The exceptions of contracts: an exception takes effect only if it stands at the base already.

Exceptions are compared by the imports that they cover. So a comment of the base stands for the imports
that it covers there, under the names that they have now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.covering_exception import COMMENT
from archguard.configuration.contract_exception import EXCEPTION_LISTS, ContractException
from archguard.ratchet.contract_line import ContractLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set

    from archguard.checking.report import Report
    from archguard.configuration import Configuration, ContractConfiguration

    Comments = Mapping[str, Set[ContractException]]
    """By contract, the imports that comments cover."""


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


def have_same_exceptions(contract: ContractConfiguration, other: ContractConfiguration) -> bool:
    """Return whether two contracts list the same exceptions, whatever reasons they give."""
    if any(contract.options.get(name) != other.options.get(name) for name in EXCEPTION_LISTS):
        return False
    first, second = (
        {(one.importer, one.imported, one.until) for one in each.exceptions}
        for each in (contract, other)
    )
    return first == second


def list_comments(report: Report | None, rename: Callable[[str], str] = str) -> Comments:
    """Return what the comments in a tree cover.

    Args:
        report: the report of the tree; None if there is none.
        rename: returns the name that a module of the tree has now.
    """
    return {
        contract.id: {
            ContractException(rename(one.importer), rename(one.imported))
            for one in contract.exceptions
            if one.source == COMMENT
        }
        for contract in (report.contracts if report else ())
    }


def use_comments(
    configuration: Configuration, comments: Comments, find_id: Callable[[str], str | None]
) -> Configuration:
    """Return a configuration in which contracts have the comments of another tree, not of their own.

    Args:
        configuration: the configuration.
        comments: by contract. One that is missing here reads the comments of its own tree.
        find_id: returns the id by which `comments` knows a contract.
    """
    return configuration._replace(
        contracts=tuple(
            contract._replace(
                exceptions=(*contract.exceptions, *sorted(comments[name])), reads_comments=False
            )
            if (name := find_id(contract.id)) in comments and name is not None
            else contract
            for contract in configuration.contracts
        )
    )


def _replace_exceptions(
    contract: ContractConfiguration, earlier: Sequence[ContractConfiguration]
) -> ContractConfiguration:
    options = {key: value for key, value in contract.options.items() if key not in EXCEPTION_LISTS}
    for key in EXCEPTION_LISTS:
        if values := [base.options[key] for base in earlier if key in base.options]:
            several = [entry for base in earlier for entry in base.strings(key)]
            options[key] = values[0] if len(values) == 1 else several
    exceptions = tuple(one for base in earlier for one in base.exceptions)
    if (options, exceptions) == (contract.options, contract.exceptions):
        return contract
    return contract._replace(options=options, exceptions=exceptions)
