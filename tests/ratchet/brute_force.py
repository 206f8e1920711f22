"""What is new, fixed and weakened, by the definition alone: a few set operations on drawn trees."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

IMPORTERS = ("p.a", "p.b", "p.sub.c", "q.d", "q.e")
TARGETS = ("p.old", "p.old.deep", "q.gone", "p.fine")
DEPRECATED = ("p.old", "p.old.deep", "q.gone")
EXCLUDES = ("p/a.py", "p/sub", "q/d.py")
FIXED_FILES = {
    "p/__init__.py": "",
    "p/sub/__init__.py": "",
    "p/fine.py": "",
    "p/old/__init__.py": "",
    "p/old/deep.py": "",
    "q/__init__.py": "",
    "q/gone.py": "",
}
"""What every tree has."""
Edge = tuple[str, str]
Tree = dict[str, frozenset[str]]
"""The modules that may import a deprecated one, and which targets each of them imports."""


class Rule(NamedTuple):
    """A `deprecated` contract."""

    modules: frozenset[str]
    allowed: frozenset[Edge]
    ignored: frozenset[Edge]

    def find(self, tree: Tree, rules: Rules) -> frozenset[Edge]:
        """Return the violations of a tree."""
        return frozenset(
            edge
            for importer, targets in tree.items()
            if rules.reads(importer)
            for target in targets
            if (edge := (importer, self._name(target)))[1]
            if (importer, target) not in self.ignored and not self._allows(importer, target)
        )

    def _allows(self, importer: str, target: str) -> bool:
        """Return whether an exception covers an import: the right side includes what is below it."""
        return any(
            allowed == importer and f"{target}.".startswith(f"{imported}.")
            for allowed, imported in self.allowed
        )

    def _name(self, target: str) -> str:
        """Return the deprecated module by which the contract knows a target; empty if it is none."""
        names = [name for name in self.modules if f"{target}.".startswith(f"{name}.")]
        return max(names, key=len, default="")


class Rules(NamedTuple):
    """A configuration."""

    contracts: dict[str, Rule]
    roots: frozenset[str]
    exclude: frozenset[str]

    def reads(self, module: str) -> bool:
        """Return whether a module lies in a root and is not excluded."""
        path = _path(module)
        is_excluded = any(f"{path}/".startswith(f"{pattern}/") for pattern in self.exclude)
        return module.partition(".")[0] in self.roots and not is_excluded

    def find(self, tree: Tree) -> set[tuple[str, str, str]]:
        """Return the violations of a tree, with their contracts."""
        return {(name, *edge) for name, rule in self.contracts.items() for edge in rule.find(tree, self)}

    def with_exceptions_of(self, base: Rules) -> Rules:
        """Return the same contracts; those that a base has, too, have its exceptions."""
        contracts = {
            name: rule._replace(allowed=old.allowed, ignored=old.ignored)
            if (old := base.contracts.get(name))
            else rule
            for name, rule in self.contracts.items()
        }
        return self._replace(contracts=contracts)

    def write(self) -> str:
        """Return the text of the configuration."""
        text = f"[tool.importlinter]\nroot_packages = {sorted(self.roots)}\n"
        for name, rule in self.contracts.items():
            text += (
                f'[[tool.importlinter.contracts]]\nid = "{name}"\nname = "{name}"\n'
                f'type = "deprecated"\ndeprecated_modules = {sorted(rule.modules)}\n'
                f"allowed_importers = {_write_edges(rule.allowed)}\n"
                f"ignore_imports = {_write_edges(rule.ignored)}\n"
                'unmatched_ignore_imports_alerting = "none"\n'
            )
        return text + f"[tool.archguard]\nexclude = {sorted(self.exclude)}\n"


def write_tree(tree: Tree, rules: Rules) -> dict[str, str]:
    """Return the files of a tree. No two are alike, so that git takes none for renamed."""
    files = {
        _path(module): "".join(f"import {target}\n" for target in sorted(targets))
        + "".join(f"# {module} {number}\n" for number in range(20))
        for module, targets in tree.items()
    }
    others = {path: f"# {path}\n" * 5 for path in FIXED_FILES}
    return {**others, **files, "pyproject.toml": rules.write()}


def _path(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _write_edges(edges: frozenset[Edge]) -> list[str]:
    return sorted(f"{importer} -> {imported}" for importer, imported in edges)


def _subsets(values: tuple[str, ...], min_size: int = 0) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), min_size=min_size)


_EDGES = st.frozensets(st.tuples(st.sampled_from(IMPORTERS), st.sampled_from(DEPRECATED)), max_size=2)
_RULES = st.builds(Rule, _subsets(DEPRECATED, 1), _EDGES, _EDGES)
TREES = st.dictionaries(st.sampled_from(IMPORTERS), _subsets(TARGETS))
CONFIGURATIONS = st.builds(
    Rules,
    st.dictionaries(st.sampled_from(("one", "two", "three")), _RULES, min_size=1),
    _subsets(("p", "q"), 1),
    st.one_of(st.just(frozenset[str]()), _subsets(EXCLUDES)),
)


@st.composite
def edited(draw: st.DrawFn, tree: Tree, rules: Rules) -> tuple[Tree, Rules]:
    """Draw what some edits make of a tree and its configuration."""
    changed = {module: targets for module, targets in tree.items() if draw(st.integers(0, 3))}
    changed |= draw(st.dictionaries(st.sampled_from(IMPORTERS), _subsets(TARGETS), max_size=2))
    other = draw(CONFIGURATIONS)
    contracts = {
        name: draw(st.sampled_from((rule, other.contracts.get(name, rule))))
        for name, rule in rules.contracts.items()
        if draw(st.integers(0, 4))
    }
    contracts |= {name: rule for name, rule in other.contracts.items() if not draw(st.integers(0, 3))}
    return changed, Rules(
        contracts or other.contracts,
        draw(st.sampled_from((rules.roots, rules.roots, other.roots))),
        draw(st.sampled_from((rules.exclude, rules.exclude, other.exclude))),
    )


@st.composite
def drawn_changes(draw: st.DrawFn) -> tuple[tuple[Tree, Rules], tuple[Tree, Rules]]:
    """Draw a base and what a change makes of it."""
    base = draw(TREES), draw(CONFIGURATIONS)
    return base, draw(edited(*base))
