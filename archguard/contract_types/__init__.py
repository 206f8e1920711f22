"""Our contract types, and the judging of everybody's. The only room that knows import-linter."""
