"""Which new row of a spreadsheet may be a business that the register has already, under a name written otherwise, with
a new phone, or in another hamlet: proposed, never joined by itself."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations
from typing import Self

from market.sellers.rules.merging import FIELDS, Decision, KnownBusiness, NumberedRow, RowOutcome, by_content, row_words
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


# --- two rows of one file -------------------------------------------------------------------------------------------

_MOST_ALIKE = 50
"""Rows of one name or one phone that are compared with one another: of more nobody is asked."""
BETWEEN = " + "


def pair_mark(one: str, other: str) -> str:
    """What an answer about two rows is kept under, whichever comes first."""
    return BETWEEN.join(sorted((one, other)))


def is_of_pair(mark: str) -> bool:
    return BETWEEN in mark


def joined_rows(rows: Sequence[NumberedRow], same: Collection[str]) -> tuple[list[NumberedRow], list[Decision]]:
    """The rows, those that a person said say the same as a fuller one (`same`: pair marks) taken together with it; and
    what became of them. The fuller one speaks, the others fill in what it does not say."""
    if not same:
        return list(rows), []
    by_mark: dict[str, NumberedRow] = {}
    told: list[Decision] = []
    for one in sorted(rows, key=by_content):
        with_it = next((mark for mark in by_mark if pair_mark(mark, one.mark) in same), None)
        if with_it is None or not one.mark:
            by_mark.setdefault(one.mark or f"#{one.number}", one)
            continue
        fuller = by_mark[with_it]
        by_mark[with_it] = _filled_in(fuller, one)
        reason = f"Gộp với {row_words(fuller.number)} của tệp, theo lời xã. {one.row.unread}".rstrip()
        told.append(
            Decision(
                number=one.number,
                name=one.row.name,
                outcome=RowOutcome.UNCHANGED,
                reason=reason,
                mark=one.mark,
                near_row=fuller.number,
            )
        )
    kept = {one.number for one in told}
    by_number = {one.number: one for one in by_mark.values()}
    return [by_number.get(one.number, one) for one in rows if one.number not in kept], told


def _filled_in(fuller: NumberedRow, other: NumberedRow) -> NumberedRow:
    blank = {name: getattr(other.row, name) for name in (*FIELDS, "valid_from") if getattr(fuller.row, name) is None}
    cells = (*fuller.row.cells, *other.row.cells)
    return NumberedRow(
        number=fuller.number,
        row=replace(fuller.row, **blank, cells=cells),
        means=fuller.means if fuller.means is not None else other.means,
        mark=fuller.mark,
        joined=(*fuller.joined, other),
        own=fuller.own or fuller.row,
    )


def ask_about_pairs(decisions: Sequence[Decision], apart: Collection[str]) -> list[Decision]:
    """The decisions, those asked about that would enter what another row of the file may say. `apart`: the pairs that
    a person said are two."""
    rows = [one for one in decisions if one.says and one.outcome is not RowOutcome.REFUSED]
    alike: dict[str, list[Decision]] = {}
    for one in sorted(rows, key=_fullest):
        for key in _keys(one):
            alike.setdefault(key, []).append(one)
    return [_asked_of_pair(one, alike, apart) for one in decisions]


def _fullest(one: Decision) -> tuple[bool, tuple[int, int, str, int]]:
    """What the register knows first, then by content."""
    row = one.own or one.says
    content = by_content(NumberedRow(number=one.number, row=row)) if row else (0, 0, "", one.number)
    return one.outcome is RowOutcome.CREATED, content


def _keys(one: Decision) -> list[str]:
    return [bare_name(one.says.name), *([one.says.phone] if one.says.phone else [])] if one.says else []


def _asked_of_pair(one: Decision, alike: Mapping[str, Sequence[Decision]], apart: Collection[str]) -> Decision:
    if one.outcome is not RowOutcome.CREATED or one.says is None:
        return one
    for key in _keys(one):
        others = alike[key]
        if len(others) > _MOST_ALIKE:
            continue
        for other in others[: next(at for at, row in enumerate(others) if row.number == one.number)]:
            if _is_twin(other, one) and pair_mark(other.mark, one.mark) not in apart:
                reason = (
                    f"Có thể trùng với {row_words(other.number)} của tệp, “{other.name}”: là một hay hai cơ sở? "
                    f"{one.reason}"
                ).rstrip()
                return replace(one, outcome=RowOutcome.ASKED, reason=reason, near_row=other.number)
    return one


def _is_twin(one: Decision, other: Decision) -> bool:
    return bool(one.says and other.says and one.mark and other.mark and _likeness(one.says, other.says))


# --- two businesses of the register ---------------------------------------------------------------------------------


def likely_pairs(
    known: Sequence[KnownBusiness], apart: Callable[[RegisterRow], Collection[int]]
) -> Iterator[tuple[KnownBusiness, KnownBusiness]]:
    """Two of the register that may be one, each pair once, by rising ids. `apart`: of what is said of a business, those
    that a person said it is not."""
    book, seen = _Register.of(sorted(known, key=lambda one: one.id)), set[tuple[int, int]]()
    for group in chain(book.by_name.values(), book.by_phone.values()):
        for one, other in combinations(group, 2) if len(group) <= _MOST_ALIKE else ():
            if (one.id, other.id) in seen or not _likeness(one.said, other.said):
                continue
            seen.add((one.id, other.id))
            if other.id not in apart(one.said) and one.id not in apart(other.said):
                yield one, other
