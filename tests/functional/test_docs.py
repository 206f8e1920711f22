"""What the documentation shows is what happens."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from archguard.configuration import read_configuration
from tests.cli.console_script import SCRIPT, archguard
from tests.sources.trees import commit_all, git
from tests.upload.environments import make_environment

REPOSITORY = Path(__file__).parents[2]
SAMPLE = REPOSITORY / "tests" / "samples" / "shop_broken"
PAGES = sorted([REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")])
_SERVING = ("archguard serve", "archguard demo")
# A comment before a block says who runs its commands, if not this file: nobody, or another test.
_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>not run|run by): (?P<reason>[^\n]+) -->\n)?"
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```",
    re.MULTILINE | re.DOTALL,
)


_WITH_COMMANDS = ("sh", "yaml", "groovy", "")  # a block without a language may have some
_COMMIT = re.compile(r"\([0-9a-f]{10}\)")


class Block(NamedTuple):
    """A fenced block of a page."""

    mark: str | None
    reason: str | None
    language: str
    text: str


def _all_blocks(text: str) -> list[Block]:
    return [Block(*match.group("mark", "reason", "language", "text")) for match in _BLOCK.finditer(text)]


def _blocks(page: Path, *languages: str) -> list[str]:
    return [block.text for block in _all_blocks(page.read_text()) if block.language in languages]


def _commands(*, serving: bool = False) -> list[str]:
    blocks = [block for page in PAGES for block in _all_blocks(page.read_text()) if block.mark is None]
    lines = [line for block in blocks if block.language == "sh" for line in block.text.splitlines()]
    commands = {line.partition("  ")[0].strip() for line in lines if line.startswith("archguard ")}
    return sorted(one for one in commands if one.startswith(_SERVING) == serving)


def _list_commands_that_nobody_runs(text: str) -> list[str]:
    """Return the first lines of blocks with commands that no test runs and that do not say so."""
    nobody: list[str] = []
    for block in _all_blocks(text):
        if block.mark == "run by":
            assert block.reason, block.text
            nobody += [] if (REPOSITORY / block.reason).is_file() else [block.reason]
        elif block.mark is None and block.language in _WITH_COMMANDS:
            lines = [line for line in block.text.splitlines() if line and not line.startswith("#")]
            is_shell = block.language == "sh"
            nobody += [line for line in lines if not (is_shell and line.startswith("archguard "))]
    return nobody


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_in_the_documentation_is_run_or_marked_as_not(page: Path) -> None:
    assert _list_commands_that_nobody_runs(page.read_text()) == []


@pytest.mark.parametrize(
    ("text", "nobody"),
    [
        ("```sh\npip install archguard\n```\n", ["pip install archguard"]),
        ("```\narchguard check\n```\n", ["archguard check"]),
        ("```yaml\n- run: archguard check\n```\n", ["- run: archguard check"]),
        ("<!-- run by: tests/test_none.py -->\n```sh\nmake demo\n```\n", ["tests/test_none.py"]),
        ("<!-- not run: it needs a container -->\n```sh\nmake demo\n```\n", []),
    ],
)
def test_the_control_a_command_that_nobody_runs_is_found(text: str, nobody: list[str]) -> None:
    assert _list_commands_that_nobody_runs(text) == nobody


def test_the_readme_s_session_is_what_a_user_sees(tmp_path: Path) -> None:
    (session,) = _blocks(REPOSITORY / "README.md", "console")
    command, _, shown = session.partition("\n")
    shutil.copytree(SAMPLE, tmp_path / "sample")

    done = archguard(*shlex.split(command.removeprefix("$ archguard ")), cwd=tmp_path / "sample")

    assert done.stdout == shown


def test_the_readme_s_first_day_ends_with_a_blocked_pull_request(tmp_path: Path) -> None:
    first_day = _blocks(REPOSITORY / "README.md", "sh")[2].splitlines()
    commands = [shlex.split(line.partition("  ")[0])[1:] for line in first_day]
    shop = tmp_path / "shop"
    shutil.copytree(SAMPLE, shop)
    (shop / "pyproject.toml").unlink()
    commit_all(shop)
    git(tmp_path, "clone", "--quiet", "--bare", "shop", "origin.git")
    git(shop, "remote", "add", "origin", "../origin.git")
    git(shop, "fetch", "--quiet", "origin")

    listed, written, checked, compared = (archguard(*words, cwd=shop) for words in commands[:4])
    (shop / "shop" / "page.py").write_text("import shop.legacy_cart\n")
    job = {
        "BUILDKITE": "true",
        "BUILDKITE_PULL_REQUEST": "7",
        "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
    }
    blocked = archguard(*commands[4], cwd=shop, env=make_environment(**job))

    assert len(commands) == 5
    assert "shop.legacy_cart" in listed.stdout + listed.stderr
    assert (written.returncode, checked.returncode, compared.returncode) == (0, 1, 0)
    assert blocked.returncode == 1
    (session,) = _blocks(REPOSITORY / "docs" / "guide" / "adopt.md", "console")
    _, _, shown = session.partition("\n")
    assert _COMMIT.sub("(commit)", blocked.stdout) == _COMMIT.sub("(commit)", shown)


@pytest.mark.parametrize("command", _commands())
def test_every_command_in_the_documentation_runs(command: str, tmp_path: Path) -> None:
    root = tmp_path / "sample"
    shutil.copytree(SAMPLE, root)
    if "init" in command:
        (root / "pyproject.toml").unlink()
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["commit", "-q", "-m", "A sample"],
        ["remote", "add", "origin", "https://git.example.org/shop"],
        ["update-ref", "refs/remotes/origin/main", "HEAD"],
    ):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *words], cwd=root, check=True)

    command = command.replace("/var/lib/archguard", str(tmp_path))
    if " db " in command or " token " in command:
        archguard("db", "upgrade", "--database", f"sqlite:///{tmp_path}/archguard.db")

    if " --baseline" in command or " --prune" in command:
        archguard("freeze", cwd=root)

    done = archguard(*shlex.split(command)[1:], cwd=root)

    if command in ("archguard init", "archguard upload"):  # nobody can be asked, and no server is named
        assert done.returncode == (2 if command == "archguard init" else 3), done.stderr
    else:
        assert done.returncode in (0, 1), done.stderr
        is_broken = " check" in command and " help " not in command and " --base" not in command
        assert done.returncode == 1 or not is_broken


@pytest.mark.parametrize("command", _commands(serving=True))
def test_every_way_to_serve_in_the_documentation_serves(command: str, tmp_path: Path) -> None:
    command = command.replace("/var/lib/archguard", str(tmp_path)).replace("8600", "0")

    with subprocess.Popen(
        [SCRIPT, *shlex.split(command)[1:]],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as service:
        assert service.stdout is not None
        said = next((line for line in service.stdout if b"http://" in line), b"")
        service.terminate()

    assert said
    assert service.returncode in (0, -signal.SIGTERM)


def test_sessions_are_shown_where_a_test_plays_them() -> None:
    assert [page.name for page in PAGES if _blocks(page, "console")] == ["README.md", "adopt.md"]


def test_some_commands_were_found() -> None:
    assert {"archguard check", "archguard doctor"} <= set(_commands())


@pytest.mark.parametrize(
    "page", [page for page in PAGES if _blocks(page, "toml")], ids=lambda page: page.name
)
def test_every_contract_in_the_documentation_can_be_read(page: Path, tmp_path: Path) -> None:
    for number, block in enumerate(_blocks(page, "toml")):
        if "[[tool.importlinter.contracts]]" not in block:
            continue
        file = tmp_path / f"{number}.toml"
        file.write_text(
            block
            if "root_packages" in block
            else f'[tool.importlinter]\nroot_packages = ["shop"]\n{block}'
        )

        assert read_configuration(str(file)).contracts


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_readme_s_two_commands_are_targets(target: str) -> None:
    readme = (REPOSITORY / "README.md").read_text()
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )

    assert f"\nmake {target} " in readme
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize(
    "file", sorted((REPOSITORY / "contracts").glob("*.toml")), ids=lambda file: file.name
)
def test_every_contract_file_can_be_read_and_is_described(file: Path) -> None:
    assert read_configuration(str(file)).contracts
    assert file.name in (REPOSITORY / "contracts" / "README.md").read_text()
