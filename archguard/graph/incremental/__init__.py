"""The graph of one commit changed into that of the next."""
