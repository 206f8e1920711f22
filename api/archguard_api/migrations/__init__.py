"""The migrations of the database's schema, the same for SQLite and PostgreSQL."""
