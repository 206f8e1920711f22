"""The routes, one subject per file. Handlers are short; they get the store from `RequestAuth`."""
