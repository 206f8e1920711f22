"""Commits, trees and branches, read from a git object store without a checkout."""
