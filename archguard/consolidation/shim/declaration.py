"""How type checkers see a name that only leads to another one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.shim.signature import write_signature
from archguard.definitions.model import Outcome
from archguard.graph.parsing.decoding import decode_leniently

if TYPE_CHECKING:
    from archguard.consolidation.shim.module_names import LeadingName
    from archguard.definitions.model import Definition
    from archguard.definitions.resolver import Resolver
    from archguard.sources.source import Source

_PLAIN_BASES = ("Enum", "Flag", "Protocol", "Generic")
"""A class of such a base means something else to type checkers if it is derived from."""


class DeclarationKind(StrEnum):
    """By which statement a name is declared."""

    CLASS = "class"
    FUNCTION = "function"
    IMPORT = "import"
    """What no decorator can mark: a value, a module, a class that cannot be derived from."""


class Declaration(NamedTuple):
    """How a name is declared."""

    kind: DeclarationKind
    signature: str = ""
    """Of a function."""


class DeclarationFinder:
    """Finds out how names can be declared so that they are marked as deprecated."""

    def __init__(self, resolver: Resolver, source: Source) -> None:
        """Read nothing yet."""
        self._resolver = resolver
        self._source = source

    def find(self, leading: LeadingName) -> Declaration:
        """Return how a name is declared.

        Raises:
            WorkerError: no child process can be started to read a module.
        """
        definition = self._find_definition(leading)
        if definition is None or leading.for_types_only:
            return Declaration(DeclarationKind.IMPORT)
        if not definition.is_class:
            return Declaration(DeclarationKind.FUNCTION, write_signature(self._read(definition)))
        is_plain = any("[" in base or base.endswith(_PLAIN_BASES) for base in definition.bases)
        is_final = any(name.rpartition(".")[2] == "final" for name in definition.decorators)
        is_generic = f"class {definition.name}[" in self._read(definition)
        if is_plain or is_final or is_generic:
            return Declaration(DeclarationKind.IMPORT)
        return Declaration(DeclarationKind.CLASS)

    def _find_definition(self, leading: LeadingName) -> Definition | None:
        if not leading.home_name:
            return None
        resolution = self._resolver.resolve(leading.home, leading.home_name)
        if resolution.outcome is not Outcome.DEFINITION:
            return None
        live = self._resolver.find_live(resolution.target.partition(":")[0])
        return live.definitions_by_id.get(resolution.definition or "") if live is not None else None

    def _read(self, definition: Definition) -> str:
        """Return the text of a definition; empty if its file cannot be read."""
        live = self._resolver.find_live(definition.module)
        if live is None:
            return ""
        (content,) = self._source.read([live.symbols.path])
        if not isinstance(content, bytes):
            return ""
        lines = decode_leniently(content).splitlines(keepends=True)
        return "".join(lines[definition.start_line - 1 : definition.end_line])
