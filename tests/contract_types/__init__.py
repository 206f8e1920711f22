"""Tests of archguard.contract_types."""
