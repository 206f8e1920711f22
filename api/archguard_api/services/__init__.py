"""What the routes answer with, computed from what the store returns."""
