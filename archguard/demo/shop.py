"""The shop's modules, and the text of each: what it imports, and how."""

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
class Use:
    """What a module takes from the one place where prices (or sessions) come from."""

    module: str
    name: str
    kind: str
    """One of `KINDS`: when the import is executed."""


def features() -> list[str]:
    """The modules that do the shop's work, in the order in which they were written."""
    return [
        f"shop.{area}.{subject}_{aspect}"
        for aspect in _ASPECTS
        for area, subjects in _SUBJECTS.items()
        for subject in subjects.split()
    ]


def packages(modules: Sequence[str]) -> list[str]:
    """The packages that these modules stand in."""
    parents = {module.rpartition(".")[0] for module in modules}
    return sorted(parents | {parent.partition(".")[0] for parent in parents})


def neighbours(module: str, modules: Sequence[str], number: int) -> list[str]:
    """A few modules written before this one, which it imports; the same on every machine."""
    chance = random.Random(module)  # noqa: S311 (nothing secret)
    return sorted(chance.sample(modules[:number], min(number, chance.randint(0, 3))))


def text(module: str, imports: Sequence[str], uses: Sequence[Use]) -> str:
    """The source of a module."""
    name = module.rpartition(".")[2]
    title = name.replace("_", " ").capitalize()
    top = [f"from {one.rpartition('.')[0]} import {one.rpartition('.')[2]}" for one in imports]
    typing = [f"    from {use.module} import {use.name}" for use in uses if use.kind == "type-checking"]
    top += [f"from {use.module} import {use.name}" for use in uses if use.kind == "top-level"]
    top = ["from typing import TYPE_CHECKING", "", *top] if typing else top
    for use in uses:
        if use.kind == "guarded":
            top += ["", "try:", f"    from {use.module} import {use.name}"]
            top += ["except ImportError:", f"    {use.name} = None"]
    if typing:
        top += ["", "if TYPE_CHECKING:", *typing]
    inside = [f"    from {use.module} import {use.name}" for use in uses if use.kind == "function"]
    parts = [
        f'"""{title}, as the shop sees it."""\n\n',
        *(line + "\n" for line in top),
        *("\n" if top else ""),
        f"\ndef {name}(request):\n",
        f'    """The {title.lower()} of a request."""\n',
        *(line + "\n" for line in inside),
        f"    return request.{name}\n",
    ]
    return "".join(parts)
