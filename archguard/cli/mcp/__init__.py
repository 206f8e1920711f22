"""Answers for assistants. The only folder that knows the Model Context Protocol's SDK."""
