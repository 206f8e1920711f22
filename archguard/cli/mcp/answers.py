"""What can be asked, whether a tree or the service answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Callable

Document = dict[str, Any]
"""Values that JSON can hold."""


class QuestionError(ArchguardError):
    """A question cannot be answered as it was asked."""


class CancelledQuestionError(ArchguardError):
    """The client takes a question back, so nobody reads the answer."""


class Question:
    """The validated arguments of one call."""

    def __init__(self, arguments: Document, refuse_cancelled: Callable[[], None]) -> None:
        """Take the arguments.

        Args:
            arguments: by name; those that were left out have their defaults.
            refuse_cancelled: raises `CancelledQuestionError` once the client has cancelled the call.
        """
        self.arguments = arguments
        self.refuse_cancelled = refuse_cancelled

    def get(self, name: str) -> Any:
        """Return an argument; None if it was left out and has no default."""
        return self.arguments.get(name)

    @property
    def limit(self) -> int:
        """How many items a list of the answer may have."""
        return int(self.arguments["limit"])


class Answers(Protocol):
    """Answers each question with a document; the methods are named after the tools.

    Raises:
        ArchguardError: there is no answer; the message says why.
    """

    def find_replacement(self, question: Question) -> Document:
        """Say what to import instead of a module or a name."""

    def find_importers(self, question: Question) -> Document:
        """Say who imports a module."""

    def judge_change(self, question: Question) -> Document:
        """Say whether a change adds violations."""

    def list_ready(self, question: Question) -> Document:
        """Say which violations can be rewritten now."""

    def describe_contracts(self, question: Question) -> Document:
        """Say where the contracts stand."""
