"""import-linter's configuration files, read without running anything that they name."""

from archguard.configuration.reading import (
    Configuration,
    ContractConfiguration,
    find_configuration,
    read_configuration,
)

__all__ = ["Configuration", "ContractConfiguration", "find_configuration", "read_configuration"]
