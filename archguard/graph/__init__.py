"""Source to import graph: discovery, scanning, coverage, ghosts, kinds. The only room that knows grimp."""

from grimp import ImportGraph
from grimp.exceptions import GrimpException as GraphError

__all__ = ["GraphError", "ImportGraph"]
