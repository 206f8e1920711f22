"""A cached report is used only while nothing that it depends on has changed."""

from __future__ import annotations

import datetime
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archguard.checking import pipeline, report_cache
from archguard.checking.coverage import Coverage
from archguard.checking.pipeline import CheckRequest
from archguard.checking.report import ContractReport, Occurrence, ReferenceReport, Report, Violation
from archguard.checking.report_cache import decode_report, encode_report, load_or_check
from archguard.configuration import read_configuration
from archguard.graph.model import ImportKind, UnreadFile
from archguard.graph.scanning.cache import Cache
from archguard.sources.git.commit import Commit
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all, git

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archguard.checking.report import CheckResult

    WriteTree = Callable[[Mapping[str, str]], Path]

CONTRACT = """\
[tool.importlinter]
root_packages = ["shop"]
[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.old"]
deadline = 2027-01-31
"""
FILES = {
    "archguard.toml": CONTRACT,
    "shop/__init__.py": "",
    "shop/old.py": "",
    "shop/order.py": "if True:\n    import shop.old\n",
    "shop/odd.py": "import shop.old (\n",
}
SAMPLE = Path(__file__).parent.parent / "samples" / "shop_broken"

TEXT = st.text(max_size=5)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
NUMBERS = st.integers(0, 9)
OCCURRENCES = st.builds(Occurrence, TEXT, NUMBERS, st.sampled_from(ImportKind), TEXT)
VIOLATIONS = st.builds(
    Violation,
    *(TEXT, TEXT, TEXT, st.booleans(), TEXT),
    st.lists(OCCURRENCES, max_size=2).map(tuple),
    st.none() | TEXT,
    causes=st.just(()),  # nor are these: a comparison adds them
    edits=st.none(),  # nor these: a plan adds them
)
CONTRACTS = st.builds(
    ContractReport,
    *(TEXT, TEXT, TEXT, st.booleans(), NUMBERS, NUMBERS, st.booleans(), NUMBERS, NUMBERS),
    *(st.none() | TEXT, st.none() | st.dates(), TEXTS, TEXT, TEXT),
)
UNREAD = st.builds(UnreadFile, TEXT, TEXT, st.none() | NUMBERS, TEXTS, st.none() | TEXT)
REPORTS = st.builds(
    Report,
    st.none() | TEXT,
    st.lists(CONTRACTS, max_size=2).map(tuple),
    st.lists(VIOLATIONS, max_size=2).map(tuple),
    st.lists(st.builds(ReferenceReport, TEXT, TEXT, TEXT, NUMBERS), max_size=2).map(tuple),
    st.builds(Coverage, NUMBERS, st.lists(UNREAD, max_size=2).map(tuple)),
    NUMBERS,
    NUMBERS,
    # What a comparison adds is not cached.
    base=st.none(),
    fixed=st.just(()),
    weakened=st.just(()),
    newly_unread=st.just(()),
    notices=st.just(()),
    forbids_weakening=st.just(value=False),
)


class Checks:
    """Checks of a tree that count how many reports were not cached."""

    def __init__(self, root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root = root
        self.clock: Callable[[], int] = time.time_ns
        self.rev: str | None = None
        self._cache = cache
        self._made = 0
        real_check = pipeline.check

        def counting(*arguments: object) -> CheckResult:
            self._made += 1
            return real_check(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(report_cache, "check", counting)

    def report(
        self, *, cache: Cache | None = None, trust: bool = False, today: datetime.date | None = None
    ) -> Report:
        root = str(self._root)
        return load_or_check(
            CheckRequest(
                source=WorkingTree(root, self.clock)
                if self.rev is None
                else Commit.find(root, self.rev),
                configuration=read_configuration(str(next(self._root.glob("*.toml")))),
                cache=cache or Cache(str(self._cache)),
                jobs=1,
                trust_contract_types=trust,
                today=today,
            )
        )

    def is_remembered(self, *, trust: bool = False) -> bool:
        """Return whether the report was cached, after comparing it with one made without a cache."""
        expected = self.report(cache=Cache(None), trust=trust)
        before = self._made
        assert self.report(trust=trust) == expected
        return self._made == before


@pytest.fixture
def checks(write_tree: WriteTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checks:
    """Of a tree with one violation and one file that cannot be read."""
    return Checks(write_tree(FILES), tmp_path / "cache", monkeypatch)


def test_the_second_check_of_a_tree_remembers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's files are older than the two seconds in which a change could go unseen."""
    checks = Checks(SAMPLE, tmp_path / "cache", monkeypatch)

    assert [checks.is_remembered() for _ in range(3)] == [False, True, True]
    assert not checks.report().kept


def test_a_commit_is_judged_once(checks: Checks, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    checks.rev = commit_all(root)
    assert [checks.is_remembered() for _ in range(3)] == [False, True, True]
    (root / "shop/page.py").write_text("import shop.old\n")
    assert checks.is_remembered()
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "another")
    checks.rev = "HEAD"
    assert not checks.is_remembered()


def test_a_commit_that_lacks_an_object_is_judged_again(checks: Checks, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    checks.rev = commit_all(root)
    blob = git(root, "rev-parse", "HEAD:shop/order.py")
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert [checks.is_remembered() for _ in range(2)] == [False, False]


def test_a_tree_of_this_moment_is_not_remembered(checks: Checks, tmp_path: Path) -> None:
    """A file may change twice within two seconds and keep its time. Control: later it is remembered."""
    written = max(path.stat().st_ctime_ns for path in (tmp_path / "tree").rglob("*"))
    checks.clock = lambda: written + 1_900_000_000
    assert [checks.is_remembered() for _ in range(3)] == [False, False, False]

    checks.clock = lambda: written + 3_000_000_000
    assert [checks.is_remembered() for _ in range(3)][-1]


def _mend(root: Path) -> None:
    (root / "shop/order.py").write_text("")


def _mend_with_the_old_time_and_size(root: Path) -> None:
    file = root / "shop/order.py"
    before = file.stat()
    file.write_text(file.read_text().replace("shop.old", "shop.odd"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def _name_it_in_the_unread_file(root: Path) -> None:
    (root / "shop/odd.py").write_text("import shop (\n")


def _add_another(root: Path) -> None:
    (root / "shop/another.py").write_text("import shop.old\n")


def _delete_the_module(root: Path) -> None:
    (root / "shop/old.py").unlink()


def _allow_it(root: Path) -> None:
    config = root / "archguard.toml"
    config.write_text(config.read_text() + 'allowed_importers = ["shop.order -> shop.old"]\n')


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    "change",
    [
        _mend,
        _mend_with_the_old_time_and_size,
        _name_it_in_the_unread_file,
        _add_another,
        _delete_the_module,
        _allow_it,
    ],
    ids=lambda change: change.__name__.strip("_"),
)
def test_any_change_is_judged(change: Callable[[Path], None], checks: Checks, tmp_path: Path) -> None:
    checks.report()
    before = checks.report()
    assert checks.is_remembered()

    change(tmp_path / "tree")

    assert checks.report(cache=Cache(None)) != before
    assert not checks.is_remembered()


@pytest.mark.usefixtures("settled")
def test_another_version_of_what_judges_judges_again(
    checks: Checks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "site" / "judging_library"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(library.parent)
    monkeypatch.setattr(
        report_cache, "_JUDGING_PACKAGES", (*report_cache._JUDGING_PACKAGES, library.name)
    )
    report_cache.list_code_files.cache_clear()
    for _ in range(3):
        remembered = checks.is_remembered()
    assert remembered

    (library / "another.py").write_text("")
    report_cache.list_code_files.cache_clear()

    assert not checks.is_remembered()


@pytest.mark.usefixtures("settled")
def test_code_that_may_read_anything_is_never_remembered(checks: Checks) -> None:
    assert [checks.is_remembered(trust=True) for _ in range(3)] == [False, False, False]


@pytest.mark.usefixtures("settled")
def test_a_poisoned_report_is_not_believed(
    checks: Checks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the right key the same poison would turn broken into kept."""
    monkeypatch.setenv("ARCHGUARD_CACHE_KEY", "ours")
    cache = tmp_path / "cache"
    for _ in range(2):
        honest = checks.report()
    (name,) = (
        file.name.removesuffix(".json.z")
        for file in cache.iterdir()
        if "report" in Cache(str(cache)).load(file.name.removesuffix(".json.z"))
    )
    poison = Cache(str(cache)).load(name)
    poison["report"]["contracts"][0]["kept"] = True

    monkeypatch.setenv("ARCHGUARD_CACHE_KEY", "an attacker's")
    Cache(str(cache)).store(name, poison)
    monkeypatch.setenv("ARCHGUARD_CACHE_KEY", "ours")
    assert checks.report() == honest
    assert not honest.kept

    Cache(str(cache)).store(name, poison)
    assert checks.report().kept


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("length", [0, 20, 100])
def test_a_truncated_report_is_made_again(length: int, checks: Checks, tmp_path: Path) -> None:
    for _ in range(2):
        honest = checks.report()
    for file in (tmp_path / "cache").iterdir():
        file.write_bytes(file.read_bytes()[:length])

    assert checks.report() == honest


@settings(deadline=None)
@given(REPORTS)
def test_a_report_goes_through_json_and_comes_back_the_same(report: Report) -> None:
    decoded = decode_report(json.loads(json.dumps(encode_report(report))))

    assert decoded == report
    assert repr(decoded) == repr(report)  # compares types, too


def test_a_report_in_which_an_exception_ends_is_remembered_for_its_day_only(
    write_tree: WriteTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = "import shop.old  # archguard: allow[one-cart] until 2027-01-31: why\n"
    checks = Checks(write_tree({**FILES, "shop/b.py": comment}), tmp_path / "cache", monkeypatch)
    checks.clock = lambda: time.time_ns() + 60_000_000_000
    days = [datetime.date(2027, 1, 31), datetime.date(2027, 1, 31), datetime.date(2027, 2, 1)]

    reports = [checks.report(today=day) for day in days]

    assert reports[0] == reports[1]
    assert [report.contracts[0].allowed for report in reports] == [1, 1, 0]
