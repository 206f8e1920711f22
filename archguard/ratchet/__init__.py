"""What a change adds, fixes and stops counting, compared with a base."""
