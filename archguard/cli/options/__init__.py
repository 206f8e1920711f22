"""Options that several commands share, and the objects that their values become."""
