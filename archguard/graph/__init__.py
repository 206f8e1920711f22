"""Source to import graph: discovery, scanning, ghosts, coverage. The only room that knows grimp."""
