"""Which moves lots and stamps may make, and what a lot's state lets people do."""

import pytest

from market.trace.rules import MOVES, PUBLIC_STATES, STAMP_MOVES, LotLife, LotState, StampState, can_move, stamps_before

ABILITIES = ("can_write", "can_seal", "can_activate", "can_correct", "can_print", "can_recall", "is_public")


@pytest.mark.parametrize(
    ("state", "abilities"),
    [
        ("mo", {"can_write", "can_seal", "can_correct", "can_print", "can_recall"}),
        ("chot", {"can_activate", "can_correct", "can_print", "can_recall", "is_public"}),
        ("thu_hoi", {"is_public"}),
    ],
)
def test_a_lot_lets_people_do_what_its_state_allows(state: str, abilities: set[str]) -> None:
    life = LotLife(state=LotState(state))
    assert {ability for ability in ABILITIES if getattr(life, ability)} == abilities


def test_a_recall_is_the_end_and_nothing_is_opened_again() -> None:
    assert set(MOVES) == set(LotState)
    assert MOVES[LotState.RECALLED] == frozenset()
    assert not any(can_move(state, LotState.OPEN) for state in LotState)
    assert {LotLife(state=state).kind for state in LotState} == {"sun", "stamp", "chilli"}
    assert set(PUBLIC_STATES) == {state for state in LotState if LotLife(state=state).is_public}


def test_a_stamp_is_activated_once_and_void_for_good() -> None:
    assert set(STAMP_MOVES) == set(StampState)
    assert stamps_before(StampState.ACTIVATED) == (StampState.PRINTED,)
    assert set(stamps_before(StampState.VOID)) == {StampState.PRINTED, StampState.ACTIVATED}
    assert stamps_before(StampState.PRINTED) == ()
