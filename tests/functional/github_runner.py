"""What GitHub's runner does with the steps of a composite action: inputs, environment, bash, outputs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.cli.console_script import SCRIPT
from tests.functional.hosted_repository import NUMBER
from tests.upload.environments import make_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.functional.hosted_repository import HostedRepository, PullRequest, Push

_INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")
_SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
"""What `shell: bash` is."""


class Outcome(NamedTuple):
    """What a step left."""

    code: int
    log: str
    summary: str
    outputs: Mapping[str, str]


class GitHubRunner:
    """A job: a workspace, the event that started it, and the folders that each step gets."""

    def __init__(self, folder: Path, action: Path) -> None:
        """Make the job's folders below a folder; the action is a file with what lies beside it."""
        self.folder = folder
        self.temporary = folder / "temporary"
        self.workspace = folder / "workspace"
        self.action = action
        self.temporary.mkdir()
        self._variables: dict[str, str] = {}

    def receive_pull_request(
        self,
        repository: HostedRepository,
        pull_request: PullRequest,
        owner: str,
        depth: int | None = None,
    ) -> None:
        """Start with the merge of a pull request of an owner's branch, as actions/checkout leaves it."""
        merge = f"refs/pull/{NUMBER}/merge"
        branches = ["+refs/heads/*:refs/remotes/origin/*"] if depth is None else []
        refspecs = [*branches, f"+{merge}:refs/remotes/pull/{NUMBER}/merge"]
        repository.check_out(self.workspace, pull_request.merge, *refspecs, depth=depth)
        event = {
            "pull_request": {
                "number": NUMBER,
                "head": {
                    "ref": "change",
                    "sha": pull_request.head,
                    "repo": {"full_name": f"{owner}/shop"},
                    "user": {"login": owner},
                },
                "base": {"ref": "main", "repo": {"full_name": "octo/shop"}},
            },
        }
        self._start("pull_request", merge, event)

    def receive_push(self, repository: HostedRepository, push: Push) -> None:
        """Start with a commit that was pushed to the default branch."""
        repository.check_out(self.workspace, push.after, "+refs/heads/*:refs/remotes/origin/*")
        self._start("push", "refs/heads/main", {"before": push.before, "after": push.after})

    def _start(self, name: str, ref: str, event: Mapping[str, object]) -> None:
        (self.folder / "event.json").write_text(json.dumps(event))
        self._variables = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REF": ref,
            "GITHUB_REPOSITORY": "octo/shop",
            "GITHUB_RUN_ID": "1",
            "GITHUB_SERVER_URL": "https://github.example.org",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTION_PATH": str(self.action.parent),
            "RUNNER_TEMP": str(self.temporary),
        }

    def put_installed_archguard_in_place(self) -> None:
        """Stand in for the step that installs: the environment of this test run is where it would be."""
        programs = self.temporary / "archguard" / "bin"
        programs.mkdir(parents=True)
        (programs / "archguard").symlink_to(SCRIPT)

    def run(self, step: Mapping[str, Any], inputs: Mapping[str, str]) -> Outcome:
        """Run a step as it is written."""
        assert step["shell"] == "bash"
        files = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        own = {
            name: _INPUT.sub(lambda match: inputs[match[1]], value)
            for name, value in step["env"].items()
        }
        assert "${{" not in "".join(own.values())
        done = subprocess.run(
            [shutil.which("bash") or "", *_SHELL[1:], script],
            cwd=self.workspace,
            env=make_environment(
                **self._variables, **{name: str(file) for name, file in files.items()}, **own
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        return Outcome(done.returncode, done.stdout, files["GITHUB_STEP_SUMMARY"].read_text(), outputs)
