"""What `make nightly` does more of: the suite of every day stays under five minutes."""

import os

IS_NIGHT = bool(os.environ.get("CHOSO_NIGHTLY"))


def examples(by_day: int) -> int:
    """How many examples a property is tried with."""
    return by_day * 20 if IS_NIGHT else by_day
