"""Draw definitions whose roles are promised, and judge each by a second reading.

    python benchmarks/roles.py DIR... [--seed 60] [--count 30]

Each DIR is the checkout of a repository. The second reading knows nothing of archguard: it uses `ast`
and `tokenize` of this Python on the file that a row names. A row on which both disagree is printed as
"differs", and the exit code is 1.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import random
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

PROMISED = ("canonical", "interface", "clone", "alias or re-export", "impostor")
NONE = "none of these"
SHINGLE = 12
TOKENS = 60
SHARE = 0.6
_IGNORED = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
}

Statement = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Drawn(NamedTuple):
    """A row of the answer, and the role that it claims."""

    claim: str
    name: str
    row: dict[str, Any]


class Tree:
    """A checkout, as the second reading sees it."""

    def __init__(self, folder: Path, answer: dict[str, Any]) -> None:
        self.folder = folder
        self.places = {row["id"]: (row["path"], row["line"]) for row in answer["definitions"]}
        self.production: list[str] = [
            row["id"] for row in answer["definitions"] if row["role"] != "test"
        ]
        self._files: dict[str, tuple[ast.Module, list[str]]] = {}
        self._shingles: dict[str, tuple[int, set[tuple[str, ...]]]] = {}
        self._shapes: dict[str, str] = {}

    def parse(self, path: str) -> tuple[ast.Module, list[str]]:
        """Return the syntax tree of a file and its lines."""
        if path not in self._files:
            text = (self.folder / path).read_text(encoding="utf-8")
            self._files[path] = (ast.parse(text), text.splitlines(keepends=True))
        return self._files[path]

    def find(self, id_: str) -> Statement:
        """Return the statement of a definition."""
        path, line = self.places[id_]
        for node in ast.walk(self.parse(path)[0]):
            if isinstance(node, Statement) and node.lineno == line:
                return node
        raise LookupError(id_)

    def shingles(self, id_: str) -> tuple[int, set[tuple[str, ...]]]:
        """Return the number of tokens of a definition, and its runs of 12 tokens."""
        if id_ not in self._shingles:
            self._shingles[id_] = read_shingles(self.find(id_), self.parse(self.places[id_][0])[1])
        return self._shingles[id_]

    def shape(self, id_: str) -> str:
        """Return the syntax tree of a definition without its names."""
        if id_ not in self._shapes:
            self._shapes[id_] = renumber(self.find(id_))
        return self._shapes[id_]

    def find_original(self, id_: str) -> str:
        """Return another definition with the same code; empty if there is none."""
        count, runs = self.shingles(id_)
        if count < TOKENS:
            return ""
        shape = self.shape(id_)
        for other in self.production:
            theirs, other_runs = self.shingles(other)
            if other == id_ or theirs < TOKENS:
                continue
            if measure_share(runs, other_runs) >= SHARE or shape == self.shape(other):
                return other
        return ""


def read_shingles(node: Statement, lines: Sequence[str]) -> tuple[int, set[tuple[str, ...]]]:
    """Return the number of tokens of a statement, and its runs of 12 tokens; decorators left out."""
    own = lines[node.lineno - 1 : node.end_lineno]
    is_inner = own[0] != own[0].lstrip()
    text = "".join(["if 1:\n", *own] if is_inner else own)
    tokens = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in _IGNORED
    ]
    tokens = tokens[3:] if is_inner else tokens
    return len(tokens), {tuple(tokens[at : at + SHINGLE]) for at in range(len(tokens) - SHINGLE + 1)}


def measure_share(first: set[tuple[str, ...]], second: set[tuple[str, ...]]) -> float:
    """Return which part of the smaller set is in the other."""
    return len(first & second) / max(1, min(len(first), len(second)))


def renumber(root: ast.AST) -> str:
    """Return a dump of a tree in which each name is the number of its first use."""
    names: dict[str, str] = {}

    def write(value: object, field: str) -> str:
        if isinstance(value, list):
            return "[" + ",".join(write(one, field) for one in value) + "]"
        if isinstance(value, ast.AST):
            parts = dict(ast.iter_fields(value))
            if isinstance(value, Statement) and ast.get_docstring(value, clean=False) is not None:
                parts["body"] = parts["body"][1:]
            written = [
                write(part, key)
                for key, part in parts.items()
                if key not in ("ctx", "type_comment", "kind")
            ]
            return f"{type(value).__name__}({';'.join(written)})"
        if isinstance(value, str) and field in (
            "id",
            "arg",
            "name",
            "asname",
            "attr",
            "module",
            "names",
        ):
            return names.setdefault(value, f"n{len(names)}")
        return repr(value)

    return write(root, "")


def is_interface(node: Statement) -> bool:
    """Return whether a class is a protocol, or abstract, without state and mostly without bodies."""
    if not isinstance(node, ast.ClassDef):
        return False
    bases = {ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases}
    if "Protocol" in bases:
        return True
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    marks = {ast.unparse(mark).rpartition(".")[2] for one in methods for mark in one.decorator_list}
    keywords = {ast.unparse(one.value).rpartition(".")[2] for one in node.keywords}
    is_abstract = bool({"ABC", "ABCMeta"} & (bases | keywords)) or any(
        mark.startswith("abstract") for mark in marks
    )
    sets_state = any(
        isinstance(one, ast.Attribute)
        and isinstance(one.ctx, ast.Store)
        and isinstance(one.value, ast.Name)
        and one.value.id == "self"
        for one in ast.walk(node)
    )
    stubs = sum(map(does_nothing, methods))
    return is_abstract and 2 * stubs >= len(methods) and not sets_state


def does_nothing(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a method has a docstring, `pass`, `...` or `raise NotImplementedError` only."""
    return all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        or (isinstance(one, ast.Raise) and "NotImplemented" in ast.unparse(one))
        for one in method.body
    )


def binds(tree: Tree, row: dict[str, Any]) -> bool:
    """Return whether the statement of a binding gives its name to something, and that is defined."""
    name = row["symbol"].partition(":")[2]
    for node in ast.walk(tree.parse(row["path"])[0]):
        if not isinstance(node, ast.stmt) or not node.lineno <= row["line"] <= (node.end_lineno or 0):
            continue
        if isinstance(node, ast.ImportFrom):
            names = {one.asname or one.name for one in node.names}
            return bool({name, "*"} & names) and row["target"] in tree.places
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            written = {ast.unparse(target) for target in targets}
            return name in written and row["target"] in tree.places
    return False


def judge(tree: Tree, drawn: Drawn) -> bool:
    """Return whether the second reading agrees with a row."""
    row = drawn.row
    if drawn.claim == "alias or re-export":
        return binds(tree, row)
    if drawn.claim == "impostor":
        name = row["name"]
        ends = {row["target"], row["expected"]}
        homes = {one.partition(":")[2] for one in row["symbols"]}
        return len(ends) == 2 and ends <= tree.places.keys() and homes == {name}
    node = tree.find(row["id"])
    is_named = node.name == row["name"]
    if drawn.claim == "canonical":
        others = [one for one in tree.production if one != row["id"]]
        return is_named and row["id"] in tree.production and bool(others)
    if drawn.claim == "interface":
        return is_named and is_interface(node)
    if drawn.claim == "clone":
        return is_named and bool(tree.find_original(row["id"]))
    return is_named and not is_interface(node) and not is_missed_clone(tree, row)


def is_missed_clone(tree: Tree, row: dict[str, Any]) -> bool:
    """Return whether a definition that has a role after `clone` is one."""
    before = ("fallback", "exception", "adapter", "subclass")
    return row["role"] not in before and bool(tree.find_original(row["id"]))


def draw(answer: dict[str, Any], seed: int, count: int) -> list[Drawn]:
    """Draw as many rows of each promised role as there are, up to a sixth, and fill up with others."""
    chance = random.Random(seed)
    rows = answer["definitions"]
    groups = {role: [row for row in rows if row["role"] == role] for role in PROMISED[:3]}
    groups["alias or re-export"] = answer["bindings"]
    groups["impostor"] = answer["impostors"]
    drawn = [
        Drawn(claim, row.get("id") or row.get("symbol") or row["symbols"][0], row)
        for claim, several in groups.items()
        for row in chance.sample(several, min(count // 6, len(several)))
    ]
    others = [row for row in rows if row["role"] not in (*PROMISED, "test")]
    chosen = chance.sample(others, count - len(drawn))
    return [*drawn, *(Drawn(f"{NONE}: {row['role']}", row["id"], row) for row in chosen)]


def main() -> None:
    """Print one table a repository."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", metavar="DIR", type=Path)
    parser.add_argument("--seed", type=int, default=60)
    parser.add_argument("--count", type=int, default=30)
    options = parser.parse_args()
    wrong = 0
    for folder in options.folders:
        command = [sys.executable, "-m", "archguard", "audit", "--root", str(folder)]
        text = subprocess.check_output([*command, "--matches", "*", "--format", "json"], text=True)
        answer = json.loads(text)
        tree = Tree(folder, answer)
        print(f"\n| {folder.name} | Role | Second reading |\n|---|---|---|")
        for drawn in draw(answer, options.seed, options.count):
            agrees = judge(tree, drawn)
            wrong += not agrees
            print(
                f"| `{drawn.name}` | {drawn.claim} | {'agrees' if agrees else 'differs'} |", flush=True
            )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
