"""Contract types, and judging contracts. The only package that imports import-linter."""
