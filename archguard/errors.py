"""The errors that end a command, each class with its exit code.

ArchguardError (2)
├── ConfigurationError    the configuration cannot be read, or is invalid
├── SourceError           the tree or the commit cannot be read
│   ├── HistoryError      this clone lacks the history that a comparison needs
│   └── NoRepositoryError a folder is in no git repository
├── ContractError         a contract cannot be judged as it is configured
├── ForgeError (3)        a comment did not reach the forge
├── ServerError           the server cannot be asked, so another base must do
└── UploadError (3)       a snapshot did not reach the server; ends `upload` or --require-upload
    └── RefusedError      the server refuses this snapshot; it may accept others
"""


class ArchguardError(Exception):
    """An error whose message is one sentence for the user: what is wrong, where, and what to do."""

    exit_code = 2


class ConfigurationError(ArchguardError):
    """The configuration cannot be read, or is invalid."""


class SourceError(ArchguardError):
    """The tree or the commit cannot be read."""


class HistoryError(SourceError):
    """This clone lacks the history that a comparison needs."""


class NoRepositoryError(SourceError):
    """A folder is in no git repository."""


class ContractError(ArchguardError):
    """A contract cannot be judged as it is configured."""


class ServerError(ArchguardError):
    """The server cannot be asked, so another base must do."""


class UploadError(ArchguardError):
    """A snapshot did not reach the server."""

    exit_code = 3


class RefusedError(UploadError):
    """The server refuses this snapshot; it may accept others."""

    def __init__(self, message: str, status: int = 0) -> None:
        """Create the error.

        Args:
            message: one sentence.
            status: the HTTP status of the server's answer; 0 if it was not asked.
        """
        super().__init__(message)
        self.status = status


class ForgeError(ArchguardError):
    """A comment did not reach the forge."""

    exit_code = 3
