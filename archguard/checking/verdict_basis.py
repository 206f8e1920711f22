"""What verdicts about deprecated modules rest on, besides the configuration and the names of modules.

Two trees in which it is the same have the same violations, so one of them need not be judged.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from archguard.contract_types.registry import list_deprecated_modules, list_deprecated_symbols

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.configuration import Configuration
    from archguard.graph.discovery import Discovery
    from archguard.graph.model import Analysis, RawComment, RawImport

COMMENT = "comment"
"""Stands for any comment that asks for an exception: what it covers depends on lines."""
Statement = tuple[str, ...]
"""What a statement says of deprecated modules, wherever it stands: its sort, the name, and how."""


class VerdictBasis(NamedTuple):
    """What in the files of a tree verdicts about deprecated modules rest on."""

    statements: Mapping[str, frozenset[Statement]]
    """By module; those that say nothing of deprecated modules are left out."""
    consulted: frozenset[str]
    """The modules that were asked which names they bind."""
    shape: str
    """A hash of all modules and of what cannot be one: see `hash_shape`."""

    def list_asked(self) -> set[str]:
        """Return the names of which it matters whether a module has them."""
        names = {words[1] for lines in self.statements.values() for words in lines if words[1:]}
        return {*names, *(name.rpartition(".")[0] for name in names), *self.consulted}

    def to_json(self) -> dict[str, object]:
        """Return it as values that JSON can hold."""
        statements = {module: sorted(lines) for module, lines in self.statements.items()}
        return {
            "statements": statements,
            "consulted": sorted(self.consulted),
            "shape": self.shape,
        }

    @classmethod
    def from_json(
        cls, statements: Mapping[str, Sequence[Sequence[str]]], consulted: Sequence[str], shape: str
    ) -> VerdictBasis:
        """Return what `to_json` wrote."""
        return cls(
            {module: frozenset(map(tuple, lines)) for module, lines in statements.items()},
            frozenset(consulted),
            shape,
        )


def hash_shape(discovery: Discovery) -> str:
    """Return a hash of the names, paths and places of a tree's modules, and of what cannot be one."""
    lists = (discovery.roots, discovery.modules.values(), discovery.unread, sorted(discovery.foreign))
    text = json.dumps([[*each] for each in lists] + [sorted(discovery.namespaces)])
    return hashlib.sha256(text.encode()).hexdigest()


def make_basis(
    analysis: Analysis, configuration: Configuration, discovery: Discovery
) -> VerdictBasis | None:
    """Return the basis of the verdicts on a tree that has been judged.

    None if a contract is about other imports, too, or if anything else decides what an import asks for.
    """
    if configuration.flag("include_external_packages") or not all(
        list_deprecated_modules(contract) and not list_deprecated_symbols(contract)
        for contract in configuration.contracts
    ):
        return None
    deprecated_imports = analysis.deprecated_imports
    raw = deprecated_imports.list_concerned()
    references: dict[str, list[tuple[str, str]]] = {}
    for reference in analysis.references:
        references.setdefault(reference.module, []).append((reference.name, str(reference.kind)))
    return VerdictBasis(
        {
            module: describe_statements(
                raw.get(module, ()),
                references.get(module, ()),
                analysis.kinds.get(module, {}),
                analysis.comments.get(module, ()),
            )
            for module in {*raw, *references, *analysis.comments}
            if module
        },
        frozenset(deprecated_imports.list_consulted()),
        hash_shape(discovery),
    )


def describe_statements(
    imports: Iterable[RawImport],
    references: Iterable[tuple[str, str]],
    kinds: Mapping[int, str],
    comments: Iterable[RawComment],
) -> frozenset[Statement]:
    """Return what one module's statements say of deprecated modules.

    Args:
        imports: those that may concern one.
        references: the names of deprecated modules besides them, and how each is used.
        kinds: by line, the kinds of imports, where they were looked for.
        comments: the comments that ask for an exception.
    """
    return frozenset(
        {
            *(
                ("import", name, "lazy" * lazy, "from" * is_from, str(kinds.get(line, "")))
                for name, line, lazy, is_from in imports
            ),
            *(("reference", name, kind) for name, kind in references),
            *((COMMENT,) for _ in comments),
        }
    )
