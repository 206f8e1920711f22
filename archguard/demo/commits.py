"""The commits of a year: importers of the old modules multiply, then a contract brings them to zero.

The number of importers follows tables of (commit, importers), with straight lines in between, so that
what the dashboard shows can be checked against them.
"""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from archguard.demo import shop
from archguard.demo.shop import KINDS, ImportedName
from archguard.sources.source import module_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PROJECT = "shop"
COMMITS = 120
DAYS = 365
FIRST_FEATURES = 297
"""How many modules the first commit has; each further commit adds one."""
CANONICAL, SESSIONS = "shop.pricing.price_engine", "shop.accounts.sessions"
ENGINES = (
    "shop.pricing.legacy_prices",
    "shop.checkout.price_calculator",
    "shop.orders.price_helpers",
    "shop.catalog.price_engine_v2",
    "shop.reports.price_utils",
)
STORES = ("shop.web.session_store", "shop.web.legacy_login")
LOGIN = "login_of"
"""A name that the old stores have, and the accounts' sessions lack."""
PROVIDED = {
    **dict.fromkeys(ENGINES, ("price_of",)),
    **dict.fromkeys(STORES, ("session_of", LOGIN)),
    CANONICAL: ("price_of",),
    SESSIONS: ("session_of",),
}
"""What the old and the new modules define."""
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
"""Commit -> the module that it deletes; the first two are still imported then."""
DRAFT = "shop/reports/price_forecast_draft.py"
DRAFT_FROM, DRAFT_TO = 60, 68
GIFT_CARD = "shop.cart.gift_card"
"""The module that the pull request adds."""
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
    """A commit, and the files that it changes."""

    subject: str
    at: datetime.datetime
    files: Mapping[str, str | None]
    """Path -> content; None if the file is deleted."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A change to the last commit, on a branch of its own."""

    number: int
    branch: str
    commit: Commit


def count_importers(curve: Sequence[tuple[int, int]], number: int) -> int:
    """Return how many importers there are at a commit."""
    for (start, low), (end, high) in pairwise(curve):
        if start <= number <= end:
            return low + (high - low) * (number - start) // (end - start)
    raise ValueError(number)


def render_configuration(today: datetime.date) -> str:
    """Return the contract file; the second contract's deadline is 75 days from today."""
    return _CONFIGURATION.format(
        engines=", ".join(f'"{module}"' for module in ENGINES),
        stores=", ".join(f'"{module}"' for module in STORES),
        canonical=CANONICAL,
        sessions=SESSIONS,
        deadline=today + datetime.timedelta(days=75),
    )


def generate_commits(today: datetime.date) -> Iterator[Commit]:
    """Yield the commits of the year that ends today, oldest first."""
    midnight = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
    previous: dict[str, str] = {}
    for number, tree in enumerate(_generate_trees(today)):
        changed: dict[str, str | None] = {
            path: text for path, text in tree.items() if previous.get(path) != text
        }
        changed |= dict.fromkeys(previous.keys() - tree.keys())
        age = datetime.timedelta(days=DAYS * (LAST - number) / LAST)
        yield Commit(_SUBJECTS.get(number) or _write_subject(number), midnight - age, changed)
        previous = tree


def generate_pull_request(year: Sequence[Commit]) -> PullRequest:
    """Return a change to the year's end that imports an old engine once more, and a store once less."""
    tree: dict[str, str | None] = {}
    for commit in year:
        tree |= commit.files
    path, text = next(
        (path, text)
        for path, text in sorted(tree.items())
        if text is not None and f"from {STORES[0]} import session_of" in text
    )
    old_price = ImportedName(ENGINES[0], "price_of", KINDS[0])
    gift_card = shop.render_module(GIFT_CARD, [CANONICAL], [old_price])
    files = {
        module_file(GIFT_CARD): gift_card,
        path: text.replace(f"from {STORES[0]} import", f"from {SESSIONS} import"),
    }
    return PullRequest(128, "gift-cards", Commit("Gift cards have a price", year[-1].at, files))


def _generate_trees(today: datetime.date) -> Iterator[dict[str, str]]:
    """Yield the files of each commit: path -> text."""
    features = shop.list_features()
    price_users, session_users = (
        features[: FIRST_FEATURES // 2],
        features[FIRST_FEATURES // 2 : FIRST_FEATURES],
    )
    prices = _generate_imports(PRICES, price_users, ENGINES, "price_of", CANONICAL)
    logins = _generate_imports(LOGINS, session_users, STORES, "session_of", SESSIONS)
    for number, imports in enumerate(zip(prices, logins, strict=True)):
        deleted = {module for at, module in DELETED.items() if number >= at}
        providers = [
            module for module in (*ENGINES, *STORES, CANONICAL, SESSIONS) if module not in deleted
        ]
        existing = features[: FIRST_FEATURES + number]
        tree = {
            module_file(package, is_package=True): ""
            for package in shop.list_packages([*existing, *providers])
        }
        tree |= {
            module_file(module): shop.render_provider(module, PROVIDED[module]) for module in providers
        }
        for position, module in enumerate(existing):
            names = [imported[module] for imported in imports if module in imported]
            neighbours = shop.choose_neighbours(module, features, position)
            tree[module_file(module)] = shop.render_module(module, neighbours, names)
        if DRAFT_FROM <= number < DRAFT_TO:
            tree[DRAFT] = f"from {ENGINES[-1]} import price_of\n\ndef forecast(:\n"
        if number >= CONTRACT_AT:
            tree["pyproject.toml"] = render_configuration(today)
        yield tree


def _generate_imports(
    curve: Sequence[tuple[int, int]], users: Sequence[str], old: Sequence[str], name: str, new: str
) -> Iterator[dict[str, ImportedName]]:
    """Yield for each commit which modules import a name, and from where.

    Args:
        curve: how many modules import it from an old module at each commit.
        users: the modules that may import it.
        old: the modules that provide it first.
        name: the name.
        new: the module that provides it to those that leave an old one.
    """
    rng = random.Random(name)  # noqa: S311 (no secret; the same on every machine)
    unused = rng.sample(list(users), len(users))
    importing: list[str] = []
    moved: list[str] = []
    imports: dict[str, ImportedName] = {}
    for number in range(COMMITS):
        importers = count_importers(curve, number)
        while len(importing) < importers:
            module = moved.pop() if number == REVERTED_AT else unused.pop()
            importing.append(module)
            kind = imports[module].kind if module in imports else rng.choice(KINDS)
            imports[module] = ImportedName(old[len(module) % len(old)], _choose_name(module, name), kind)
        while len(importing) > importers:
            module = importing.pop(rng.randrange(len(importing)))
            moved.append(module)
            imports[module] = ImportedName(new, name, imports[module].kind)
        yield dict(imports)


def _choose_name(module: str, name: str) -> str:
    """Return what a module asks an old one for: some need what the new one does not have."""
    return LOGIN if name == "session_of" and len(module) % 3 == 0 else name


def _write_subject(number: int) -> str:
    if number in DELETED:
        return f"{DELETED[number]} is deleted"
    _, area, name = shop.list_features()[FIRST_FEATURES + number - 1].split(".")
    return f"{area}: {name.replace('_', ' ')}".capitalize()
