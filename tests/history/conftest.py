"""Helpers that assert say what differed, as tests do."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.history.running")
