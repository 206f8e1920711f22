"""What an ID token says of the workflow that shows it, by provider.

Sources: https://docs.github.com/actions/reference/security/oidc and
https://docs.gitlab.com/ci/secrets/id_token_authentication
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api.models.trusted_publishers import Provider

if TYPE_CHECKING:
    from archguard_api.models import TrustedPublisher
    from archguard_api.services.oidc.id_token_verifier import VerifiedIdToken

_HEADS = "refs/heads/"
_PULL = re.compile(r"refs/(?:pull|merge-requests)/([1-9][0-9]{0,17})/(?:head|merge|train)")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class WorkflowIdentity:
    """A run of a workflow."""

    repository_id: str
    repository: str
    run: str
    branch: str
    """Of a pull request the one that it comes from."""
    commit: str | None
    """None: a pull request's, whose claims name the commit of its merge."""
    pull: int | None
    environment: str | None

    @property
    def name(self) -> str:
        """What people recognize it by."""
        return f"{self.repository[:60]} run {self.run[:30]}"

    def is_of(self, publisher: TrustedPublisher) -> bool:
        """Return whether a publisher of its issuer stands for it."""
        return (
            self.repository_id == publisher.repository_id
            and publisher.branch in (None, None if self.pull is not None else self.branch)
            and publisher.environment in (None, self.environment)
        )


def read_identity(token: VerifiedIdToken, provider: Provider) -> WorkflowIdentity | None:
    """Return which run shows an ID token; None if a claim is missing, or it is of no branch."""
    if provider is Provider.GITHUB:
        names = ("repository_id", "repository", "run_id", "ref", "head_ref")
    else:
        names = ("project_id", "project_path", "pipeline_id", "ref_path", "ref")
    repository_id, repository, run, ref, head = (token.get_text(name) for name in names)
    commit = token.get_text("sha")
    if not (repository_id and repository and run and ref and commit and _COMMIT.fullmatch(commit)):
        return None
    environment = token.get_text("environment")
    pull = _PULL.fullmatch(ref)
    if pull is not None and head is not None:
        return WorkflowIdentity(repository_id, repository, run, head, None, int(pull[1]), environment)
    branch = ref.removeprefix(_HEADS)
    if branch == ref or not branch:
        return None
    return WorkflowIdentity(repository_id, repository, run, branch, commit, None, environment)
