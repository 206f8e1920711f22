"""What modules define, and what their names lead to, as immutable values.

A definition's id is `module:QualName` with Python's `<locals>`. A later statement of the same id in the
same module is `id#2`, the next one `id#3`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class BindingKind(StrEnum):
    """By what kind of statement a module binds a name."""

    CLASS = "class"
    FUNCTION = "function"
    VALUE = "value"
    """Anything else that is made here: an assignment, a loop's variable, a `type` statement."""
    ALIAS = "alias"
    """`X = Y` or `X = module.Y`."""
    FROM_IMPORT = "from-import"
    IMPORT = "import"
    STAR = "star"
    """`from base import *`; the binding's name is `*`."""
    DELETED = "deleted"
    """`del X`, or the end of `except E as X`: the name is no longer bound."""


class Branch(StrEnum):
    """In which part of a `try` statement a binding stands."""

    TRY = "try"
    """Also a `with` statement that suppresses ImportError."""
    EXCEPT = "except"
    """The first handler that catches ImportError."""
    UNUSED = "unused"
    """Another handler: no failing import leads there."""
    ELSE = "else"
    FINALLY = "finally"


class Binding(NamedTuple):
    """One statement at module scope that binds a name, or removes it.

    A module's bindings are in the order of its text; of those that are in force the last one counts.
    Names that functions declare as `global` come first.
    """

    name: str
    kind: BindingKind
    line: int
    target: str = ""
    """A class or function: its statement's id. An alias: the right side as written. A from-import:
    `base:item`. An import: the module that the name is bound to; of `import a.b.c`, which binds `a`, it
    is `a:b.c`. A star: its base. Bases are absolute; empty where a relative one leaves the top-level
    package.
    """
    is_type_checking: bool = False
    """Whether it stands under `if TYPE_CHECKING`, so that it does not exist at run time."""
    branches: tuple[tuple[int, Branch], ...] = ()
    """The `try` statements around it, from outside: each one's number in the module, and the part."""


class Method(NamedTuple):
    """A function that stands directly in a class, also in an `if` or `try` there."""

    name: str
    line: int
    start_line: int
    """Where its first decorator stands, or `line`."""
    end_line: int
    decorators: tuple[str, ...]
    """As written, without the `@`."""
    has_body: bool
    """Whether it does more than a docstring, `pass`, `...` or `raise NotImplementedError`."""


class Definition(NamedTuple):
    """A class statement at any depth, or the statement of a function at module scope."""

    id: str
    """`module:QualName`, the same for all statements that define it."""
    number: int
    """1 for the first statement of this id in the module."""
    is_class: bool
    line: int
    """Where `class` or `def` stands."""
    start_line: int
    """Where its first decorator stands, or `line`."""
    end_line: int
    bases: tuple[str, ...]
    """A class's bases as written; `Resolver.resolve_bases` says what they are."""
    keywords: tuple[str, ...]
    """A class's keyword arguments as written: `metaclass=ABCMeta`."""
    decorators: tuple[str, ...]
    """As written, without the `@`."""
    methods: tuple[Method, ...]
    returns: str
    """A function's return annotation as written; empty if it has none."""
    is_type_checking: bool
    """Whether it stands under `if TYPE_CHECKING`."""
    is_fallback: bool
    """Whether it stands in an `except` that catches ImportError."""
    has_state: bool = False
    """Whether a class that could be an interface has methods that assign attributes of their object.

    Looked for only where at least half of the methods have no body.
    """

    @property
    def statement(self) -> str:
        """The id of this statement: `id`, or `id#2` for the second one."""
        return self.id if self.number == 1 else f"{self.id}#{self.number}"

    @property
    def module(self) -> str:
        """The module that it stands in."""
        return self.id.partition(":")[0]

    @property
    def qualified_name(self) -> str:
        """Its name with the classes and functions around it: `Outer.Inner`, `make.<locals>.Inner`."""
        return self.id.partition(":")[2]

    @property
    def name(self) -> str:
        """Its own name."""
        return self.qualified_name.rpartition(".")[2]

    @property
    def is_top_level(self) -> bool:
        """Whether it stands in no class or function."""
        return "." not in self.qualified_name


class ModuleSymbols(NamedTuple):
    """What the text of one module says, whichever other modules exist."""

    name: str
    path: str
    is_package: bool
    bindings: tuple[Binding, ...]
    definitions: tuple[Definition, ...]
    """The classes at any depth and the functions at module scope, in the order of the text."""
    exported: tuple[str, ...] | None = None
    """The literal strings of `__all__`; None if there is no `__all__`."""
    exports_computed: bool = False
    """Whether `__all__` holds more than these strings."""
    is_open: bool = False
    """Whether it may have names that its text does not show, for example by `__getattr__`."""


class UnreadModule(NamedTuple):
    """A module whose symbols are not known."""

    module: str
    path: str
    reason: str
    line: int | None = None
    """Where the syntax error is, if that is the reason."""


class Outcome(StrEnum):
    """What a name leads to."""

    DEFINITION = "definition"
    """A class, function or value of a module of the tree."""
    MODULE = "module"
    OUTSIDE = "outside"
    """Something outside the roots."""
    MISSING = "missing"
    """Nothing: a module on the way does not exist, or does not bind the name."""
    UNDECIDED = "undecided"
    """Nobody can know without running the code: `Resolution.reason` says why."""
    PASSED = "passed"
    """A name that the walk looks for, so that it goes no further: see `PassingWalk`."""


class Hop(NamedTuple):
    """One binding on the way from a name to its definition."""

    module: str
    name: str
    kind: BindingKind
    line: int

    @property
    def symbol(self) -> str:
        """The place as `module:Name`."""
        return f"{self.module}:{self.name}"


class Resolution(NamedTuple):
    """What (module, name) leads to."""

    outcome: Outcome
    target: str
    """The statement's id of a definition (`module:Name` of a value), the name of a module, or of
    something outside (`base:item`, or a module's name); empty if it is missing or undecided.
    """
    hops: tuple[Hop, ...] = ()
    """The bindings passed, from the name that was asked for to the definition's own."""
    reason: str = ""
    """In a sentence, why it is missing or undecided."""
    needs_type_checking: bool = False
    """Whether one of the bindings passed stands under `if TYPE_CHECKING`."""
    unread: str = ""
    """A module that cannot be read and could change the answer; empty if there is none."""

    @property
    def definition(self) -> str | None:
        """The id of the definition that it leads to, without the number of its statement."""
        return self.target.partition("#")[0] if self.outcome is Outcome.DEFINITION else None


class Importer(NamedTuple):
    """A module that imports a definition by a `from` statement."""

    module: str
    path: str
    """The way as written, relative bases resolved: `module:Name`."""
    line: int
    """Where the first such statement begins."""
