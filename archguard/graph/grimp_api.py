"""The part of grimp's public API that other rooms may use."""

from grimp import ImportGraph
from grimp import __version__ as GRIMP_VERSION  # noqa: N812 (it is a constant)
from grimp.exceptions import GrimpException as GraphError
from grimp.exceptions import ModuleNotPresent

__all__ = ["GRIMP_VERSION", "GraphError", "ImportGraph", "ModuleNotPresent"]
