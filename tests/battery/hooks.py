"""Hooks for `st run`: what no schema can say about the service."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

from tests.battery.service import OWN_TOKEN

if TYPE_CHECKING:
    from schemathesis import Case, HookContext, Response
    from schemathesis.core.failures import Failure

_SENTENCES = (
    "invalid cursor; use the one that this list returned",
    "Fixed violations cannot be filtered by this; leave it out, or use state=open.",
    "A token holds at most as long as the one that makes it; leave `days` out for as long.",
    "This service sends no mail: its operator has set up no mail server.",
    "The rule is disabled: enable it first.",
    "This issuer is none of those that the service's operator allows.",
    "The service accepts no ID token: its operator has not said what its public URL is.",
    "The body does not match its Content-Digest: it was changed on the way.",
    "since is not a day of the calendar; write a date as 2026-03-01.",
    "until is not a day of the calendar; write a date as 2026-03-01.",
    "introduced_since is not a day of the calendar; write a date as 2026-03-01.",
)
_RULES = ("Value error, ", "Input should be a valid integer")
"""How pydantic begins a rule of our own, and what it says of `1.0`, to JSON Schema an integer."""


@schemathesis.hook
def filter_case(_context: HookContext, case: Case[Any]) -> bool:
    """Every token may be revoked but the run's."""
    return case.path_parameters.get("token_id") != os.environ[OWN_TOKEN]


@schemathesis.hook
def filter_failure(_context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """A valid request may be refused for what the document can say only in words.

    A cursor of another list, a digest of another body, a 30th of February; rules between fields. And who
    administers a project reads it until it is purged.
    """
    if isinstance(failure, UseAfterFree):
        return False
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 422:
        return True
    problem = response.json()
    faults = [fault["problem"] for fault in problem.get("errors", ())]
    explained = bool(faults) and all(fault.startswith(_RULES) for fault in faults)
    return not (explained or problem["detail"] in _SENTENCES)
