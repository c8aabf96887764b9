"""What the office's answers are called in the outbox, and the key by which each is told once."""

import enum
from datetime import datetime


class News(enum.StrEnum):
    """An answer of the office that a seller must hear of."""

    HANG_DUOC_DUYET = "hang_duoc_duyet"
    HANG_TU_CHOI = "hang_tu_choi"
    HANG_BI_GO = "hang_bi_go"
    CO_SO_DUOC_XAC_NHAN = "co_so_duoc_xac_nhan"
    CO_SO_TU_CHOI = "co_so_tu_choi"
    DA_GHI_SO = "da_ghi_so"
    GHI_SO_TU_CHOI = "ghi_so_tu_choi"


def news_key(subject: str, subject_id: int, news: News, at: datetime) -> str:
    """The moment is in it: the same thing may be decided again, after it was changed and sent anew."""
    return f"{subject}:{subject_id}:{news}:{at.isoformat()}"
