"""What the log says of a change to money: which field of which row, at whose stall."""

from market.base.audit import Change
from market.sellers.models import Stall


def change_at(stall: Stall, verb: str, subject: str, subject_id: int, field: str) -> Change:
    """One field of one row changed; the row belongs to a stall."""
    return Change(
        verb=verb,
        subject=subject,
        subject_id=subject_id,
        commune_id=stall.commune_id,
        business_id=stall.business_id,
        fields=(field,),
    )
