"""`archguard certify` and `verify`: zero is certified, and every tampering is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archguard.checking.certificate import compute_digest
from tests.cli.console_script import archguard
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Change = Callable[[dict[str, Any]], object]

_CONFIGURATION = """
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.old"]
deadline = 2030-01-01
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A tree whose contract is kept, committed."""
    root = tmp_path / "shop"
    root.mkdir()
    write_files(root, {"pyproject.toml": _CONFIGURATION})
    write_files(
        root, {"shop/__init__.py": "", "shop/old.py": "", "shop/new.py": "", "shop/user.py": "x = 1\n"}
    )
    commit_all(root)
    return root


@pytest.fixture
def certificate(shop: Path, tmp_path: Path) -> Path:
    """The tree's certificate."""
    path = tmp_path / "certificate.json"
    done = archguard("certify", "--root", shop, "--output", path)
    assert (done.returncode, done.stderr) == (0, "")
    return path


def _verify(shop: Path, certificate: Path, *options: str) -> tuple[int, str]:
    done = archguard("verify", certificate, "--root", shop, *options)
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_certificate_says_what_zero_rests_on(shop: Path, certificate: Path) -> None:
    document = json.loads(certificate.read_text())

    assert document["commit"] == git(shop, "rev-parse", "HEAD")
    assert [(one["id"], one["violations"]) for one in document["contracts"]] == [("one-cart", 0)]
    assert document["files"]["count"] == document["coverage"]["analysed"] == 4
    assert str(shop) not in certificate.read_text()
    code, message = _verify(shop, certificate)
    assert (code, "one-cart, 0 violations" in message) == (0, True)


def test_it_holds_in_another_clone_and_for_the_commit_itself(
    shop: Path, certificate: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", str(shop), "elsewhere")

    assert _verify(tmp_path / "elsewhere", certificate)[0] == 0
    write_files(shop, {"shop/user.py": "import shop.old\n"})
    assert _verify(shop, certificate, "--rev", "HEAD")[0] == 0


_CHANGES: dict[str, Change] = {
    "the commit": lambda document: document.update(commit="0" * 40),
    "a contract's name": lambda document: document["contracts"][0].update(name="Two carts"),
    "a contract's type": lambda document: document["contracts"][0].update(type="layers"),
    "a contract's options": lambda document: document["contracts"][0]["options"].clear(),
    "a contract's count": lambda document: document["contracts"][0].update(violations=1),
    "no contract": lambda document: document["contracts"].clear(),
    "another contract": lambda document: document["contracts"].append({"id": "other"}),
    "the number of files": lambda document: document["files"].update(count=5),
    "the files' digest": lambda document: document["files"].update(sha256="0" * 64),
    "the coverage": lambda document: document["coverage"].update(files=5),
    "the roots": lambda document: document["roots"].update(exclude=["shop/user.py"]),
    "the format": lambda document: document.update(format_version=2),
    "a new key": lambda document: document.update(approved=True),
}


@pytest.mark.parametrize("is_resigned", [True, False], ids=["with a new digest", "as it was"])
@pytest.mark.parametrize("change", _CHANGES.values(), ids=_CHANGES.keys())
def test_a_changed_certificate_is_refused(
    shop: Path, certificate: Path, change: Change, is_resigned: bool
) -> None:
    document = json.loads(certificate.read_text())
    change(document)
    if is_resigned:
        document["digest"] = compute_digest(document)
    certificate.write_text(json.dumps(document))

    assert _verify(shop, certificate)[0] == 1


@pytest.mark.parametrize(
    "files",
    [
        {"shop/user.py": "x = 2\n"},
        {"shop/user.py": "import shop.old\n"},
        {"shop/more.py": ""},
        {"shop/broken.py": "("},
        {"pyproject.toml": _CONFIGURATION + 'allowed_importers = ["shop.new -> shop.old"]\n'},
        {"pyproject.toml": _CONFIGURATION.replace('["shop.old"]', '["shop.old", "shop.new"]')},
        {"pyproject.toml": _CONFIGURATION + '[tool.archguard]\nexclude = ["shop/new.py"]\n'},
    ],
    ids=[
        "a byte",
        "a violation",
        "a file",
        "an unread file",
        "an exception",
        "an option",
        "an exclusion",
    ],
)
@pytest.mark.parametrize("is_committed", [True, False])
def test_a_changed_tree_is_refused(
    shop: Path, certificate: Path, files: dict[str, str], is_committed: bool
) -> None:
    for path, text in files.items():
        write_files(shop, {path: text})
    if is_committed:
        git(shop, "add", "--all")
        git(shop, "commit", "--quiet", "--message", "changed")

    assert _verify(shop, certificate)[0] == 1


def test_a_changed_byte_that_git_does_not_look_for_is_refused(shop: Path, certificate: Path) -> None:
    git(shop, "update-index", "--assume-unchanged", "shop/user.py")
    write_files(shop, {"shop/user.py": "x = 2\n"})

    code, message = _verify(shop, certificate)

    assert code == 1
    assert "A file below the roots was changed" in message


def test_a_removed_and_a_renamed_file_are_refused(shop: Path, certificate: Path) -> None:
    git(shop, "mv", "shop/new.py", "shop/newer.py")
    git(shop, "commit", "--quiet", "--message", "renamed")
    assert _verify(shop, certificate)[0] == 1

    git(shop, "reset", "--quiet", "--hard", "HEAD~1")
    assert _verify(shop, certificate)[0] == 0
    git(shop, "rm", "--quiet", "shop/new.py")
    git(shop, "commit", "--quiet", "--message", "removed")
    assert _verify(shop, certificate)[0] == 1


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"shop/user.py": "import shop.old\n"}, "one-cart has 1 violation."),
        ({"shop/broken.py": "import shop.old\n("}, "could not be read: shop/broken.py"),
        (
            {"shop/user.py": "import shop.old  # archguard: allow[one-cart]: for now\n"},
            "one-cart has exceptions.",
        ),
        (
            {"pyproject.toml": _CONFIGURATION + 'allowed_importers = ["shop.user -> shop.old"]\n'},
            "one-cart has exceptions.",  # also those that nothing needs any more
        ),
    ],
)
def test_what_is_no_proof_is_not_certified(shop: Path, files: dict[str, str], reason: str) -> None:
    for path, text in files.items():
        write_files(shop, {path: text})
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message", "changed")

    done = archguard("certify", "--root", shop)

    assert (done.returncode, done.stdout) == (1, "")
    assert reason in done.stderr


def test_a_dirty_tree_is_not_certified_but_its_commit_is(shop: Path) -> None:
    write_files(shop, {"README.md": "changed"})

    done = archguard("certify", "--root", shop)

    assert (done.returncode, done.stdout) == (1, "")
    assert "differs from its commit in 1 file: README.md." in done.stderr
    assert archguard("certify", "--root", shop, "--rev", "HEAD").returncode == 0


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"contracts": [1], "tool": {"version": "x"}, "commit": ""}']
)
def test_what_is_no_certificate_is_a_mistake(shop: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(text)

    code, message = _verify(shop, path)

    assert code == 2
    assert "is no certificate" in message


def test_another_version_of_the_tool_is_a_mistake(shop: Path, certificate: Path) -> None:
    document = json.loads(certificate.read_text())
    document["tool"]["version"] = "99"
    certificate.write_text(json.dumps(document))

    code, message = _verify(shop, certificate)

    assert code == 2
    assert "was written by archguard 99" in message


def test_a_folder_without_commits_cannot_be_certified(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": _CONFIGURATION, "shop/__init__.py": ""})

    done = archguard("certify", "--root", tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "only a commit can be certified" in done.stderr
