"""Source to import graph: discovery, scanning, ghosts, coverage; only this room knows grimp."""
