"""Whether a working tree is the commit: real trees, and none of git's commands that run filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest, check, scan_options
from archguard.configuration import parse_configuration
from archguard.errors import UploadError
from archguard.graph.scanning.cache import Cache
from archguard.sources.git.commit import Commit
from archguard.sources.working_tree import WorkingTree
from archguard.upload.clean_tree import compute_blob_id, find_unequal
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIGURATION = b"""[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
name = "No cycles"
type = "acyclic_siblings"
ancestors = ["p"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with everything committed."""
    root = tmp_path / "repository"
    write_files(
        root,
        {
            "p/__init__.py": "",
            "p/a.py": "import p.b\n",
            "p/b.py": "",
            "p/link.py": "-> b.py",
            "p/broken.py": "def (:\n",
            "p/out.py": "-> /nowhere.py",
            "p/not.a.module.py": "",
            "other.txt": "",
        },
    )
    commit_all(root)
    return root


def _unequal(root: Path) -> list[str]:
    configuration = parse_configuration("a.toml", CONFIGURATION)
    assert configuration is not None
    tree = WorkingTree(str(root))
    result = check(CheckRequest(tree, configuration, Cache(None), jobs=1))
    commit = Commit.find(str(root), "HEAD")
    return find_unequal(result.inputs.analysis, tree, commit, scan_options(configuration))


def test_a_clean_tree_is_the_commit_whatever_stands_beside_the_roots(root: Path) -> None:
    write_files(root, {"other.txt": "changed", "new.py": "", "p/data.json": "{}"})

    assert _unequal(root) == []


def _link_elsewhere(p: Path) -> None:
    (p / "link.py").unlink()
    (p / "link.py").symlink_to("a.py")


_CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "edited": (lambda p: (p / "a.py").write_text("import p\n"), "1 file differs, p/a.py first"),
    "new": (lambda p: (p / "new.py").write_text(""), "1 file differs, p/new.py first"),
    "gone": (lambda p: (p / "b.py").unlink(), "1 file differs, p/b.py first"),
    "unreadable and edited": (
        lambda p: (p / "broken.py").write_text("def ((:\n"),
        "1 file differs, p/broken.py first",
    ),
    "no module": (lambda p: (p / "also.not.py").write_text(""), "1 file differs, p/also.not.py first"),
    "line ends": (lambda p: (p / "a.py").write_bytes(b"import p.b\r\n"), "1 file differs, p/a.py first"),
    "link": (
        _link_elsewhere,
        "1 file differs, p/link.py first",
    ),
    "a folder's link": (lambda p: (p / "sub").symlink_to("."), "1 file differs, p/sub first"),
}


@pytest.mark.parametrize(("change", "sentence"), _CHANGES.values(), ids=_CHANGES.keys())
def test_whatever_the_analysis_rests_on_must_be_committed(
    root: Path, change: Callable[[Path], object], sentence: str
) -> None:
    change(root / "p")

    with pytest.raises(UploadError) as raised:
        _unequal(root)

    assert sentence in str(raised.value)


def _write_crlf(root: Path) -> None:
    for name in ("a.py", "b.py"):
        file = root / "p" / name
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


@pytest.mark.parametrize(
    ("attributes", "settings", "is_clean"),
    [
        ("*.py text eol=crlf", {}, True),
        ("*.py text=auto", {}, True),
        ("*.py eol=lf", {}, True),
        ("", {"core.autocrlf": "true"}, True),
        ("", {"core.autocrlf": "input"}, True),
        ("", {"core.autocrlf": "false"}, False),
        ("*.py -text", {"core.autocrlf": "true"}, False),
        ("", {}, False),
    ],
)
def test_line_ends_are_compared_as_git_converts_them(
    root: Path, attributes: str, settings: dict[str, str], is_clean: bool
) -> None:
    write_files(root, {".gitattributes": attributes})
    commit_all(root)
    for key, value in settings.items():
        git(root, "config", key, value)
    _write_crlf(root)

    if is_clean:
        assert _unequal(root) == ["p/a.py"]  # b.py is empty
    else:
        with pytest.raises(UploadError, match=r"1 file differs, p/a\.py first"):
            _unequal(root)


def test_an_edit_beside_converted_line_ends_is_a_change(root: Path) -> None:
    git(root, "config", "core.autocrlf", "true")
    _write_crlf(root)
    (root / "p" / "a.py").write_bytes(b"import p\r\n")

    with pytest.raises(UploadError, match=r"1 file differs, p/a\.py first"):
        _unequal(root)


@pytest.mark.parametrize("place", [".gitignore", ".git/info/exclude"])
def test_what_git_ignores_is_no_change(root: Path, place: str) -> None:
    (root / place).write_text("_version.py\ngenerated/\n")
    write_files(root, {"p/_version.py": "", "p/generated/x.py": ""})

    assert _unequal(root) == ["p/_version.py", "p/generated/x.py"]
    git(root, "add", "--force", "p/_version.py")
    with pytest.raises(UploadError, match=r"1 file differs, p/_version\.py first"):
        _unequal(root)


def test_a_folder_of_the_repository_is_compared_with_that_folder_of_the_commit(tmp_path: Path) -> None:
    write_files(tmp_path, {"services/shop/p/a.py": "import p\n", "a.py": "", ".gitignore": "gen.py\n"})
    commit_all(tmp_path)
    root = tmp_path / "services" / "shop"
    write_files(root, {"p/gen.py": ""})
    write_files(tmp_path, {"p/gen.py": "", "a.py": "changed"})

    assert _unequal(root) == ["p/gen.py"]
    write_files(root, {"p/a.py": ""})
    with pytest.raises(UploadError, match=r"1 file differs, p/a\.py first"):
        _unequal(root)


@pytest.mark.parametrize("name", ["evil", "a=b", "a.b", "with space", "EVIL"])
@pytest.mark.parametrize("kind", ["clean", "process"])
def test_no_filter_of_the_repository_is_run(root: Path, tmp_path: Path, name: str, kind: str) -> None:
    canary = tmp_path / "canary"
    quoted = f'"filter={name}"' if " " in name else f"filter={name}"
    (root / ".gitattributes").write_text(f"*.py {quoted}\n")
    git(root, "config", f"filter.{name}.{kind}", f"touch '{canary}'; cat")
    git(root, "config", f"filter.{name}.required", "true")
    (root / "p" / "a.py").write_text("import p\n")

    with pytest.raises(UploadError, match=r"p/a\.py first"):
        _unequal(root)

    assert not canary.exists()


def test_git_itself_would_have_run_the_filter(root: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (root / ".gitattributes").write_text("*.py filter=a=b\n")
    git(root, "config", "filter.a=b.clean", f"touch '{canary}'; cat")
    git(root, "hash-object", "p/a.py")

    assert canary.exists()


def test_a_submodule_s_own_filters_are_not_run(root: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    inner = root / "p" / "inner"
    write_files(inner, {"x.py": "", ".gitattributes": "*.py filter=evil\n"})
    commit_all(inner)
    git(root, "add", "p/inner")
    git(root, "commit", "--quiet", "-m", "submodule")
    git(inner, "config", "filter.evil.clean", f"touch '{canary}'; cat")
    (inner / "x.py").write_text("changed")
    (root / "p" / "a.py").write_text("import p\n")

    with pytest.raises(UploadError):
        _unequal(root)

    assert not canary.exists()


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_a_blob_s_id_is_git_s(tmp_path: Path, kind: str) -> None:
    git(tmp_path, "init", "--quiet", f"--object-format={kind}")
    for content in (b"", b"x\r\n", bytes(range(256)) * 99):
        (tmp_path / "file").write_bytes(content)
        git_id = git(tmp_path, "hash-object", "--no-filters", "file")

        assert compute_blob_id(content, git_id) == git_id
