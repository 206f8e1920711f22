"""Run git, protected against the configuration of a hostile repository.

A repository's configuration can name programs: fsmonitor, a gpg program, textconv, an upload-pack
for lazy fetches. archguard uses only git commands that run none of them, and overrides every such
setting as well.
"""

from __future__ import annotations

import os
import subprocess
import weakref
from contextlib import suppress
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
_CHUNK_BYTES = 1 << 20
_LAZY_FETCH = "lazy fetching disabled"  # git's warning when an object is on the promisor remote only
NOT_INSTALLED = "git is not installed"
_BATCH_SIZE = (
    256  # requests of 65 bytes each fit into a pipe's buffer, so neither side can block the other
)


def _environment() -> dict[str, str]:
    # GIT_DIR and similar variables could name another repository than --root.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return inherited | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _format_settings(settings: Sequence[tuple[str, str]]) -> dict[str, str]:
    if not settings:
        return {}
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def _command(arguments: Sequence[str]) -> list[str]:
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    return ["git", *settings, *arguments]


def run_git(
    *arguments: str, stdin: bytes = b"", settings: Sequence[tuple[str, str]] = (), index: str = ""
) -> bytes:
    """Run a git command, and return its standard output.

    Args:
        arguments: the command.
        stdin: its standard input.
        settings: configuration that wins over the repository's; unlike in `-c`, a key may hold a `=`.
        index: another file that is used as the index; empty for the repository's own.

    Raises:
        SourceError: git is not installed, or the command failed.
    """
    try:
        completed = subprocess.run(
            _command(arguments),
            env=_environment()
            | _format_settings(settings)
            | ({"GIT_INDEX_FILE": index} if index else {}),
            input=stdin,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise SourceError(f"{NOT_INSTALLED}, and reading commits needs it.") from error
    if completed.returncode:
        raise SourceError(_failure(arguments, completed.stderr, completed.returncode))
    return completed.stdout


class RunningCommand:
    """A git command that runs while the caller does other things."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._end = weakref.finalize(self, _end_process, process)

    def read(self) -> bytes | None:
        """Wait for its end, and return its standard output; None if it failed."""
        output, _ = self._process.communicate()
        self._end.detach()
        return None if self._process.returncode else output


def start_git(*arguments: str) -> RunningCommand | None:
    """Start a git command; return None if git is not installed."""
    try:
        process = subprocess.Popen(
            _command(arguments),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        return None
    return RunningCommand(process)


def stream_fields(*arguments: str, stdin: bytes) -> Iterator[bytes]:
    """Yield the NUL-terminated fields that a git command prints, while it runs.

    Raises:
        SourceError: the command failed.
    """
    import tempfile  # noqa: PLC0415 (slow to import, and only histories need it)

    with tempfile.TemporaryFile() as input_file:
        input_file.write(stdin)
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
        while chunk := process.stdout.read(_CHUNK_BYTES):
            *complete, rest = (rest + chunk).split(b"\0")
            yield from complete
        if rest:
            yield rest
        errors = process.stderr.read()
        if process.wait():
            raise SourceError(_failure(arguments, errors, process.returncode))
    finally:
        process.kill()
        process.communicate()


def _failure(arguments: Sequence[str], errors: bytes, code: int) -> str:
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    if any(_LAZY_FETCH in line for line in lines):
        return (
            f"git {arguments[-1]!r} failed: this is a partial clone, which lacks folders of the "
            "history, not only contents of files; fetch them with `git fetch --refetch --no-filter`."
        )
    reason = lines[0].removeprefix("fatal: ") if lines else f"exit code {code}"
    return f"git {arguments[-1]!r} failed: {reason}"


class BlobReader:
    """Reads objects through one `git cat-file --batch`, which ends when this is closed or collected."""

    def __init__(self, git_dir: str) -> None:
        self._git_dir = git_dir
        self._process: subprocess.Popen[bytes] | None = None
        self._is_reading = False

    def read_beginning(self, object_id: str, length: int) -> bytes | None:
        """Return the first bytes of an object; None if it is missing."""
        (content,) = self.read([object_id], length, cut=True)
        return content if isinstance(content, bytes) else None

    def read(self, ids: Sequence[str], limit: int, *, cut: bool = False) -> Iterator[bytes | int | None]:
        """Yield the content of each object; None if it is missing.

        Args:
            ids: the objects.
            limit: the number of bytes to read at most.
            cut: whether to yield the beginning of an object above the limit, instead of its size.
        """
        if self._is_reading:  # the process is busy until that iterator is exhausted, so use another one
            yield from BlobReader(self._git_dir).read(ids, limit, cut=cut)
            return
        self._is_reading = True
        try:
            yield from self._read(ids, limit, cut=cut)
        finally:
            self._is_reading = False

    def _read(self, ids: Sequence[str], limit: int, *, cut: bool) -> Iterator[bytes | int | None]:
        for start in range(0, len(ids), _BATCH_SIZE):
            batch = ids[start : start + _BATCH_SIZE]
            answered = 0
            try:
                while answered < len(batch):
                    # If git dies, the object that it was asked for next counts as missing.
                    for blob in self._ask(batch[answered:], limit, cut=cut):
                        answered += 1
                        yield blob
                    if answered < len(batch):
                        self.close()
                        answered += 1
                        yield None
            finally:
                if answered < len(batch):  # the caller stopped: drop the answers that it did not read
                    self.close()

    def close(self) -> None:
        """End the process if it is running."""
        if self._process is not None:
            self._end()
            self._process = None

    def _ask(self, ids: Sequence[str], limit: int, *, cut: bool) -> Iterator[bytes | int | None]:
        if self._process is None:
            self._process = subprocess.Popen(
                _command([f"--git-dir={self._git_dir}", "cat-file", "--batch"]),
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._end = weakref.finalize(self, _end_process, self._process)
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018 (both are pipes)
        try:
            stdin.write("".join(f"{object_id}\n" for object_id in ids).encode())
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
                yield content[:limit] if cut or size <= limit else size
            elif header:
                yield None
            else:
                return


def _end_process(process: subprocess.Popen[bytes]) -> None:
    """End a process whose output another thread may just have read to its end."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):  # what it did not read any more
                stream.close()


def _skip(stream: IO[bytes], count: int) -> None:
    while count > 0:
        chunk = stream.read(min(count, _CHUNK_BYTES))
        if not chunk:
            return
        count -= len(chunk)
