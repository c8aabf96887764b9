"""Farming models that spread from household to household, and by what a farm household counts as digital."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

LEAST_ADOPTERS = 2
"""With so many households a model has spread, where the commune says nothing (`model.least_adopters`)."""


class FarmBranch(enum.StrEnum):
    """What a farming model is about."""

    CROPS = "trong_trot"
    LIVESTOCK = "chan_nuoi"
    AQUACULTURE = "thuy_san"


BRANCH_WORDS = {
    FarmBranch.CROPS: "Trồng trọt",
    FarmBranch.LIVESTOCK: "Chăn nuôi",
    FarmBranch.AQUACULTURE: "Thủy sản",
}


class FarmCriterion(enum.StrEnum):
    """By what a farm household counts towards plan III.2.2: one is enough, and it counts once."""

    DIGITAL_SALE = "ban_qua_cho_so"
    SMART_FARMING = "nong_nghiep_thong_minh"
    OCOP = "ocop"


CRITERION_WORDS = {
    FarmCriterion.DIGITAL_SALE: "Có đơn được tính trong 12 tháng",
    FarmCriterion.SMART_FARMING: "Nông nghiệp thông minh",
    FarmCriterion.OCOP: "Có sản phẩm OCOP",
}


class FarmProofKind(enum.Enum):
    """What stands behind a criterion; never stored."""

    ORDER = enum.auto()
    LOT = enum.auto()
    PRACTICE = enum.auto()
    MODEL = enum.auto()
    CERTIFICATE = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmProof:
    """A dated proof of one criterion: its kind, since when, what it says, and what it points at (an order's or a lot's
    code, or the id of a row)."""

    kind: FarmProofKind
    since: date
    words: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmStanding:
    """A farm household with what it meets, the best proof of each."""

    business_id: int
    name: str
    owner_name: str | None
    hamlet_id: int
    proofs: Mapping[FarmCriterion, FarmProof]

    @property
    def is_counted(self) -> bool:
        return bool(self.proofs)
