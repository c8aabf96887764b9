"""What a lot must satisfy before it is sealed: days since the last spray, amounts that can be; and how many stamps."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from market.trace.rules.kinds import Entry, JournalKind, Obstacle, PhiCheck, PhiVerdict, StampTerms, in_base
from market.values.period import format_date
from market.values.quantity import UNITS, format_quantity

LATE_DAYS = 3
"""An entry written down this many days after its day is marked as late."""


def in_force(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that no later one corrects, without the withdrawals, by day."""
    entries = list(entries)
    corrected = {entry.corrects_id for entry in entries}
    live = (entry for entry in entries if entry.id not in corrected and not entry.is_withdrawal)
    return sorted(live, key=lambda entry: (entry.happened_on, entry.id))


def why_not_sealed(entries: Iterable[Entry], terms: StampTerms) -> list[Obstacle]:
    """Every reason a lot cannot be sealed yet; empty when it can."""
    live = in_force(entries)
    harvests = _of(live, JournalKind.HARVEST)
    if not harvests:
        return [
            Obstacle(
                sentence="Chưa ghi thu hoạch. Ghi ngày và lượng thu hoạch rồi ghi xong lô.", add=JournalKind.HARVEST
            )
        ]
    return [*_too_soon(live, harvests), *_too_much(live, terms), *_out_of_order(live, harvests)]


def _of(live: Sequence[Entry], kind: JournalKind) -> list[Entry]:
    return [entry for entry in live if entry.kind is kind]


# --- days between spraying and harvest ------------------------------------------------------------------------------


def earliest_harvest(spray: Entry) -> date:
    """The first day a harvest is allowed: a label's 14 days after a spray on the 1st are over on the 15th, and the
    15th is a day of harvest. ValueError where the label's days were not written down."""
    if spray.phi_days is None:
        raise ValueError("a spray without its days of waiting allows no harvest")
    return spray.happened_on + timedelta(days=spray.phi_days)


def _too_soon(live: Sequence[Entry], harvests: Sequence[Entry]) -> Iterator[Obstacle]:
    last = harvests[-1].happened_on
    for spray in _of(live, JournalKind.SPRAYING):
        if spray.happened_on > last:
            continue
        if spray.phi_days is None:
            day = format_date(spray.happened_on)
            yield Obstacle(
                sentence=f"Lần phun ngày {day} chưa ghi số ngày cách ly nên chưa đủ căn cứ. Xem nhãn thuốc rồi ghi.",
                entry_id=spray.id,
            )
            continue
        allowed = earliest_harvest(spray)
        for harvest in harvests:
            if spray.happened_on <= harvest.happened_on < allowed:
                yield Obstacle(
                    sentence=f"Thu hoạch ngày {format_date(harvest.happened_on)} sớm hơn hạn cách ly của "
                    f"{spray.substance or 'thuốc'}: phải từ {format_date(allowed)}.",
                    entry_id=harvest.id,
                )


def phi_check(live: Sequence[Entry], harvest: Entry) -> PhiCheck:
    """What the sprays in force say of one harvest; where several bind it, the one whose wait ends last."""
    before = [s for s in _of(live, JournalKind.SPRAYING) if s.happened_on <= harvest.happened_on]
    if not before:
        return PhiCheck(verdict=PhiVerdict.NO_SPRAY)
    known = [spray for spray in before if spray.phi_days is not None]
    if len(known) < len(before):
        return PhiCheck(verdict=PhiVerdict.UNKNOWN)
    binding = max(known, key=earliest_harvest)
    is_enough = harvest.happened_on >= earliest_harvest(binding)
    return PhiCheck(
        verdict=PhiVerdict.ENOUGH if is_enough else PhiVerdict.SHORT,
        days=(harvest.happened_on - binding.happened_on).days,
        needed=binding.phi_days or 0,
    )


# --- amounts --------------------------------------------------------------------------------------------------------


def _base_of(entry: Entry) -> str | None:
    return UNITS[entry.unit].base if entry.unit else None


def _total(entries: Sequence[Entry], base: str) -> int | None:
    """The sum in thousandths of `base`; None where there is nothing, or something that cannot be compared with it."""
    if not entries or any(_base_of(entry) != base for entry in entries):
        return None
    return sum(in_base(entry.amount, entry.unit) for entry in entries)


def most_packed(live: Sequence[Entry], terms: StampTerms) -> int | None:
    """The most that can have been packed, in thousandths of the pack's base unit: the harvest times the yield, or,
    where the goods changed their nature (crabs in kilograms, sauce in litres), what the processing gave."""
    harvested = _total(_of(live, JournalKind.HARVEST), terms.base)
    if harvested is not None:
        return harvested * terms.yield_permille // 1000
    made = [entry for entry in _of(live, JournalKind.PROCESSING) if _base_of(entry) == terms.base]
    return _total(made, terms.base)


def packed(live: Sequence[Entry], terms: StampTerms) -> int | None:
    """What was packed, in thousandths of the pack's base unit; None where nothing was, or it cannot be compared."""
    return _total([_as_content(entry, terms) for entry in _of(live, JournalKind.PACKING)], terms.base)


def _as_content(entry: Entry, terms: StampTerms) -> Entry:
    """480 bags of 5 kg, written down as 480 bags, are 2,400 kg."""
    if entry.unit is None or _base_of(entry) == terms.base or UNITS[entry.unit].is_measured:
        return entry
    content = (entry.amount or 0) * terms.pack_amount // 1000
    return Entry(id=entry.id, kind=entry.kind, happened_on=entry.happened_on, amount=content, unit=terms.pack_unit)


def stamps_allowed(entries: Iterable[Entry], terms: StampTerms) -> int | None:
    """How many packs there can be: of what was packed, else of what could be. None where the journal cannot tell."""
    live = in_force(entries)
    content = packed(live, terms) if _of(live, JournalKind.PACKING) else most_packed(live, terms)
    return None if content is None else content // max(terms.pack_in_base, 1)


def _too_much(live: Sequence[Entry], terms: StampTerms) -> Iterator[Obstacle]:
    packs = _of(live, JournalKind.PACKING)
    if not packs:
        return
    content, most = packed(live, terms), most_packed(live, terms)
    if content is None or most is None:
        yield Obstacle(
            sentence="Lượng thu hoạch và lượng đóng gói ghi khác loại đơn vị nên không so được. Ghi cùng kg, cùng lít, "
            "hoặc ghi lượng làm ra ở bước chế biến.",
            entry_id=packs[-1].id,
            add=JournalKind.PROCESSING,
        )
    elif content > most:
        base = UNITS[terms.base]
        yield Obstacle(
            sentence=f"Đóng gói {format_quantity(content, base)} nhiều hơn mức có thể từ thu hoạch "
            f"({format_quantity(most, base)}). Xem lại số ghi.",
            entry_id=packs[-1].id,
        )


def _out_of_order(live: Sequence[Entry], harvests: Sequence[Entry]) -> Iterator[Obstacle]:
    first = harvests[0].happened_on
    for entry in _of(live, JournalKind.PACKING):
        if entry.happened_on < first:
            day = format_date(entry.happened_on)
            yield Obstacle(sentence=f"Đóng gói ngày {day} lại trước thu hoạch. Xem lại ngày.", entry_id=entry.id)


def days_late(happened_on: date, recorded_on: date) -> int:
    """How many days after its day an entry was written down."""
    return max(0, (recorded_on - happened_on).days)
