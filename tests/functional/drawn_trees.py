"""Draw trees of packages that bind names, and contracts that deprecate some of their modules."""

from __future__ import annotations

from hypothesis import strategies as st

MODULES = ("p.user", "p.other.user", "p.old", "p.old.x", "p.old.y", "p.old.deep.z", "p.engine", "p.ns.x")
PACKAGES = ("p", "p.old", "p.old.deep", "p.other", "p.ns")
ITEMS = ("x", "y", "deep", "engine", "old", "Klass", "*")
BINDINGS = (
    "Klass = 1",
    "x = 1",
    "from .engine import engine",
    "from . import x",
    "from .x import *",
    "from p.user import *",
    "from p.elsewhere import engine",
    "__all__ = ['x', 'Klass', 'engine']",
    "def __getattr__(name): ...",
)
EXPRESSIONS = ("p.old", "p.old.x", "p.old.*", "p.old.**", "p.*.x", "p.engine", "p.ns.x", "p.old.deep")
PLAIN = tuple(expression for expression in EXPRESSIONS if "*" not in expression)

_bases = st.sampled_from([*MODULES, *PACKAGES])
_from_imports = st.builds(
    lambda base, item: f"from {base} import {item}", _bases, st.sampled_from(ITEMS)
)
_plain_imports = st.builds(lambda name: f"import {name}", _bases)
_plain_statements = st.lists(_plain_imports, max_size=4).map("\n".join)
_statements = st.lists(st.one_of(_from_imports, _plain_imports), max_size=4).map("\n".join)


def _make_path(module: str, *, is_package: bool) -> str:
    return f"{module.replace('.', '/')}{'/__init__' if is_package else ''}.py"


@st.composite
def trees(draw: st.DrawFn, bindings: tuple[str, ...] = BINDINGS) -> dict[str, str]:
    """Draw a tree: modules with imports, packages with and without `__init__.py` that bind names."""
    files = {
        _make_path(module, is_package=False): draw(
            _statements if bindings or module not in PACKAGES else _plain_statements
        )
        for module in draw(st.sets(st.sampled_from(MODULES), min_size=2))
    }
    for package in draw(st.sets(st.sampled_from(PACKAGES))):
        lines = draw(st.lists(st.sampled_from(bindings), max_size=2)) if bindings else []
        imports = draw(_statements if bindings else _plain_statements)  # `from` binds a name, too
        files[_make_path(package, is_package=True)] = "\n".join([*lines, imports])
    return files


contracts = st.sets(st.sampled_from(EXPRESSIONS), min_size=1, max_size=3).map(sorted)
