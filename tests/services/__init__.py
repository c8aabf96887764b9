"""The real things the tests run against: PostgreSQL, Chromium; each found on the machine."""

import os
from typing import NoReturn

import pytest


def absent(sentence: str) -> NoReturn:
    """Skip a test whose service this machine lacks; where `CI=true` every service must be there, so fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
