"""What can go wrong before there is a verdict; each class carries the exit code it ends with.

ArchguardError (2)
├── ConfigurationError    the configuration cannot be read, or asks for something that cannot be
├── SourceError           the tree or the commit cannot be read
└── ContractError         a contract cannot be judged
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
