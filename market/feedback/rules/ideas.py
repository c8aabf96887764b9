"""Ideas (góp ý): where one stands, and what may be shown of it."""

import enum
from collections.abc import Mapping
from datetime import timedelta

from market.values.codes import new_code, parse_code, typed_alike

NO_IDEA = "Không tìm thấy góp ý này. Mời xem lại mã, hoặc quay lại danh sách."
CODE_PREFIX, CODE_BODY = "GH", 10
LONGEST_TITLE, LONGEST_WORDS, LONGEST_REASON, LONGEST_NAME = 120, 2000, 600, 60
MOST_EXPORTED = 2000
SENDER_KEPT = timedelta(days=365)


class IdeaState(enum.StrEnum):
    NEW = "moi"
    LOOKED_AT = "dang_xem"
    DOING = "lam"
    NOT_DOING = "khong_lam"


STATE_WORDS: Mapping[IdeaState, str] = {
    IdeaState.NEW: "Chưa trả lời",
    IdeaState.LOOKED_AT: "Xã xem xét",
    IdeaState.DOING: "Xã làm",
    IdeaState.NOT_DOING: "Xã không làm",
}


def new_idea_code() -> str:
    return new_code(CODE_PREFIX, CODE_BODY, typed_alike(CODE_PREFIX))


def parse_idea_code(text: str) -> str:
    """The code as it is kept; ValueError with a sentence for what is none."""
    return parse_code(text, CODE_PREFIX, CODE_BODY)
