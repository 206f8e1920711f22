"""import-linter's configuration files, read without running anything that they name."""

from archguard.configuration.read import (
    FILE_NAMES,
    Configuration,
    ContractConfiguration,
    find_configuration,
    parse_configuration,
    read_configuration,
)

__all__ = [
    "FILE_NAMES",
    "Configuration",
    "ContractConfiguration",
    "find_configuration",
    "parse_configuration",
    "read_configuration",
]
