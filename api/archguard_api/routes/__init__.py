"""The routes, one file a subject. Handlers are short: they ask the gate for the store, and answer what it says."""
