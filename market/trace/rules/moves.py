"""Which move of a lot and of a stamp follows which, and what a lot's state lets people do with it and see of it."""

from dataclasses import dataclass

from market.trace.rules.kinds import LotState, StampState

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
    """What may be done with a lot, journal and stock of stamps aside, and what is shown of it."""

    state: LotState

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


_BADGES = {
    LotState.OPEN: ("Đang ghi", "sun"),
    LotState.SEALED: ("Đã chốt", "stamp"),
    LotState.RECALLED: ("Thu hồi", "chilli"),
}
