"""Which move of a lot and of a stamp follows which, and what a lot's state lets people do with it and see of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from market.trace.rules.kinds import LotState, StampState
from market.values.period import day_end

MOVES: dict[LotState, frozenset[LotState]] = {
    LotState.OPEN: frozenset({LotState.SEALED, LotState.RECALLED}),
    LotState.SEALED: frozenset({LotState.RECALLED}),
    LotState.RECALLED: frozenset(),
}
STAMP_MOVES: dict[StampState, frozenset[StampState]] = {
    StampState.PRINTED: frozenset({StampState.ACTIVATED, StampState.VOID}),
    StampState.ACTIVATED: frozenset({StampState.VOID}),
    StampState.VOID: frozenset(),
}
PUBLIC_STATES = (LotState.SEALED, LotState.RECALLED)
"""The states in which anybody may read a lot's journal."""


def can_move(state: LotState, to: LotState) -> bool:
    return to in MOVES[state]


def stamps_before(to: StampState) -> tuple[StampState, ...]:
    """The states from which a stamp may go there."""
    return tuple(state for state, moves in STAMP_MOVES.items() if to in moves)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotLife:
    """What may be done with a lot, journal and stock of stamps aside, and what is shown of it.

    `best_before` is the last day on which its goods are good, None where none was named; `is_set_aside`: its seller
    said that none of it is sold any more.
    """

    state: LotState
    best_before: date | None = None
    is_set_aside: bool = False

    @property
    def can_write(self) -> bool:
        """Whether it takes new lines and other details; a sealed one takes corrections alone."""
        return self.can_seal

    @property
    def can_seal(self) -> bool:
        return can_move(self.state, LotState.SEALED)

    @property
    def can_recall(self) -> bool:
        return can_move(self.state, LotState.RECALLED)

    @property
    def can_correct(self) -> bool:
        """Whether lines of its journal may be corrected and withdrawn."""
        return not self.is_recalled

    @property
    def can_print(self) -> bool:
        return not self.is_recalled

    @property
    def can_activate(self) -> bool:
        """Whether its stamps may be activated."""
        return self.is_sealed

    @property
    def is_sealed(self) -> bool:
        """Whether it is sealed and was not recalled since."""
        return self.state is LotState.SEALED

    @property
    def is_recalled(self) -> bool:
        return self.state is LotState.RECALLED

    def is_past(self, today: date) -> bool:
        """Whether its goods were good until a day before `today`, in Vietnam."""
        return self.best_before is not None and self.best_before < today

    def may_be_sold(self, today: date) -> bool:
        """Whether its goods may be sold today: sealed, not recalled since, not past their date."""
        return self.is_sealed and not self.is_past(today)

    def stops(self, today: date) -> bool:
        """Whether it keeps its goods from being sold where no other lot of them may be: recalled or past its date, and
        not set aside."""
        return self.is_public and not self.is_set_aside and not self.may_be_sold(today)

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC_STATES

    @property
    def words(self) -> str:
        return _BADGES[self.state][0]

    @property
    def kind(self) -> str:
        """The colour of its state."""
        return _BADGES[self.state][1]


def for_sale_until(lots: Iterable[LotLife], *, now: datetime) -> datetime | None:
    """From when on the goods of these lots, all that a product ever had, may not be sold; None: no such moment.

    A stock is not counted by lots, so as long as one of them may be sold, what there is may be of it; goods without any
    sealed or recalled lot are nobody's matter here. Once each is recalled or past its date (`day_end` of the last one),
    all that there is must be of such a lot, until its seller says otherwise (`is_set_aside`).
    """
    known = [lot for lot in lots if lot.is_public and not lot.is_set_aside]
    sealed = [lot.best_before for lot in known if lot.is_sealed]
    ends = [day_end(day) for day in sealed if day is not None]
    if not known or len(ends) < len(sealed):
        return None
    return max(ends, default=now)


_BADGES = {
    LotState.OPEN: ("Đang ghi", "sun"),
    LotState.SEALED: ("Đã ghi xong", "stamp"),
    LotState.RECALLED: ("Thu hồi", "chilli"),
}
