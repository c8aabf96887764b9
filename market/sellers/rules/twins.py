"""Which new row of a spreadsheet may be a business that the register has already, under a name written otherwise, with
a new phone, or in another hamlet: proposed, never joined by itself."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from market.sellers.rules.merging import Decision, KnownBusiness, RowOutcome
from market.sellers.rules.reading import RegisterRow
from market.values.text import fold

_FORM = re.compile(
    r"^(?:ho kinh doanh(?: ca the| gia dinh)?|hkd|ho kd|h kd|ho ca the|ho|htx\w*|hop tac xa|cong ty|cty|ct|tnhh|mtv"
    r"|mot thanh vien|co phan|cp|dntn|doanh nghiep(?: tu nhan)?|dn|co so(?: kinh doanh| san xuat)?|cs|cua hang|ch"
    r"|ong|ba|anh|chi|co|chu) (?=\w)"
)


def bare_name(name: str) -> str:
    """A name without marks, blanks and the words for what it is: `HKD Tạp hóa An` and `Hộ kinh doanh tạp hoá An`."""
    words = fold(name)
    while (shorter := _FORM.sub("", words)) != words:
        words = shorter
    return words.replace(" ", "")


@dataclass(slots=True)
class _Register:
    """The register by what two ways to write one business have in common."""

    by_name: dict[str, list[KnownBusiness]] = field(default_factory=dict)
    by_phone: dict[str, list[KnownBusiness]] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Iterable[KnownBusiness]) -> Self:
        book = cls()
        for one in known:
            book.by_name.setdefault(bare_name(one.said.name), []).append(one)
            if one.said.phone:
                book.by_phone.setdefault(one.said.phone, []).append(one)
        return book

    def near(self, row: RegisterRow) -> list[KnownBusiness]:
        """Those it may be, the likeliest first."""
        named = self.by_name.get(bare_name(row.name), [])
        called = self.by_phone.get(row.phone, []) if row.phone else []
        found = {one.id: _likeness(one.said, row) for one in (*named, *called)}
        by_id = {one.id: one for one in (*named, *called)}
        return [by_id[at] for at in sorted(found, key=lambda at: (-found[at], at)) if found[at]]


def _likeness(known: RegisterRow, row: RegisterRow) -> int:
    """0 for two that are surely not one."""
    if known.tax_id and row.tax_id:
        return 0
    same_name = bare_name(known.name) == bare_name(row.name)
    same_phone = known.phone is not None and known.phone == row.phone
    same_owner = bool(known.owner_name and row.owner_name) and fold(known.owner_name or "") == fold(
        row.owner_name or ""
    )
    signs = (same_name, same_phone, same_owner, known.hamlet_id == row.hamlet_id)
    is_near = (same_name and any(signs[1:])) or (same_phone and same_owner)
    return sum(signs) if is_near else 0


def ask_about_twins(
    decisions: Sequence[Decision], known: Sequence[KnownBusiness], apart: Mapping[int, Collection[int]]
) -> list[Decision]:
    """The decisions, those asked about that would enter what the register may have. A business of which another row
    speaks is not meant. `apart`: row -> the businesses that a person said it is not."""
    spoken = {one.business_id for one in decisions if one.business_id is not None}
    register = _Register.of(one for one in known if one.id not in spoken)
    return [_asked(one, register, apart.get(one.number, ())) for one in decisions]


def _asked(one: Decision, register: _Register, apart: Collection[int]) -> Decision:
    if one.outcome is not RowOutcome.CREATED or one.says is None:
        return one
    near = next((twin for twin in register.near(one.says) if twin.id not in apart), None)
    if near is None:
        return one
    reason = f"Có thể trùng với “{near.said.name}” đã có trong sổ: là một hay hai cơ sở? {one.reason}".rstrip()
    return replace(one, outcome=RowOutcome.ASKED, reason=reason, near=near.id)
