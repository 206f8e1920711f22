"""The git commands that archguard runs, hardened against what a hostile repository configures.

A repository's own configuration can name programs: fsmonitor, a gpg program, textconv, an upload-pack
for lazy fetches. Only commands that run none of them are used, and every such key is set here as well.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import weakref
from typing import IO, TYPE_CHECKING

from archguard.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.alternateRefsCommand=true",
    "log.showSignature=false",
    "gpg.program=false",
    "diff.external=",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
)
_PART_BYTES = 1 << 20
MISSING = "git is not installed"
_REQUESTS_AT_ONCE = 256  # 65 bytes each: fits a pipe's buffer, so neither side waits for the other


def _environment() -> dict[str, str]:
    # GIT_DIR and its kin would point elsewhere than --root says.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _command(arguments: Sequence[str]) -> list[str]:
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    return ["git", *settings, *arguments]


def run_git(*arguments: str, given: bytes = b"") -> bytes:
    """The standard output of a git command that is given this on its standard input.

    Raises:
        SourceError: git is not installed, or the command failed.
    """
    try:
        done = subprocess.run(
            _command(arguments), env=_environment(), input=given, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise SourceError(f"{MISSING}, and reading commits needs it.") from error
    if done.returncode:
        raise SourceError(_failure(arguments, done.stderr, done.returncode))
    return done.stdout


def stream_fields(*arguments: str, given: bytes) -> Iterator[bytes]:
    """What a git command prints, cut at every NUL, while it runs.

    Raises:
        SourceError: the command failed.
    """
    with tempfile.TemporaryFile() as input_file:
        input_file.write(given)
        input_file.seek(0)
        process = subprocess.Popen(
            _command(arguments),
            env=_environment(),
            stdin=input_file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 (pipes)
    try:
        rest = b""
        while part := process.stdout.read(_PART_BYTES):
            *whole, rest = (rest + part).split(b"\0")
            yield from whole
        if rest:
            yield rest
        said = process.stderr.read()
        if process.wait():
            raise SourceError(_failure(arguments, said, process.returncode))
    finally:
        process.kill()
        process.communicate()


def _failure(arguments: Sequence[str], said: bytes, code: int) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    reason = lines[0].removeprefix("fatal: ") if lines else f"exit code {code}"
    return f"git {arguments[-1]!r} failed: {reason}"


class BlobReader:
    """A `git cat-file --batch` that answers until it is closed, or nobody refers to it."""

    def __init__(self, git_dir: str) -> None:
        self._git_dir = git_dir
        self._process: subprocess.Popen[bytes] | None = None
        self._is_reading = False

    def read(self, ids: Sequence[str], limit: int) -> Iterator[bytes | int | None]:
        """Each blob's content; its size where that is above `limit`; None where it is missing."""
        if self._is_reading:  # one reading lasts until its reader has everything: this one is its own
            yield from BlobReader(self._git_dir).read(ids, limit)
            return
        self._is_reading = True
        try:
            yield from self._read(ids, limit)
        finally:
            self._is_reading = False

    def _read(self, ids: Sequence[str], limit: int) -> Iterator[bytes | int | None]:
        for start in range(0, len(ids), _REQUESTS_AT_ONCE):
            asked = ids[start : start + _REQUESTS_AT_ONCE]
            answered = 0
            try:
                while answered < len(asked):
                    # A git that dies has met an object it cannot give: that one counts as missing.
                    for blob in self._ask(asked[answered:], limit):
                        answered += 1
                        yield blob
                    if answered < len(asked):
                        self.close()
                        answered += 1
                        yield None
            finally:
                if answered < len(asked):  # nobody reads on: the next answers must not be these
                    self.close()

    def close(self) -> None:
        """End the process, if it runs."""
        if self._process is not None:
            self._end()
            self._process = None

    def _ask(self, ids: Sequence[str], limit: int) -> Iterator[bytes | int | None]:
        if self._process is None:
            self._process = subprocess.Popen(
                _command([f"--git-dir={self._git_dir}", "cat-file", "--batch"]),
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._end = weakref.finalize(self, _end, self._process)
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018 (both are pipes)
        try:
            stdin.write("".join(f"{i}\n" for i in ids).encode())
            stdin.flush()
        except BrokenPipeError:
            return
        for _ in ids:
            header = stdout.readline().split()
            if len(header) == 3:
                size = int(header[2])
                content = stdout.read(min(size, limit + 1))
                _skip(stdout, size - len(content) + 1)
                if len(content) < min(size, limit + 1):
                    return
                yield content if size <= limit else size
            elif header:
                yield None
            else:
                return


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def _skip(stream: IO[bytes], count: int) -> None:
    while count > 0:
        part = stream.read(min(count, 1 << 20))
        if not part:
            return
        count -= len(part)
