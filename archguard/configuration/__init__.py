"""Reading import-linter's configuration files, without running any code that they name."""

from archguard.configuration.model import (
    Configuration,
    ContractConfiguration,
    merge_configurations,
)
from archguard.configuration.read import (
    FILE_NAMES,
    find_configuration,
    find_configuration_file,
    parse_configuration,
    read_configuration,
)

__all__ = [
    "FILE_NAMES",
    "Configuration",
    "ContractConfiguration",
    "find_configuration",
    "find_configuration_file",
    "merge_configurations",
    "parse_configuration",
    "read_configuration",
]
