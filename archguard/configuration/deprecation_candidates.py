"""Modules that look deprecated, by their names and texts: what a first contract could be about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archguard.sources.source import Source

_NAME = re.compile(r"(?:^|_)(?:legacy|old|compat|deprecated|obsolete|v\d+)(?:_|$)")
_TEST = re.compile(r"tests?$|test_|conftest$|.*_test$")
# At the start of a line: in a function, the warning is about the function.
_WARNING = re.compile(
    rb"^(?:\w+\.)?warn\((?:[^()]|\([^()]{0,300}\)){0,600}?DeprecationWarning", re.MULTILINE
)
_DECORATOR = re.compile(rb"^@(?:\w+\.)*deprecated\(", re.MULTILINE)  # PEP 702


class DeprecationCandidate(NamedTuple):
    """A module that looks deprecated, and why."""

    module: str
    reason: str


def find_candidates(source: Source, modules: Mapping[str, str]) -> list[DeprecationCandidate]:
    """Return the modules that look deprecated, sorted by name; for a whole package, only the package.

    Args:
        source: reads the modules.
        modules: the name of each module, and its path.
    """
    reasons = {**_find_in_texts(source, modules), **dict(_find_in_names(modules))}
    return [
        DeprecationCandidate(module, reason)
        for module, reason in sorted(reasons.items())
        if not any(outer in reasons for outer in _list_packages_of(module))
    ]


def _find_in_names(modules: Iterable[str]) -> Iterator[tuple[str, str]]:
    for module in modules:
        *packages, name = module.split(".")
        is_test = any(_TEST.match(part) for part in module.split("."))
        if packages and _NAME.search(name) and not is_test:
            yield module, "its name"


def _find_in_texts(source: Source, modules: Mapping[str, str]) -> dict[str, str]:
    reasons = {}
    names = [name for name in modules if not any(_TEST.match(part) for part in name.split("."))]
    contents = source.read([modules[name] for name in names])
    for name, content in zip(names, contents, strict=True):
        if not isinstance(content, bytes) or b"eprecat" not in content:
            continue
        if _WARNING.search(content):
            reasons[name] = "warns when it is imported"
        elif definitions := len(_DECORATOR.findall(content)):
            reasons[name] = f"{format_count(definitions, 'definition')} marked @deprecated"
    return reasons


def _list_packages_of(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module
