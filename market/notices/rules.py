"""What the office's answers are called in the outbox, and the key by which each is told once."""

import enum
from datetime import datetime


class News(enum.StrEnum):
    """What a person must hear of: an answer of the office, a change to their stall's money or people, what the market
    did by their leave."""

    LISTING_APPROVED = "hang_duoc_duyet"
    LISTING_REFUSED = "hang_tu_choi"
    LISTING_TAKEN_DOWN = "hang_bi_go"
    DRAFTS_LISTED = "hang_soan_san_da_dang"
    DRAFTS_KEPT = "hang_soan_san_chua_dang"
    CLAIM_CONFIRMED = "co_so_duoc_xac_nhan"
    CLAIM_REFUSED = "co_so_tu_choi"
    CHANGE_APPROVED = "sua_duoc_duyet"
    CHANGE_REFUSED = "sua_tu_choi"
    VERIFICATION_REVOKED = "thu_hoi_xac_nhan"
    MEMBER_REMOVED = "thoi_lam_nguoi_ban"
    PHOTO_REMOVED = "anh_bi_go"
    MANDATE_REVOKED = "uy_quyen_cham_dut"
    ACCOUNT_ENDED = "tai_khoan_san_thoi"
    STALL_CLOSED = "gian_bi_dong"
    STALL_REOPENED = "gian_mo_lai"
    PROPOSAL_REGISTERED = "da_ghi_so"
    PROPOSAL_REFUSED = "ghi_so_tu_choi"
    CHANGE_WAITING = "thay_doi_cho"
    CHANGE_BEGUN = "thay_doi_bat_dau"
    CHANGE_STOPPED = "thay_doi_dung"
    CONSENT_ASKED = "xin_dong_y"
    PASSWORD_RESET = "dat_lai_mat_khau"  # noqa: S105 - a kind of notice


def news_key(subject: str, subject_id: int, news: News, at: datetime) -> str:
    """The moment is in it: the same thing may be decided again, after it was changed and sent anew."""
    return f"{subject}:{subject_id}:{news}:{at.isoformat()}"
