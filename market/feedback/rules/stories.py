"""Stories (gương, chuyện): on what ground somebody is proposed for one, and to which text their consent is bound."""

import enum
import hashlib
from collections.abc import Mapping
from datetime import date, timedelta

from market.values.period import format_date

NO_STORY = "Không tìm thấy chuyện này. Mời quay lại danh sách."
LONGEST_TITLE, LONGEST_WORDS, LONGEST_BULLETIN, LONGEST_PAPER = 120, 6000, 1200, 200
LOOKED_BACK = timedelta(days=365)
SEASON = timedelta(days=90)
LEAST_ALONE, LEAST_IN_SEASON = 3, 10
"""So many orders handed over make somebody who sells alone now, and a good season."""
LEADS_OF_A_KIND = 10


class StoryGround(enum.StrEnum):
    """Why somebody is proposed: never by what they earned."""

    FIRST_SALE = "ban_don_dau"
    ALONE_NOW = "tu_lam_duoc"
    GOOD_SEASON = "ban_deu_mua"
    CERTIFIED = "co_chung_nhan"
    OTHER = "khac"


GROUND_WORDS: Mapping[StoryGround, str] = {
    StoryGround.FIRST_SALE: "Bán được đơn đầu sau khi được chỉ giúp",
    StoryGround.ALONE_NOW: "Được giúp lúc đầu, nay tự bán một mình",
    StoryGround.GOOD_SEASON: "Bán đều cả mùa",
    StoryGround.CERTIFIED: "Có giấy chứng nhận OCOP mới",
    StoryGround.OTHER: "Lý do khác",
}


def told(ground: StoryGround, day: date, count: int) -> str:
    """What the market knows of somebody, in words: days and numbers of orders."""
    if ground is StoryGround.FIRST_SALE:
        return f"Đơn đầu giao ngày {format_date(day)}, sau khi ủy quyền cho Tổ công nghệ số"
    if ground is StoryGround.ALONE_NOW:
        return f"Hết ủy quyền rồi vẫn tự giao {count} đơn, từ {format_date(day)}"
    if ground is StoryGround.CERTIFIED:
        return f"Giấy OCOP có từ {format_date(day)}"
    return f"{count} đơn giao xong từ {format_date(day)}"


def text_digest(title: str, words: str, bulletin: str) -> str:
    """What a consent is bound to: another text asks for another consent."""
    return hashlib.sha256("\x1f".join((title, words, bulletin)).encode()).hexdigest()
