"""Where Python source comes from: a working tree, or a commit in a git object store."""
