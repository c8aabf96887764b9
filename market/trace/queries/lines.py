"""A journal as people read it: one line for each thing done, with what it said before and how late it was written."""

from collections.abc import Sequence
from dataclasses import dataclass

from market.trace.models import JournalEntry
from market.trace.rules import KIND_WORDS, LATE_DAYS, JournalKind, PhiCheck, days_late, in_force, phi_check
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """A line in force, or one that was withdrawn; `before` is what it said earlier, the newest first."""

    entry: JournalEntry
    before: Sequence[JournalEntry] = ()
    withdrawal: JournalEntry | None = None
    phi: PhiCheck | None = None

    @property
    def words(self) -> str:
        return KIND_WORDS[self.entry.kind]

    @property
    def days_late(self) -> int:
        return days_late(self.entry.happened_on, local_day(self.entry.recorded_at))

    @property
    def is_late(self) -> bool:
        return self.days_late >= LATE_DAYS

    @property
    def is_by_helper(self) -> bool:
        return self.entry.on_behalf_of is not None


def journal_lines(entries: Sequence[JournalEntry]) -> list[JournalLine]:
    """The lines, the newest day first."""
    known: dict[int | None, JournalEntry] = {entry.id: entry for entry in entries}
    live = in_force(entry.entry for entry in entries)
    lines = [
        JournalLine(
            entry=known[one.id],
            before=_before(known[one.id], known),
            phi=phi_check(live, one) if one.kind is JournalKind.HARVEST else None,
        )
        for one in live
    ]
    for withdrawal in (entry for entry in entries if entry.is_withdrawal):
        gone = known[withdrawal.corrects_id]
        lines.append(JournalLine(entry=gone, before=_before(gone, known), withdrawal=withdrawal))
    return sorted(lines, key=lambda line: (line.entry.happened_on, line.entry.id), reverse=True)


def _before(entry: JournalEntry, known: dict[int | None, JournalEntry]) -> list[JournalEntry]:
    chain = []
    while entry.corrects_id is not None:
        entry = known[entry.corrects_id]
        chain.append(entry)
    return chain
