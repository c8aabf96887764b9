"""Who hands a report in: which office, who signs it in which right, and to whom it goes; by Nghị định 30/2020/NĐ-CP,
Phụ lục I."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from market.base.documents.wording import bare_place


class ReportKind(enum.StrEnum):
    ECONOMY = "bao_cao_kinh_te"
    SYNTHESIS = "tong_hop_vhxh"


class Signatory(enum.StrEnum):
    """In which right somebody signs."""

    HEAD = "truong_phong"
    DEPUTY_HEAD = "kt_truong_phong"
    ACTING_HEAD = "q_truong_phong"
    CHAIR = "chu_tich"
    DEPUTY_CHAIR = "kt_chu_tich"
    HEAD_BY_ORDER = "tl_chu_tich"


SIGNATORY_WORDS = {
    Signatory.HEAD: "Trưởng phòng ký",
    Signatory.DEPUTY_HEAD: "Phó trưởng phòng ký thay (KT.)",
    Signatory.ACTING_HEAD: "Quyền trưởng phòng ký (Q.)",
    Signatory.CHAIR: "Chủ tịch ký thay mặt UBND xã (TM.)",
    Signatory.DEPUTY_CHAIR: "Phó chủ tịch ký thay Chủ tịch (TM., KT.)",
    Signatory.HEAD_BY_ORDER: "Trưởng phòng ký thừa lệnh Chủ tịch (TL.)",
}


_CULTURE = "Phòng Văn hóa - Xã hội"
_COMMITTEE = "Ủy ban nhân dân"
_OF_COMMITTEE = (Signatory.CHAIR, Signatory.DEPUTY_CHAIR, Signatory.HEAD_BY_ORDER)


class ReportRecipient(enum.StrEnum):
    """To whom a report may go, beside those it is addressed to."""

    PARTY = "dang_uy"
    COUNCIL = "hdnd"
    CHAIRS = "chu_tich"
    OFFICES = "cac_phong"
    SCIENCE = "so_khcn"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneNames:
    """A commune as its papers name it, its province and the office that keeps its market."""

    name: str
    province: str
    economy: str

    @property
    def place(self) -> str:
        return bare_place(self.name)

    @property
    def kind(self) -> str:
        return self.name[: len(self.name) - len(self.place)].strip() or "xã"

    @property
    def committee(self) -> str:
        return f"{_COMMITTEE} {self.name}"

    @property
    def science(self) -> str:
        return f"Sở Khoa học và Công nghệ {self.province}"


def office_of(kind: ReportKind, commune: CommuneNames) -> str:
    """Which office hands such a report in."""
    return _CULTURE if kind is ReportKind.SYNTHESIS else commune.economy


def report_kind_words(kind: ReportKind, commune: CommuneNames) -> str:
    return f"{'Tổng hợp' if kind is ReportKind.SYNTHESIS else 'Báo cáo'} của {office_of(kind, commune)}"


def bare_office(office: str, commune: str) -> str:
    """An office's name without that of its commune behind it."""
    return office.removesuffix(commune).strip()


def letters_of_office(office: str) -> str:
    """Its words' first letters, as symbols of documents have them: `PVHXH`."""
    words = office.replace("-", " ").replace(",", " ").split()
    return "".join(word[0].upper() for word in words if word != "và")


def recipient_words(recipient: ReportRecipient, commune: CommuneNames) -> str:
    return {
        ReportRecipient.PARTY: f"TT. Đảng ủy {commune.kind}",
        ReportRecipient.COUNCIL: f"TT. HĐND {commune.kind}",
        ReportRecipient.CHAIRS: f"Chủ tịch, các PCT. UBND {commune.kind}",
        ReportRecipient.OFFICES: "Các cơ quan, đơn vị có liên quan",
        ReportRecipient.SCIENCE: commune.science,
    }[recipient]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """The organ that hands a report in and who signs it."""

    kind: ReportKind
    signatory: Signatory
    commune: CommuneNames

    @property
    def office(self) -> str:
        return office_of(self.kind, self.commune)

    @property
    def letters(self) -> str:
        return letters_of_office(self.office)

    @property
    def is_committee(self) -> bool:
        return self.signatory in _OF_COMMITTEE

    @property
    def superior(self) -> str | None:
        """The body above an office; a People's Committee's paper names none."""
        return None if self.is_committee else f"UBND {self.commune.name}"

    @property
    def organ(self) -> Sequence[str]:
        """A committee's name takes two lines: on one it does not fit beside the country's."""
        return [_COMMITTEE, self.commune.name] if self.is_committee else [self.office]

    @property
    def name(self) -> str:
        """As a sentence names it."""
        return self.commune.committee if self.is_committee else f"{self.office} {self.commune.name}"

    @property
    def symbol(self) -> str:
        return f"BC-{'UBND' if self.is_committee else self.letters}"

    @property
    def lines(self) -> Sequence[str]:
        """What stands above the name of who signs."""
        return {
            Signatory.HEAD: ["TRƯỞNG PHÒNG"],
            Signatory.DEPUTY_HEAD: ["KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"],
            Signatory.ACTING_HEAD: ["Q. TRƯỞNG PHÒNG"],
            Signatory.CHAIR: [f"TM. {_COMMITTEE.upper()}", "CHỦ TỊCH"],
            Signatory.DEPUTY_CHAIR: [f"TM. {_COMMITTEE.upper()}", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
            Signatory.HEAD_BY_ORDER: ["TL. CHỦ TỊCH", f"TRƯỞNG {self.office.upper()}"],
        }[self.signatory]

    @property
    def addressed_to(self) -> Sequence[str]:
        """An office reports to its committee, the synthesis to the city's department too; a committee to the city."""
        if self.is_committee:
            above = [f"{_COMMITTEE} {self.commune.province}"] if self.kind is ReportKind.ECONOMY else []
            return [*above, self.commune.science]
        return [self.commune.committee, *([self.commune.science] if self.kind is ReportKind.SYNTHESIS else [])]
