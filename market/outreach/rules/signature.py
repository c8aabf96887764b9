"""When a product counts as the commune's own signature product: all four proofs, and each opens."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


class SignatureProof(enum.Enum):
    """The four that plan III.2.2 and VI.12 ask for together."""

    BRAND = enum.auto()
    TRADEMARK = enum.auto()
    STAMP = enum.auto()
    SALE = enum.auto()


SIGNATURE_WORDS = {
    SignatureProof.BRAND: "Thương hiệu",
    SignatureProof.TRADEMARK: "Nhãn hiệu được bảo hộ",
    SignatureProof.STAMP: "Tem truy xuất đang dùng",
    SignatureProof.SALE: "Đã bán qua kênh số",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProof:
    """One of the four: since when, in words, and what it points at (a certificate's id, a stamp's or an order's
    code)."""

    since: date
    words: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureStanding:
    """Those of the four that a product has."""

    signature_id: int
    name: str
    slug: str
    product_id: int
    business_id: int
    proofs: Mapping[SignatureProof, ShownProof]

    @property
    def is_green(self) -> bool:
        return all(one in self.proofs for one in SignatureProof)

    @property
    def missing(self) -> list[SignatureProof]:
        return [one for one in SignatureProof if one not in self.proofs]
