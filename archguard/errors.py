"""What can go wrong before there is a verdict; each class carries the exit code it ends with.

ArchguardError (2)
├── ConfigurationError    the configuration cannot be read, or asks for something that cannot be
├── SourceError           the tree or the commit cannot be read
├── ContractError         a contract cannot be judged
└── UploadError (3)       a snapshot did not reach the server; it ends a command only where it had to
    └── RefusedError      this one is not wanted; others may be
"""


class ArchguardError(Exception):
    """One clear sentence for the user: what, where, what to do."""

    exit_code = 2


class ConfigurationError(ArchguardError):
    """The configuration cannot be read, or asks for something that cannot be."""


class SourceError(ArchguardError):
    """The tree or the commit cannot be read."""


class ContractError(ArchguardError):
    """A contract cannot be judged as it is configured."""


class UploadError(ArchguardError):
    """A snapshot did not reach the server."""

    exit_code = 3


class RefusedError(UploadError):
    """The server does not take this snapshot; it may take others."""
