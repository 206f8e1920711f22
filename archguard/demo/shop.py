"""The shop's modules, and the source text of each."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SUBJECTS = {
    "accounts": "account address consent customer login membership password profile",
    "analytics": "audience cohort dashboard event funnel goal segment visit",
    "billing": "credit dunning fee invoice ledger receipt refund tax",
    "cart": "basket bundle coupon line merge quantity saved_cart wishlist",
    "catalog": "attribute brand category collection image product review variant",
    "checkout": "confirmation contact delivery_choice gift payment_choice step summary terms",
    "inventory": "count location movement pallet reservation stock supplier warehouse",
    "mail": "bounce campaign digest layout newsletter notice sender template",
    "orders": "amendment cancellation fulfilment history order order_line return_request status",
    "payments": "authorisation capture card chargeback mandate payout provider transaction",
    "reports": "daily_sales export margin monthly_sales revenue stock_value tax_report top_products",
    "search": "autocomplete facet filter index query ranking suggestion synonym",
    "shipping": "carrier label parcel pickup quote rate tracking zone",
}
_ASPECTS = ("models", "forms", "services", "tasks")
KINDS = ("top-level", "top-level", "top-level", "function", "type-checking", "guarded")


@dataclass(frozen=True, slots=True)
class ImportedName:
    """A name that a module imports from an old or a new module."""

    module: str
    name: str
    kind: str
    """One of `KINDS`."""


def list_features() -> list[str]:
    """Return the modules that users of the shop need, in the order in which they are added."""
    return [
        f"shop.{area}.{subject}_{aspect}"
        for aspect in _ASPECTS
        for area, subjects in _SUBJECTS.items()
        for subject in subjects.split()
    ]


def list_packages(modules: Sequence[str]) -> list[str]:
    """Return the packages that contain some modules."""
    parents = {module.rpartition(".")[0] for module in modules}
    return sorted(parents | {parent.partition(".")[0] for parent in parents})


def choose_neighbours(module: str, modules: Sequence[str], count: int) -> list[str]:
    """Return a few of the first `count` modules, which a module imports; the same on every machine."""
    rng = random.Random(module)  # noqa: S311 (no secret)
    return sorted(rng.sample(modules[:count], min(count, rng.randint(0, 3))))


def render_provider(module: str, names: Sequence[str]) -> str:
    """Return the source text of a module that defines functions for others."""
    title = module.rpartition(".")[2].replace("_", " ").capitalize()
    functions = [
        f'\n\ndef {name}(request):\n    """The {name.removesuffix("_of")} of a request."""\n'
        f"    return request.{name.removesuffix('_of')}\n"
        for name in names
    ]
    return f'"""{title}, as the shop sees it."""\n{"".join(functions)}'


def render_module(module: str, imports: Sequence[str], names: Sequence[ImportedName]) -> str:
    """Return the source text of a module.

    Args:
        module: its name.
        imports: the neighbours that it imports.
        names: what else it imports, each in a statement of its kind.
    """
    function = module.rpartition(".")[2]
    title = function.replace("_", " ").capitalize()
    top = [f"from {name.rpartition('.')[0]} import {name.rpartition('.')[2]}" for name in imports]
    typing = [f"    {_statement(name)}" for name in names if name.kind == "type-checking"]
    top += [_statement(name) for name in names if name.kind == "top-level"]
    top = ["from typing import TYPE_CHECKING", "", *top] if typing else top
    for name in names:
        if name.kind == "guarded":
            top += ["", "try:", f"    {_statement(name)}"]
            top += ["except ImportError:", f"    {name.name} = None"]
    if typing:
        top += ["", "if TYPE_CHECKING:", *typing]
    inside = [f"    {_statement(name)}" for name in names if name.kind == "function"]
    parts = [
        f'"""{title}, as the shop sees it."""\n\n',
        *(line + "\n" for line in top),
        *("\n" if top else ""),
        f"\ndef {function}(request):\n",
        f'    """The {title.lower()} of a request."""\n',
        *(line + "\n" for line in inside),
        f"    return request.{function}\n",
    ]
    return "".join(parts)


def _statement(name: ImportedName) -> str:
    return f"from {name.module} import {name.name}"
