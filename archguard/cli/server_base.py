"""`--baseline server`: the newest snapshot of the base branch that is of an ancestor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from archguard.cli.git_base import open_git_base
from archguard.errors import ServerError, SourceError, UploadError
from archguard.ratchet.recorded_base import make_record
from archguard.sources.git.ancestors import list_ancestors
from archguard.sources.git.branches import find_branch
from archguard.sources.git.commit import find_commit, open_repository
from archguard.text import escape
from archguard.upload.base_snapshot import SnapshotReader
from archguard.upload.ci import ci_facts
from archguard.upload.environment import select_variables

if TYPE_CHECKING:
    from archguard.checking.pipeline import CheckRequest
    from archguard.cli.chosen_tree import ChosenTree
    from archguard.cli.options.upload import UploadOptions
    from archguard.configuration import Configuration
    from archguard.ratchet.base import Base
    from archguard.ratchet.recorded_base import RecordedBase
    from archguard.upload.base_snapshot import BaseSnapshot
    from archguard.upload.client import Client


class _Wanted(NamedTuple):
    """Which snapshot is asked for."""

    branch: str | None
    """None for the project's default branch."""
    ancestors: frozenset[str]

    @property
    def name(self) -> str:
        """How a report names the branch."""
        return self.branch or "the default branch"


def open_server_base(
    rev: str, upload: UploadOptions, request: CheckRequest, tree: ChosenTree
) -> Base | RecordedBase:
    """Return the base that the server names, or where it names none the one that git does.

    Where git has the snapshot's commit it is judged from there, so that contracts that the change adds
    are judged at the base, too; elsewhere the violations are those that were uploaded.

    Args:
        rev: the branch that the change goes into, or `auto`.
        upload: the options that name the server.
        request: what is judged: all contracts of the tree, or some.
        tree: the tree.

    Raises:
        ArchguardError: git has to decide, and cannot.
    """
    try:
        wanted = _find_wanted(rev, request, tree.folder)
        with _open_client(upload) as client:
            reader = SnapshotReader(client)
            snapshot = _find_snapshot(reader, wanted)
            name = f"{wanted.name} on the server"
            try:
                base = open_git_base(snapshot.commit, request, tree)
            except SourceError:
                return _read_record(reader, snapshot, name, tree.configuration)
            return base._replace(name=name, origin="server")
    except (ServerError, SourceError) as error:
        base = open_git_base(rev, request, tree)
        notice = f"The server names no base, so git decides: {escape(str(error))}"
        return base._replace(notices=(*base.notices, notice))


def _open_client(upload: UploadOptions) -> Client:
    try:
        return upload.open_client()
    except UploadError as error:
        raise ServerError(str(error)) from error


def _find_wanted(rev: str, request: CheckRequest, folder: str) -> _Wanted:
    git_dir, _ = open_repository(folder, "--root")
    facts = ci_facts(select_variables(os.environ))
    head = request.source.commit or find_commit(git_dir, folder, "HEAD", option="--baseline")
    ancestors = list_ancestors(git_dir, head)
    if request.source.commit is not None or facts is not None:
        ancestors -= {head}  # what is judged is no base of itself, though it may be uploaded already
    if rev != "auto":
        return _Wanted(find_branch(git_dir, rev), ancestors)
    return _Wanted(facts.base if facts is not None else None, ancestors)


def _find_snapshot(reader: SnapshotReader, wanted: _Wanted) -> BaseSnapshot:
    snapshot = reader.find(wanted.branch, wanted.ancestors)
    if snapshot is None:
        raise ServerError(f"it has no snapshot of {wanted.name} that is of an ancestor.")
    return snapshot


def _read_record(
    reader: SnapshotReader, snapshot: BaseSnapshot, name: str, configuration: Configuration
) -> RecordedBase:
    """Return what was uploaded of a commit that git cannot read here."""
    violations = reader.read_violations(snapshot.commit)
    known = {
        contract: frozenset(
            (importer, imported) for owner, importer, imported in violations if owner == contract
        )
        for contract in snapshot.contracts
    }
    return make_record(name, "server", snapshot.commit, known, configuration)
