"""Tell people what happened: find what is new, put it into words, and send it."""
