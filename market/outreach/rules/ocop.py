"""The path of a product to an OCOP certificate: its three parts, the steps of its dossier, and where it stands."""

import enum
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from market.base.errors import Refused
from market.values.text import fold, nfc

WHOLE = 100
PARTS_FACT = "ocop.parts"
"""The dated fact that says how the points are shared out: `40/25/35`."""
PART_WORDS = ("A. Sản phẩm và sức mạnh cộng đồng", "B. Khả năng tiếp thị", "C. Chất lượng sản phẩm")
MOST_STEPS = 30
LONGEST_STEP = 160
SUGGESTED_STEPS = (
    "Phiếu đăng ký ý tưởng, sản phẩm",
    "Phương án, kế hoạch sản xuất kinh doanh",
    "Giới thiệu bộ máy tổ chức",
    "Giấy đăng ký kinh doanh",
    "Sản phẩm mẫu",
    "Minh chứng an toàn thực phẩm",
    "Tự công bố hoặc công bố sản phẩm",
    "Nguồn gốc nguyên liệu",
    "Hợp đồng lao động",
    "Bao bì, nhãn, mã truy xuất",
    "Câu chuyện sản phẩm",
    "Ảnh sản phẩm",
    "Kế hoạch kiểm soát chất lượng",
)
"""What an office that writes its first path may begin with. From no form that was held beside it: the page says so."""

_PARTS = re.compile(r"(\d{1,3})\s*[/,;+-]\s*(\d{1,3})\s*[/,;+-]\s*(\d{1,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points of the three parts: the most there are to be had, or those that a product was given."""

    a: int
    b: int
    c: int

    @property
    def total(self) -> int:
        return self.a + self.b + self.c

    @property
    def each(self) -> tuple[int, int, int]:
        return self.a, self.b, self.c

    def is_within(self, most: "Points") -> bool:
        return all(0 <= one <= top for one, top in zip(self.each, most.each, strict=True))


def read_parts(text: str) -> Points:
    """`40/25/35`, as a dated fact says it; ValueError with a sentence for what is none or does not come to 100."""
    found = _PARTS.fullmatch(text.strip())
    points = Points(a=int(found[1]), b=int(found[2]), c=int(found[3])) if found else None
    if points is None or points.total != WHOLE or not all(points.each):
        raise ValueError(f"Mời ghi điểm tối đa của ba phần A, B, C, cộng lại bằng 100, như 40/25/35: “{text[:40]}”.")
    return points


def read_steps(text: str) -> tuple[str, ...]:
    """The steps of a dossier, one a line, each once; Refused for none, too many, or one that is too long."""
    lines = [nfc(line) for line in text.splitlines()]
    steps = tuple({fold(line): line for line in lines if line}.values())
    if not steps or len(steps) > MOST_STEPS:
        raise Refused("bad_steps", f"Mời ghi từ 1 đến {MOST_STEPS} bước, mỗi bước một dòng.")
    long = next((step for step in steps if len(step) > LONGEST_STEP), None)
    if long:
        raise Refused("bad_steps", f"Mỗi bước viết gọn trong {LONGEST_STEP} chữ: “{long[:40]}…”.")
    return steps


class OcopStage(enum.Enum):
    """Where a product stands on its path; worked out, never stored."""

    BEGUN = enum.auto()
    IN_DOSSIER = enum.auto()
    DOSSIER_WHOLE = enum.auto()
    ASSESSED = enum.auto()
    CERTIFIED = enum.auto()
    LAPSED = enum.auto()
    STOPPED = enum.auto()


STAGE_WORDS = {
    OcopStage.BEGUN: "Mới đưa vào, chưa có giấy tờ",
    OcopStage.IN_DOSSIER: "Đang làm hồ sơ",
    OcopStage.DOSSIER_WHOLE: "Đủ hồ sơ, chờ xã đánh giá",
    OcopStage.ASSESSED: "Xã đã đánh giá, chờ công nhận",
    OcopStage.CERTIFIED: "Có giấy OCOP",
    OcopStage.LAPSED: "Giấy OCOP đã hết hạn",
    OcopStage.STOPPED: "Đã thôi",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopFacts:
    """What is on record of a product on its path. `certificate_to`: the last day of its paper (None with
    `is_certified`: without end)."""

    is_stopped: bool
    steps: Collection[str]
    done: Collection[str]
    is_assessed: bool
    is_certified: bool
    certificate_to: date | None


def missing_steps(steps: Sequence[str], done: Collection[str]) -> list[str]:
    """The steps of a path that are not on record, in the path's order."""
    have = {fold(one) for one in done}
    return [step for step in steps if fold(step) not in have]


def stage_of(facts: OcopFacts, today: date) -> OcopStage:
    """A paper speaks before all else: the office may have begun with a product that has one."""
    if facts.is_stopped:
        return OcopStage.STOPPED
    if facts.is_certified:
        holds = facts.certificate_to is None or today <= facts.certificate_to
        return OcopStage.CERTIFIED if holds else OcopStage.LAPSED
    if facts.is_assessed:
        return OcopStage.ASSESSED
    if not facts.done:
        return OcopStage.BEGUN
    return OcopStage.IN_DOSSIER if missing_steps(tuple(facts.steps), facts.done) else OcopStage.DOSSIER_WHOLE
