"""The image without a container engine: the linter's word, and each step's command run for real."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from tests.battery.service import free_port

REPOSITORY = Path(__file__).parents[2]
DOCKERFILE = REPOSITORY / "Dockerfile"
_CONTINUED = re.compile(r"\\\n\s*")


def _steps() -> list[tuple[str, str]]:
    """(instruction, what follows it) of each step."""
    text = _CONTINUED.sub("", DOCKERFILE.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def _argument(instruction: str) -> str:
    (found,) = [rest for word, rest in _steps() if word == instruction]
    return found


def test_the_linter_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_would_say_something(tmp_path: Path) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    bad = tmp_path / "Dockerfile"
    bad.write_text(DOCKERFILE.read_text().replace("python:3.13-slim", "python:latest"))

    assert subprocess.run([hadolint, bad], capture_output=True, check=False).returncode == 1


def test_the_image_has_two_stages_and_does_not_run_as_root() -> None:
    words = [word for word, _ in _steps()]

    assert words.count("FROM") == 2
    assert int(_argument("USER")) > 0
    assert words.index("USER") > len(words) - 1 - words[::-1].index("RUN")


def test_what_is_copied_is_there_and_not_ignored() -> None:
    ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()
    copied = [rest for word, rest in _steps() if word == "COPY" and not rest.startswith("--from")]

    for name in [name for rest in copied for name in rest.split()[:-1]]:
        assert (REPOSITORY / name).exists()
        assert f"!{name}" in ignored


def test_compose_starts_what_exists() -> None:
    services = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["services"]
    from archguard.cli import COMMANDS  # noqa: PLC0415

    built = [one for one in services.values() if one.get("build") == "."]
    assert {one["command"][0] for one in built} == {"db", "serve"} <= set(COMMANDS)
    for one in services.values():
        assert set(one.get("depends_on", ())) <= services.keys()


@pytest.mark.slow
def test_the_steps_give_a_service_that_is_healthy(tmp_path: Path) -> None:
    source, data, venv = tmp_path / "source", tmp_path / "data", tmp_path / "venv"
    source.mkdir()
    data.mkdir()
    for word, rest in _steps()[: _steps().index(("FROM", "python:3.13-slim"))]:
        if word == "COPY":
            *names, _ = rest.split()
            for name in names:
                place = REPOSITORY / name
                if place.is_dir():
                    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
                    shutil.copytree(place, source / name, ignore=ignored)
                else:
                    shutil.copy(place, source / name)
        elif word == "RUN":
            folder = tmp_path / "bin"  # in the image, `python` is the interpreter
            folder.mkdir()
            (folder / "python").symlink_to(sys.executable)
            environment = {
                **os.environ,
                "VENV": str(venv),
                "PATH": f"{folder}:{os.environ['PATH']}",
                "PIP_NO_COMPILE": "1",  # most modules are never imported here
            }
            done = subprocess.run(
                ["sh", "-c", rest],
                cwd=source,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
    port = str(free_port())
    (entry,) = json.loads(_argument("ENTRYPOINT"))
    command = [one.replace("8600", port) for one in json.loads(_argument("CMD"))]
    command = [one.replace("sqlite:////data", f"sqlite:///{data}") for one in command]
    health = json.loads(_argument("HEALTHCHECK").partition(" CMD ")[2])
    health = [one.replace("8600", port) for one in health]

    service = subprocess.Popen([venv / "bin" / entry, *command], cwd=data, stderr=subprocess.PIPE)
    try:
        statuses = []
        for _ in range(100):
            asked = subprocess.run(
                [venv / "bin" / health[0], *health[1:]], capture_output=True, check=False
            )
            statuses.append(asked.returncode)
            if asked.returncode == 0:
                break
            time.sleep(0.1)
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/projects/shop", timeout=5)
    finally:
        service.terminate()
        service.wait(15)
        assert service.stderr is not None
        service.stderr.close()

    assert statuses[0] != 0  # the check says no while nothing listens
    assert statuses[-1] == 0
    assert (data / "archguard.db").exists()
