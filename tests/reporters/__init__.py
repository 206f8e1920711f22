"""Tests of archguard.reporters."""
