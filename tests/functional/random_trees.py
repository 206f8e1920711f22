"""Random source trees with every way to write an import, and contracts over them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_NAMES = ("a", "b", "old", "util", "from_x", "important")
_CONTEXTS = (
    "{}",
    "x = 1; {}",
    "if TYPE_CHECKING:\n    {}",
    "if x: {}",
    "try:\n    {}\nexcept ImportError:\n    pass",
    "try:\n    pass\nexcept ImportError:\n    {}\nelse:\n    pass",
    "def f():\n    {}",
    "async def f(): {}",
    "class A:\n\tdef f(self):\n\t\t{}",
    "if x:\n    pass\nelse: {}",
    "@decorated\ndef f(a={{1: 2}}):\n    '''text\nimport nothing'''\n    {}",
    "match x:\n    case 1:\n        {}",
    "\f{}",
    "{}; x = 2",
    "{}  # import nothing",
)
_DECOYS = (
    "'''\nimport {0}\nfrom {0} import x\n'''",
    "# import {0}",
    "x = 'import {0}'",
    'x = f"from {0} import {{y}}"',
    "x = (\n'''\n''',\n'from {0} import x')",
    "{1} = 1",
)


@dataclass
class RandomTree:
    """Files, roots and contracts made from one seed."""

    seed: int
    files: dict[str | bytes, str | bytes] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    """Name -> path."""
    deleted: list[str] = field(default_factory=list)
    roots: dict[str, str] = field(
        default_factory=lambda: {"p": "p", "q": "src/q", "n": "n", "s": "s.py", "ns.r": "ns/r"}
    )

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        for root, folder in self.roots.items():
            if folder.endswith(".py"):
                self.modules[root] = folder
            else:
                self._fill(root, folder, 3, has_init=root != "n")
        self._delete()
        for name, path in self.modules.items():
            self.files[path] = self._source(name, path)

    def contracts(self) -> list[list[str]]:
        """The deprecated modules of each contract."""
        chosen = self._random.sample(sorted(self.modules), 6) + self.deleted
        packages = [name for name, path in self.modules.items() if path.endswith("__init__.py")]
        return [
            *([one] for one in chosen),
            *([one] for one in self._random.sample(packages, min(4, len(packages)))),
            chosen[:3],
            self.deleted[:2],
            ["p.dead.*"],
            ["q.dead.**", "p.dead"],
            ["lib.old", "lib.gone.*"],
        ]

    def _fill(self, name: str, folder: str, depth: int, *, has_init: bool) -> None:
        if has_init:
            self.modules[name] = f"{folder}/__init__.py"
        for part in self._random.sample(_NAMES, 3):
            kind = self._random.random()
            if depth and kind < 0.5:
                init = self._random.random() < 0.7
                self._fill(f"{name}.{part}", f"{folder}/{part}", depth - 1, has_init=init)
            else:
                self.modules[f"{name}.{part}"] = f"{folder}/{part}.py"

    def _delete(self) -> None:
        packages = sorted({name.rpartition(".")[0] for name in self.modules if "." in name})
        self.deleted = [f"{one}.gone" for one in self._random.sample(packages, 3)]
        self.deleted += ["p.dead", "q.dead", "n.dead.x"]

    def _source(self, module: str, path: str) -> str:
        lines = [self._part(module, path) for _ in range(self._random.randrange(1, 9))]
        text = "\n".join(lines) + self._random.choice(("", "\n"))
        return text.replace("\n", self._random.choice(("\n", "\n", "\r\n")))

    def _part(self, module: str, path: str) -> str:
        target = self._target()
        if self._random.random() < 0.15:
            return self._random.choice(_DECOYS).format(target, target.replace(".", "_"))
        statement = self._statement(target, module, path)
        return self._random.choice(_CONTEXTS).format(statement)

    def _target(self) -> str:
        kind = self._random.random()
        if kind < 0.5:
            return self._random.choice(sorted(self.modules))
        if kind < 0.8:
            return self._random.choice(self.deleted)
        if kind < 0.9:
            return f"{self._random.choice(self.deleted)}.deep"
        return self._random.choice(("lib.old", "lib.gone.y", "os.path", "lib.older"))

    def _statement(self, target: str, module: str, path: str) -> str:
        parent, _, leaf = target.rpartition(".")
        form = self._random.randrange(2 if leaf == "deep" else 4)
        if form == 0 or not parent:
            return self._random.choice(("import {}", "import {} as z", "import os, {}, json")).format(
                target
            )
        if form == 1:
            what = self._random.choice(("Name", "*", "Name as z, Other", "(\n    Name,  # (\n)"))
            return self._from(target, what, module, path)
        what = self._random.choice(
            (leaf, f"Name, {leaf}", f"({leaf})", f"(\n  {leaf} as z,  # )\n  Name\n)")
        )
        return self._from(parent, what, module, path)

    def _from(self, base: str, what: str, module: str, path: str) -> str:
        base = self._relative(base, module, path)
        space = self._random.choice((" ", " ", "\t", " \\\n  "))
        return f"from{space}{base}{space}import{space}{what}"

    def _relative(self, base: str, module: str, path: str) -> str:
        package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
        if not package or self._random.random() < 0.5:
            return base
        above, dots = package, "."
        while above and not f"{base}.".startswith(f"{above}."):
            above, dots = above.rpartition(".")[0], dots + "."
        return dots + base[len(above) + 1 :] if above else base
