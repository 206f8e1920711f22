"""Compare what plans predict with what is counted after random batches of real repositories.

    python benchmarks/plans.py DIR... [--batches 20] [--seed 1] [--rev HEAD]

Each DIR is a repository, bare ones included, or a folder of files. A copy of it gets contracts that
deprecate random modules: for some of them a home is made up beside the module, with all of its names,
others get another module of the tree as a replacement. Some have a `forbidden` contract, too. Then the
files of the batches up to a random one are written, and the copy is judged: each contract must count
what was predicted, and nothing may be new. The exit code is 1 if a batch differs.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.pipeline import CheckRequest, check
from archguard.cli.audited_tree import open_audited_tree
from archguard.configuration.read import read_configuration
from archguard.consolidation.fixer import make_changes
from archguard.consolidation.migration_plan import PlanOptions
from archguard.consolidation.planner import Planner
from archguard.definitions.file_roles import is_test_path
from archguard.errors import ArchguardError
from archguard.graph.analysis import analyse
from archguard.graph.scanning.cache import Cache
from archguard.sources.code_owners import CodeOwners
from archguard.sources.open import open_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.consolidation.migration_plan import Batch, MigrationPlan
    from archguard.graph.model import Analysis, AnalysisOptions

_BATCHES_OF_A_PLAN = 7
_MIN_IMPORTERS = 2
_DEPRECATED = """
[[tool.importlinter.contracts]]
id = "no-{number}"
name = "No {module}"
type = "deprecated"
deprecated_modules = ["{module}"]
replacement = "{home}"
"""
_FORBIDDEN = """
[[tool.importlinter.contracts]]
id = "shut"
name = "Shut"
type = "forbidden"
source_modules = ["{source}"]
forbidden_modules = ["{forbidden}"]
"""


class _Tree(NamedTuple):
    root: Path
    options: AnalysisOptions
    analysis: Analysis
    cache: Cache

    def list_candidates(self) -> dict[str, int]:
        """Return the modules that could be deprecated, with the number of their importers."""
        counts = Counter(
            one.imported for imports in self.analysis.imports.values() for one in set(imports)
        )
        modules = self.analysis.modules
        return {
            name: count
            for name, count in sorted(counts.items())
            if count >= _MIN_IMPORTERS
            and name in modules
            and not modules[name].is_package
            and not is_test_path(modules[name].path)
        }


def copy_tree(source: Path, folder: Path, rev: str) -> None:
    """Copy a commit of a repository, or the files of a folder."""
    probe = ["git", "-C", str(source), "rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}"]
    if (source / ".git").exists() or (source / "HEAD").exists():
        subprocess.run(probe, check=True, capture_output=True)
        with subprocess.Popen(
            ["git", "-C", str(source), "archive", rev], stdout=subprocess.PIPE
        ) as archive:
            subprocess.run(["tar", "-x", "-C", str(folder)], stdin=archive.stdout, check=True)
        return
    shutil.copytree(source, folder, dirs_exist_ok=True, symlinks=True)


def open_tree(root: Path, cache: Cache) -> _Tree:
    """Read the imports of a tree."""
    tree = open_audited_tree(str(root), None, None)
    options = tree.options._replace(deprecated=(), deprecated_symbols=())
    return _Tree(root, options, analyse(tree.source, options, cache=cache, jobs=1).result(), cache)


def write_contracts(tree: _Tree, choice: random.Random) -> tuple[list[Path], str]:
    """Make up homes, and return their files and the text of a configuration."""
    candidates = tree.list_candidates()
    modules = choice.sample(sorted(candidates), min(len(candidates), choice.randint(1, 3)))
    homes, contracts = [], []
    for number, module in enumerate(modules):
        others = sorted(candidates.keys() - set(modules))
        if choice.random() < 0.75 or not others:
            old = tree.root / tree.analysis.modules[module].path
            file = old.with_name(f"{old.stem}_home.py")
            file.write_bytes(old.read_bytes())
            homes.append(file)
            home = f"{module}_home"
        else:
            home = choice.choice(others)
        contracts.append(_DEPRECATED.format(number=number, module=module, home=home))
    if choice.random() < 0.5:
        source = choice.choice(sorted(tree.analysis.imports))
        forbidden = choice.choice(modules)
        if source != forbidden and not f"{forbidden}.".startswith(f"{source}."):
            contracts.append(_FORBIDDEN.format(source=source, forbidden=forbidden))
    options = tree.options
    roots = f"root_packages = {list(options.root_packages)!r}\n"
    sources = f"[tool.archguard]\nsource_roots = {list(options.source_roots)!r}\n"
    return homes, f"[tool.importlinter]\n{roots}{sources if options.source_roots else ''}" + "".join(
        contracts
    )


def compare_batches(
    request: CheckRequest, plan: MigrationPlan, chosen: list[Batch], root: Path
) -> Iterator[str]:
    """Yield what differs after each of some batches; empty if nothing does."""
    known = {one.identity for one in check(request).report.violations}
    for batch in chosen:
        changes = [
            change for one in plan.batches[: batch.number] for change in make_changes(plan, one, request)
        ]
        for change in changes:
            if change.after is not None:
                (root / change.path).write_bytes(change.after)
        report = check(request).report
        for change in changes:
            (root / change.path).write_bytes(change.before)
        counts = {contract.id: contract.violations for contract in report.contracts}
        new = sorted(one.identity for one in report.violations if one.identity not in known)
        if counts != dict(batch.predicted) or new:
            yield f"predicted {dict(batch.predicted)}, counted {counts}, new {new[:3]}"
        else:
            yield ""


def compare(source: Path, rev: str, wanted: int, seed: int) -> tuple[int, int]:
    """Print what was found in one repository; return the numbers of batches and of differences."""
    name = source.parent.name if source.name in {"repo", "src"} else source.name
    started, processor = time.perf_counter(), time.process_time()
    batches = differences = plans = ready = blocked = 0
    choice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "tree"
        root.mkdir()
        copy_tree(source, root, rev)
        cache = Cache(str(Path(folder) / "cache"))
        tree = open_tree(root, cache)
        config = Path(folder) / "contracts.toml"
        for _ in range(10 * wanted):
            if batches >= wanted:
                break
            homes, text = write_contracts(tree, choice)
            config.write_text(text)
            # With a contract that is not about deprecated modules, each batch is judged when planned.
            sizes = (20, 50) if '"forbidden"' in text else (1, 2, 5, 20)
            options = PlanOptions(
                batch_size=choice.choice(sizes), rewrites_strings=choice.random() < 0.5
            )
            request = CheckRequest(
                open_source(str(root)), read_configuration(str(config)), cache, jobs=1
            )
            try:
                plan = Planner(request, options, CodeOwners("")).plan()
                count = min(len(plan.batches), _BATCHES_OF_A_PLAN, wanted - batches)
                chosen = choice.sample(plan.batches, count)
                for difference in compare_batches(request, plan, chosen, root):
                    batches += 1
                    if difference:
                        differences += 1
                        print(f"  {name}: {difference}\n{text}", flush=True)
                plans += 1
                print(f"  {name}: {batches} batches so far", file=sys.stderr, flush=True)
                ready += len(plan.list_ready())
                blocked += len(plan.violations) - len(plan.list_ready())
            except ArchguardError as error:
                print(f"  {name}: no plan: {error}", flush=True)
            for home in homes:
                home.unlink()
    seconds = time.perf_counter() - started
    print(
        f"{name}: {differences} of {batches} batches differ; {plans} plans with {ready} ready "
        f"and {blocked} blocked violations; {seconds:.0f} s, {time.process_time() - processor:.0f} s of "
        "this processor",
        flush=True,
    )
    return batches, differences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("trees", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--batches", type=int, default=20, help="of each tree")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rev", default="HEAD")
    arguments = parser.parse_args()
    pairs = [compare(tree, arguments.rev, arguments.batches, arguments.seed) for tree in arguments.trees]
    batches, differences = (sum(column) for column in zip(*pairs, strict=True))
    print(f"In all {differences} of {batches} batches differ.")
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
