"""Tests of archguard.configuration."""
