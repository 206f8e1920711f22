"""Which test files protect a module: those that may run something in it."""
