"""`upload` and `check --upload` as users run them, on a real local server."""

from __future__ import annotations

import json
import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import Cause, PullRequest
from archguard.snapshot.codec import decompress
from tests.cli.commands.upload_run import SAMPLE, run_upload
from tests.sources.trees import commit_all, git
from tests.upload.environments import make_client_environment, make_environment
from tests.upload.in_process import CommandResult, run_command
from tests.upload.server import TOKEN, Server, problem

if TYPE_CHECKING:
    from pathlib import Path


def test_an_upload_is_acknowledged_in_one_line(server: Server, shop: Path) -> None:
    done = run_upload(server, shop, "upload")

    (upload,) = server.uploads
    commit = git(shop, "rev-parse", "HEAD")
    assert done == CommandResult(0, "", f"archguard: uploaded {commit[:10]} on main.\n")
    assert (upload.snapshot.commit, upload.branch, upload.build) == (commit, "main", None)
    assert run_upload(server, shop, "upload").stderr.endswith("on main; the server had it already.\n")


@pytest.mark.parametrize(
    ("words", "code"), [(("upload",), 3), (("check", "--upload"), 1)], ids=["upload", "check"]
)
def test_a_failed_upload_is_a_warning_of_check_unless_it_was_required(
    server: Server, shop: Path, words: tuple[str, ...], code: int
) -> None:
    server.always = problem(404, "There is no such project.")

    done = run_upload(server, shop, *words)
    required = run_upload(server, shop, *words, "--require-upload")

    assert (done.returncode, required.returncode) == (code, 3)
    (line,) = done.stderr.splitlines()
    assert line.startswith("archguard: not uploaded: the server has no project shop for this token")
    assert required.stderr == done.stderr
    assert required.stdout == done.stdout


@pytest.mark.parametrize(
    "env", [{"ARCHGUARD_TOKEN": ""}, {"ARCHGUARD_SERVER": ""}, {"ARCHGUARD_PROJECT": ""}], ids=str
)
def test_without_a_token_the_verdict_stands(server: Server, shop: Path, env: dict[str, str]) -> None:
    done = run_upload(server, shop, "check", "--upload", **env)

    assert done.returncode == 1
    assert "1 broken" in done.stdout
    assert next(iter(env)) in done.stderr
    assert server.requests == []


@pytest.mark.parametrize("missing", ["token", "branch"])
def test_what_an_upload_lacks_is_said_before_the_work(server: Server, shop: Path, missing: str) -> None:
    shutil.rmtree(shop / "shop")  # so the work ends at once, and not well
    env = {"ARCHGUARD_TOKEN": ""} if missing == "token" else {}
    if missing == "branch":
        git(shop, "checkout", "--quiet", "--detach")

    done = run_upload(server, shop, "check", "--upload", **env)

    warning, verdict = done.stderr.splitlines()
    assert done.returncode == 2
    assert warning.startswith("archguard: not uploaded: ")
    assert missing in warning
    assert "root package 'shop'" in verdict


def test_the_verdict_is_the_same_with_any_server(server: Server, shop: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    alone = run_command("check", "--root", shop, env=make_environment())
    for always in (None, problem(409, "x"), problem(401, "x")):
        server.always = always
        assert run_upload(server, shop, "check", "--upload")[:2] == alone[:2]
    # A token that cannot be sent, so that nothing is tried for a minute.
    done = run_command(
        "check", "--root", shop, "--upload", env=make_client_environment(nobody, ARCHGUARD_TOKEN="a b")
    )
    assert done[:2] == alone[:2]


def test_a_tree_with_changes_is_judged_and_not_uploaded(server: Server, shop: Path) -> None:
    (shop / "shop" / "order.py").write_text("")

    done = run_upload(server, shop, "check", "--upload")
    required = run_upload(server, shop, "check", "--require-upload")

    assert (done.returncode, required.returncode) == (0, 3)
    assert "1 file differs, shop/order.py first" in done.stderr
    assert server.requests == []


def test_what_git_calls_unchanged_is_uploaded_as_the_commit_has_it(server: Server, shop: Path) -> None:
    (shop / ".gitattributes").write_text("*.py text eol=crlf\n")
    (shop / ".gitignore").write_text("_version.py\n")
    commit_all(shop)
    run_upload(server, shop, "upload")
    (shop / "shop" / "order.py").unlink()
    git(shop, "checkout", "--", ".")
    (shop / "shop" / "_version.py").write_text("import shop.legacy_cart\n")

    done = run_upload(server, shop, "check", "--upload")

    assert b"\r\n" in (shop / "shop" / "order.py").read_bytes()
    assert done.returncode == 1
    assert "shop/_version.py:1" in done.stdout
    assert "the commit itself is judged for the upload: 2 files are not as in it" in done.stderr
    assert "uploaded" in done.stderr
    alone, beside = server.uploads
    assert beside == alone


def test_upload_reads_the_commit_and_not_the_tree(server: Server, shop: Path) -> None:
    (shop / "shop" / "order.py").write_text("")

    assert run_upload(server, shop, "upload").returncode == 0
    assert server.uploads[0].snapshot.contracts[0].violations == 1


def test_a_part_of_the_contracts_is_no_snapshot(server: Server, shop: Path) -> None:
    done = run_upload(server, shop, "check", "--upload", "--contract", "one-cart")

    assert done.returncode == 2
    assert "leave out --contract" in done.stderr


@pytest.mark.parametrize("words", [("check", "--upload"), ("upload",)], ids=["check", "upload"])
def test_on_a_pull_request_the_merge_is_judged_and_its_head_reported(
    server: Server, shop: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    git(shop, "checkout", "--quiet", "-b", "feature")
    (shop / "shop" / "order.py").write_text("import shop.cart\n")
    head = commit_all(shop)
    git(shop, "checkout", "--quiet", "main")
    (shop / "shop" / "worse.py").write_text("import shop.legacy_cart\n")
    base = commit_all(shop)
    git(shop, "checkout", "--quiet", "-b", "merged")
    (shop / "shop" / "order.py").write_text("import shop.legacy_cart\n")
    commit_all(shop)
    git(shop, "merge", "--quiet", "-X", "ours", "--message", "merge", "feature")
    git(shop, "checkout", "--quiet", "--detach")
    repo = {"full_name": "a/b"}
    event = {
        "number": 5,
        "head": {"sha": head, "ref": "feature", "repo": repo},
        "base": {"repo": repo, "ref": "main"},
    }
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": event}))

    done = run_upload(
        server,
        shop,
        *words,
        GITHUB_ACTIONS="true",
        GITHUB_EVENT_NAME="pull_request",
        GITHUB_EVENT_PATH=str(tmp_path / "event.json"),
    )

    (upload,) = server.uploads
    assert done.returncode == (1 if words[0] == "check" else 0), done.stderr
    assert (upload.snapshot.commit, upload.branch) == (head, "feature")
    assert base not in upload.ancestors
    assert upload.snapshot.contracts[0].kept  # the merge is not
    assert upload.build is not None
    assert (upload.build.service, upload.build.pull_request) == ("github", "5")
    assert upload.pull_request == PullRequest(
        number=5,
        base_branch="main",
        head_branch="feature",
        base_commit=git(shop, "merge-base", base, head),
    )


@pytest.mark.parametrize(
    ("words", "code"), [(("check", "--require-upload"), 1), (("upload",), 0)], ids=["check", "upload"]
)
def test_nothing_is_uploaded_of_a_merge_queue(
    server: Server, shop: Path, words: tuple[str, ...], code: int
) -> None:
    git(shop, "checkout", "--quiet", "--detach")
    queue = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "merge_group",
        "GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-12-0a1b2c",
    }

    done = run_upload(server, shop, *words, **queue)

    assert done.returncode == code
    assert "a merge queue's branch is none of the project's" in done.stderr
    assert server.requests == []
    assert run_upload(server, shop, "upload", "--branch", "main", **queue).returncode == 0
    assert server.uploads[0].pull_request is None


def test_an_upload_says_what_was_merged(server: Server, shop: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "feature")
    (shop / "shop" / "order.py").write_text("import shop.cart\n")
    head = commit_all(shop)
    git(shop, "checkout", "--quiet", "main")
    git(shop, "merge", "--quiet", "--no-ff", "--message", "merge", "feature")
    run_upload(server, shop, "upload")
    (shop / "shop" / "order.py").write_text("")
    commit_all(shop)
    run_upload(server, shop, "upload")

    assert [upload.merged_commits for upload in server.uploads] == [(head,), (head,)]


def test_an_upload_says_which_pull_request_was_squashed(server: Server, shop: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "feature")
    (shop / "shop" / "order.py").write_text("import shop.cart\n")
    commit_all(shop)
    git(shop, "checkout", "--quiet", "main")
    git(shop, "merge", "--quiet", "--squash", "feature")
    git(shop, "commit", "--quiet", "--message", "One cart (#12)\n\n* a feature")
    commit = git(shop, "rev-parse", "HEAD").strip()

    run_upload(server, shop, "upload")

    (upload,) = server.uploads
    assert [(one.number, one.commit) for one in upload.merged_pulls] == [(12, commit)]
    assert upload.merged_commits == ()


_CHAIN = """\
[importlinter]
root_package = shop

[importlinter:contract:apart]
name = The basket does not reach the ledger
type = forbidden
source_modules = shop.basket
forbidden_modules = shop.ledger
"""


@pytest.mark.parametrize("base", [(), ("--base", "main")], ids=["alone", "with a base"])
def test_what_makes_new_violations_travels_with_the_pull_request(
    server: Server, tmp_path: Path, base: tuple[str, ...]
) -> None:
    root = tmp_path / "repository"
    (root / "shop").mkdir(parents=True)
    files = {"__init__": "", "basket": "", "helpers": "import shop.ledger\n", "ledger": ""}
    for name, content in files.items():
        (root / "shop" / f"{name}.py").write_text(content)
    (root / ".importlinter").write_text(_CHAIN)
    commit_all(root)
    git(root, "checkout", "--quiet", "-b", "feature")
    (root / "shop" / "basket.py").write_text("\nimport shop.helpers\n")
    commit_all(root)
    merge_request = {
        "GITLAB_CI": "true",
        "CI_MERGE_REQUEST_IID": "3",
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }

    done = run_upload(server, root, "check", "--upload", *base, **merge_request)

    (upload,) = server.uploads
    cause = Cause(
        importer="shop.basket", imported="shop.helpers", path="shop/basket.py", line=2, violations=1
    )
    assert upload.causes == ((cause,) if base else None), done.stderr


def test_a_dry_run_needs_neither_server_nor_token(shop: Path) -> None:
    done = run_command("upload", "--dry-run", "--root", shop, env=make_environment())

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["snapshot"]["commit"] == git(shop, "rev-parse", "HEAD")


def test_outside_of_a_repository_there_is_no_commit_to_upload(server: Server, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "shop")

    assert run_upload(server, tmp_path / "shop", "upload").returncode == 2
    done = run_upload(server, tmp_path / "shop", "check", "--upload")
    assert done.returncode == 1
    assert "no git repository there" in done.stderr


def test_only_the_documented_leaves_this_machine(server: Server, shop: Path, tmp_path: Path) -> None:
    canaries = {f"SECRET_{number}": f"canary{number:03}x" for number in range(200)}
    canaries |= {"GITHUB_TOKEN": "canary200x", "CI_JOB_TOKEN": "canary201x", "AWS_SECRET": "canary202x"}
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login canary203x password canary204x\n")
    (shop / "shop" / "secret.py").write_text(
        "PASSWORD = 'canary205x'  # canary206x\nimport shop.legacy_cart\n"
    )
    git(shop, "config", "user.email", "canary207x@example.org")
    git(shop, "remote", "add", "origin", "https://canary208x@example.org/a.git")
    commit_all(shop)
    ci = {"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main", "CI_JOB_URL": "https://canary209x:x@ci/1"}
    paths = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "canary210x")}

    done = run_upload(server, shop, "check", "--upload", **canaries, **ci, **paths)

    (request,) = server.requests
    sent = decompress(request.body).decode() + json.dumps([request.path, dict(request.headers)])
    assert "canary" not in sent
    assert "example.org" not in sent
    assert sent.count(TOKEN) == 1  # in its header
    assert TOKEN not in done.stdout + done.stderr
    assert "shop.legacy_cart" in sent  # names do leave
    assert set(request.headers) == {
        "Host",
        "Accept",
        "Accept-Encoding",
        "Connection",
        "User-Agent",
        "Authorization",
        "Content-Type",
        "Content-Encoding",
        "Content-Digest",
        "Content-Length",
    }


def test_a_proxy_of_the_environment_sees_no_token_for_this_machine(server: Server, shop: Path) -> None:
    with Server().running() as proxy:
        done = run_upload(server, shop, "upload", HTTP_PROXY=proxy.url, http_proxy=proxy.url)

        assert done.returncode == 0
        assert (len(server.requests), proxy.requests) == (1, [])


def test_a_proxy_of_the_environment_is_asked_for_other_machines(shop: Path) -> None:
    with Server().running() as proxy:
        words = ("upload", "--insecure-http", "--root", shop)
        env = make_client_environment(
            "http://archguard.example", HTTP_PROXY=proxy.url, http_proxy=proxy.url
        )
        done = run_command(*words, env=env)

        assert done.returncode == 0, done.stderr
        assert [request.headers["Host"] for request in proxy.requests] == ["archguard.example"]
