"""Upload the snapshot of one commit, and tell the user how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.cli.output import say
from archguard.errors import ArchguardError, UploadError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Causes, CheckResult
    from archguard.cli.options.upload import UploadOptions
    from archguard.snapshot import Upload
    from archguard.upload.ci import CiFacts
    from archguard.upload.client import Client
    from archguard.upload.target import Repository, Target


class UploadTarget(NamedTuple):
    """What an upload needs besides the verdict: the commit to report, and a client of the server."""

    client: Client
    repository: Repository
    target: Target
    ci: CiFacts | None


def is_merge_queue(options: UploadOptions) -> bool:
    """Return whether this build is a merge queue's, of which nothing is uploaded; tell the user."""
    if options.branch is not None:
        return False
    ci = options.read_ci_facts()
    if ci is None or not ci.is_merge_queue:
        return False
    say(
        "not uploaded: a merge queue's branch is none of the project's; the build of the branch that it "
        "merges into uploads the commit."
    )
    return True


def find_upload_target(options: UploadOptions, folder: str, rev: str | None) -> UploadTarget | None:
    """Return where to upload a commit; print a warning and return None if that cannot be found out."""
    from archguard.upload.target import Repository, find_target  # noqa: PLC0415

    try:
        repository, ci = Repository(folder), options.read_ci_facts()
        target = find_target(repository, rev, options.branch, ci)
        return UploadTarget(options.open_client(), repository, target, ci)
    except ArchguardError as error:
        say(f"not uploaded: {error}")
        return None


def run_upload(
    options: UploadOptions, upload: Callable[[], None], failure: type[ArchguardError] = UploadError
) -> int:
    """Call a function that uploads; return 0, or 3 if it failed and was required.

    Args:
        options: tell whether the upload is required.
        upload: the function.
        failure: which errors count as a failed upload; others are raised.
    """
    try:
        upload()
    except failure as error:
        say(f"not uploaded: {error}")
        return options.failure_code
    return 0


def upload_checked(
    result: CheckResult, request: CheckRequest, upload_target: UploadTarget, causes: Causes | None
) -> None:
    """Upload the verdict of a check; if it is not the commit's own, judge the commit first.

    Args:
        result: what the check found.
        request: what was checked: the commit, or a working tree that may differ from it.
        upload_target: the commit, and a client of the server, which is closed in the end.
        causes: what makes the new violations.

    Raises:
        ArchguardError: there is no verdict on the commit, or it did not arrive.
    """
    from archguard.checking.pipeline import check, has_dates, scan_options  # noqa: PLC0415
    from archguard.sources.git.commit import Commit  # noqa: PLC0415
    from archguard.sources.working_tree import WorkingTree  # noqa: PLC0415
    from archguard.upload.clean_tree import find_unequal  # noqa: PLC0415

    client, repository, target, ci = upload_target
    with client:
        if isinstance(request.source, WorkingTree):
            commit = Commit(repository.git_dir, target.commit, repository.prefix)
            unequal = []
            if target.is_head:
                options = scan_options(result.inputs.configuration)
                unequal = find_unequal(result.inputs.analysis, request.source, commit, options)
            if unequal:
                _say_what_is_uploaded(unequal)
            # The verdict on a pull request's merge is not the commit's either, nor that of another day.
            inputs = result.inputs
            if unequal or not target.is_head or has_dates(inputs.configuration, inputs.analysis):
                request = request._replace(source=commit, progress=None, started=(), today=None)
                result = check(request)
        upload = build_upload(result, request, repository, target, ci, causes)
        send_upload(client, upload)


def _say_what_is_uploaded(unequal: Sequence[str]) -> None:
    files = f"{len(unequal)} files are" if len(unequal) > 1 else "1 file is"
    say(
        f"the commit itself is judged for the upload: {files} not as in it, {unequal[0]} first, though "
        "unchanged for git (line ends, ignored files)."
    )


def build_upload(
    result: CheckResult,
    request: CheckRequest,
    repository: Repository,
    target: Target,
    ci: CiFacts | None,
    causes: Causes | None = None,
) -> Upload:
    """Return the upload of a commit that was checked.

    Args:
        result: what the check of the commit found.
        request: what was checked.
        repository: the commit's.
        target: the commit, and its branch.
        ci: what the CI service says, if there is one.
        causes: what makes the new violations; of a pull request's merge, if that was judged.

    Raises:
        UploadError: no snapshot can be made of the commit.
    """
    from archguard.checking.pipeline import scan_options  # noqa: PLC0415
    from archguard.consolidation.contract_families import JudgedTree, audit_families  # noqa: PLC0415
    from archguard.snapshot.build import SnapshotInput, convert_causes  # noqa: PLC0415
    from archguard.snapshot.wire_families import convert_families  # noqa: PLC0415
    from archguard.upload.build import MAX_ANCESTORS_OF_CHECK, UploadBuilder  # noqa: PLC0415
    from archguard.upload.pull_request import find_pull_request  # noqa: PLC0415

    report, inputs = result
    judged = {contract.id for contract in report.contracts if contract.error is None}
    families = audit_families(
        [contract for contract in inputs.contracts if contract.id in judged],
        JudgedTree(
            request.source,
            scan_options(inputs.configuration),
            inputs.analysis,
            request.cache,
            request.jobs,
        ),
    )
    snapshot_input = SnapshotInput(
        report.contracts,
        report.violations,
        inputs,
        report.coverage.undecided,
        [path for family in families for path in family.paths] if families else None,
    )
    return UploadBuilder(repository, ci).build(
        snapshot_input,
        target.commit,
        target.branch,
        max_ancestors=MAX_ANCESTORS_OF_CHECK,
        pull_request=find_pull_request(repository, target.commit, ci),
        causes=convert_causes(causes),
        families=convert_families(families, report.violations),
    )


def send_upload(client: Client, upload: Upload) -> None:
    """Send an upload, and print one line about it.

    Raises:
        UploadError: it did not arrive.
    """
    outcome = client.send(upload)
    note = "" if outcome.value == "new" else "; the server had it already"
    say(f"uploaded {upload.snapshot.commit[:10]} on {upload.branch}{note}.")
