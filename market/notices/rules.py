"""What the office's answers are called in the outbox, and the key by which each is told once."""

import enum
from datetime import datetime


class News(enum.StrEnum):
    """An answer of the office that a seller must hear of."""

    LISTING_APPROVED = "hang_duoc_duyet"
    LISTING_REFUSED = "hang_tu_choi"
    LISTING_TAKEN_DOWN = "hang_bi_go"
    CLAIM_CONFIRMED = "co_so_duoc_xac_nhan"
    CLAIM_REFUSED = "co_so_tu_choi"
    PROPOSAL_REGISTERED = "da_ghi_so"
    PROPOSAL_REFUSED = "ghi_so_tu_choi"
    PASSWORD_RESET = "dat_lai_mat_khau"  # noqa: S105 - a kind of notice


def news_key(subject: str, subject_id: int, news: News, at: datetime) -> str:
    """The moment is in it: the same thing may be decided again, after it was changed and sent anew."""
    return f"{subject}:{subject_id}:{news}:{at.isoformat()}"
