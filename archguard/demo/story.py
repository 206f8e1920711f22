"""A year of the shop: duplicates multiply, a contract is made, the count falls, comes back, is sealed.

The curves are tables of (commit, importers), straight in between: what the dashboard shows can be
checked against them.
"""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from archguard.demo import shop
from archguard.demo.shop import KINDS, Use
from archguard.sources.source import module_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PROJECT = "shop"
COMMITS = 120
YEAR = 365
FIRST_FEATURES = 297
"""How many modules the shop begins with; each commit adds one."""
CANONICAL, SESSIONS = "shop.pricing.price_engine", "shop.accounts.sessions"
ENGINES = (
    "shop.pricing.legacy_prices",
    "shop.checkout.price_calculator",
    "shop.orders.price_helpers",
    "shop.catalog.price_engine_v2",
    "shop.reports.price_utils",
)
STORES = ("shop.web.session_store", "shop.web.legacy_login")
LAST = COMMITS - 1
PRICES = (
    *((0, 6), (14, 24), (30, 66), (42, 84), (50, 84), (56, 71), (70, 66), (82, 31)),
    *((93, 13), (94, 6), (97, 6), (98, 13), (102, 9), (108, 0), (LAST, 0)),
)
LOGINS = ((0, 12), (30, 40), (58, 47), (72, 44), (90, 33), (104, 24), (LAST, 13))
CONTRACT_AT = 46
MOVED_AT, REVERTED_AT = 94, 98
DELETED = {
    86: "shop.reports.price_utils",
    104: "shop.web.legacy_login",
    **dict(zip(range(110, 114), ENGINES, strict=False)),
}
"""Which module is deleted when; the first two while something still imports them."""
DRAFT = "shop/reports/price_forecast_draft.py"
DRAFT_FROM, DRAFT_TO = 60, 68
_MOVE = "Seven more modules take prices from the engine"
_SUBJECTS = {
    0: "The shop, as it was found",
    CONTRACT_AT: "One price engine: a contract says which",
    DRAFT_FROM: "A draft of the price forecast, not finished",
    DRAFT_TO: "The draft of the price forecast is gone",
    MOVED_AT: _MOVE,
    REVERTED_AT: f'Revert "{_MOVE}"',
    108: "The last import of an old price engine is gone",
}
_CONFIGURATION = """\
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "one-price-engine"
name = "Prices come from one engine"
type = "deprecated"
deprecated_modules = [{engines}]
replacement = "{canonical}"
owner = "@pricing-team"

[[tool.importlinter.contracts]]
id = "one-login"
name = "Sessions come from the accounts"
type = "deprecated"
deprecated_modules = [{stores}]
replacement = "{sessions}"
owner = "@web-team"
deadline = {deadline}
"""


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit changes."""

    subject: str
    at: datetime.datetime
    files: Mapping[str, str | None]
    """Path -> content; None: deleted."""


def height(curve: Sequence[tuple[int, int]], number: int) -> int:
    """How many importers there are at a commit."""
    for (start, low), (end, high) in pairwise(curve):
        if start <= number <= end:
            return low + (high - low) * (number - start) // (end - start)
    raise ValueError(number)


def configuration(today: datetime.date) -> str:
    """The contracts; the second one's deadline is still to come."""
    return _CONFIGURATION.format(
        engines=", ".join(f'"{one}"' for one in ENGINES),
        stores=", ".join(f'"{one}"' for one in STORES),
        canonical=CANONICAL,
        sessions=SESSIONS,
        deadline=today + datetime.timedelta(days=75),
    )


def commits(today: datetime.date) -> Iterator[Commit]:
    """The year that ends today, oldest commit first."""
    midnight = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
    before: dict[str, str] = {}
    for number, tree in enumerate(_trees(today)):
        changed: dict[str, str | None] = {p: t for p, t in tree.items() if before.get(p) != t}
        changed |= dict.fromkeys(before.keys() - tree.keys())
        back = datetime.timedelta(days=YEAR * (LAST - number) / LAST)
        yield Commit(_SUBJECTS.get(number) or _subject(number), midnight - back, changed)
        before = tree


def _trees(today: datetime.date) -> Iterator[dict[str, str]]:
    features = shop.features()
    pricing, login = features[: FIRST_FEATURES // 2], features[FIRST_FEATURES // 2 : FIRST_FEATURES]
    prices = _users(PRICES, pricing, ENGINES, "price_of", CANONICAL)
    logins = _users(LOGINS, login, STORES, "session_of", SESSIONS)
    for number, users in enumerate(zip(prices, logins, strict=True)):
        gone = {module for at, module in DELETED.items() if number >= at}
        old = [one for one in (*ENGINES, *STORES, CANONICAL, SESSIONS) if one not in gone]
        there = features[: FIRST_FEATURES + number]
        tree = {_path(package, "__init__"): "" for package in shop.packages([*there, *old])}
        tree |= {_path(module): shop.text(module, (), ()) for module in old}
        for place, module in enumerate(there):
            uses = [one[module] for one in users if module in one]
            tree[_path(module)] = shop.text(module, shop.neighbours(module, features, place), uses)
        if DRAFT_FROM <= number < DRAFT_TO:
            tree[DRAFT] = f"from {ENGINES[-1]} import price_of\n\ndef forecast(:\n"
        if number >= CONTRACT_AT:
            tree["pyproject.toml"] = configuration(today)
        yield tree


def _users(
    curve: Sequence[tuple[int, int]], order: Sequence[str], old: Sequence[str], name: str, new: str
) -> Iterator[dict[str, Use]]:
    """Who takes a thing from where, commit by commit: from the new module who leaves an old one."""
    chance = random.Random(name)  # noqa: S311 (a story, the same on every machine)
    fresh = chance.sample(list(order), len(order))
    using: list[str] = []
    left: list[str] = []
    uses: dict[str, Use] = {}
    for number in range(COMMITS):
        wanted = height(curve, number)
        while len(using) < wanted:
            module = left.pop() if number == REVERTED_AT else fresh.pop()
            using.append(module)
            kind = uses[module].kind if module in uses else chance.choice(KINDS)
            uses[module] = Use(old[len(module) % len(old)], name, kind)
        while len(using) > wanted:
            module = using.pop(chance.randrange(len(using)))
            left.append(module)
            uses[module] = Use(new, name, uses[module].kind)
        yield dict(uses)


def _path(*module: str) -> str:
    return module_file(".".join(module))


def _subject(number: int) -> str:
    if number in DELETED:
        return f"{DELETED[number]} is deleted"
    _, area, name = shop.features()[FIRST_FEATURES + number - 1].split(".")
    return f"{area}: {name.replace('_', ' ')}".capitalize()
