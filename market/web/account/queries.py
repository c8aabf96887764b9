"""What several slices know of a person together."""

from sqlalchemy import ColumnElement

from market.orders.queries.orders import has_bought
from market.sellers.queries import has_part


def is_proven(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether somebody has more than a phone and a password (`accounts.queries.Proof`)."""
    return has_part(person_id) | has_bought(person_id)
