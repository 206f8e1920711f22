"""`archguard certify` and `verify`: zero is certified, and every tampering is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archguard.checking.certificate import compare_documents, compute_digest
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


_CONTRACTS = "The contracts, their options or their counts are others: "
_FILES = "A file below the roots was changed, added, removed or renamed: "
_TAMPERED: dict[str, tuple[Change, str]] = {
    "the commit": (lambda document: document.update(commit="0" * 40), "The commit is another one: "),
    "a contract's name": (lambda document: document["contracts"][0].update(name="x"), _CONTRACTS),
    "a contract's type": (lambda document: document["contracts"][0].update(type="layers"), _CONTRACTS),
    "a contract's options": (lambda document: document["contracts"][0]["options"].clear(), _CONTRACTS),
    "a contract's count": (lambda document: document["contracts"][0].update(violations=1), _CONTRACTS),
    "a count that is no number": (
        lambda document: document["contracts"][0].update(violations=False),
        _CONTRACTS,
    ),
    "no contract": (lambda document: document["contracts"].clear(), _CONTRACTS),
    "another contract": (lambda document: document["contracts"].append({"id": "x"}), _CONTRACTS),
    "the number of files": (lambda document: document["files"].update(count=5), _FILES),
    "the files' digest": (lambda document: document["files"].update(sha256="0" * 64), _FILES),
    "the coverage": (lambda document: document["coverage"].update(files=5), "Other files were read: "),
    "no coverage": (lambda document: document.pop("coverage"), "Other files were read: "),
    "the roots": (
        lambda document: document["roots"].update(exclude=["shop/user.py"]),
        "The root packages are others: ",
    ),
    "the format": (lambda document: document.update(format_version=2), "The format is another one: "),
    "the tool's name": (lambda document: document["tool"].update(name="x"), "The tool is another one: "),
    "more about the tool": (lambda document: document["tool"].update(x=1), "The tool is another one: "),
    "a new key": (
        lambda document: document.update(approved=True),
        "The certificate says more than archguard does: approved.",
    ),
}
"""What is tampered with in a certificate, and the sentence that refuses it."""


@pytest.mark.parametrize(("change", "sentence"), _TAMPERED.values(), ids=_TAMPERED.keys())
def test_a_certificate_that_was_tampered_with_is_refused(
    shop: Path, certificate: Path, change: Change, sentence: str
) -> None:
    document = json.loads(certificate.read_text())
    change(document)
    certificate.write_text(json.dumps(document))
    code, message = _verify(shop, certificate)
    assert (code, sentence in message) == (1, True)
    assert "its digest is not that of its content" in message

    document["digest"] = compute_digest(document)
    certificate.write_text(json.dumps(document))
    code, message = _verify(shop, certificate)
    assert (code, sentence in message) == (1, True)
    assert "its digest" not in message


_CHANGED_TREES: dict[str, tuple[dict[str, str], str]] = {
    "a byte": ({"shop/user.py": "x = 2\n"}, _FILES),
    "a violation": ({"shop/user.py": "import shop.old\n"}, "one-cart has 1 violation."),
    "a file": ({"shop/more.py": ""}, _FILES),
    "an unread file": ({"shop/broken.py": "("}, "1 file below the roots could not be read: shop/broken"),
    "an exception": (
        {"pyproject.toml": _CONFIGURATION + 'allowed_importers = ["shop.new -> shop.old"]\n'},
        "one-cart has exceptions.",
    ),
    "an exception in a comment": (
        {"shop/user.py": "import shop.old  # archguard: allow[one-cart]: for now\n"},
        "one-cart has exceptions.",
    ),
    "an option": (
        {"pyproject.toml": _CONFIGURATION.replace('["shop.old"]', '["shop.old", "shop.new"]')},
        _CONTRACTS,
    ),
    "an exclusion": (
        {"pyproject.toml": _CONFIGURATION + '[tool.archguard]\nexclude = ["shop/new.py"]\n'},
        "The root packages are others: ",
    ),
}
"""What is changed in a certified tree, and the sentence that refuses it."""


@pytest.mark.parametrize(("files", "sentence"), _CHANGED_TREES.values(), ids=_CHANGED_TREES.keys())
@pytest.mark.parametrize("is_committed", [True, False])
def test_a_changed_tree_is_refused(
    shop: Path, certificate: Path, files: dict[str, str], sentence: str, is_committed: bool
) -> None:
    for path, text in files.items():
        write_files(shop, {path: text})
    if is_committed:
        git(shop, "add", "--all")
        git(shop, "commit", "--quiet", "--message", "changed")

    code, message = _verify(shop, certificate)

    assert (code, sentence in message) == (1, True)
    assert ("The commit is another one" in message) is is_committed
    assert ("The working tree differs from its commit" in message) is not is_committed


def test_every_other_byte_of_a_certificate_makes_it_another_one(certificate: Path) -> None:
    content = certificate.read_bytes()
    document = json.loads(content)
    assert compare_documents(document, document) == []
    accepted = []
    for position, byte in enumerate(content):
        changed = content[:position] + bytes([byte ^ 1]) + content[position + 1 :]
        try:
            differences = compare_documents(json.loads(changed), document)
        except ValueError:  # no JSON, or no text, any more
            continue
        if not differences:
            accepted.append((position, changed[position : position + 1]))
    assert accepted == []


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


def test_a_certificate_that_says_something_twice_is_a_mistake(shop: Path, certificate: Path) -> None:
    certificate.write_text(certificate.read_text().replace("{", '{"commit": "x",', 1))

    code, message = _verify(shop, certificate)

    assert code == 2
    assert "is no certificate: it has 'commit' twice." in message


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
