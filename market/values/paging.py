"""How many pages a list has."""


def pages_of(total: int, size: int) -> int:
    """The pages of so many rows, at most `size` on each: one at least."""
    return max(1, -(-total // size))
