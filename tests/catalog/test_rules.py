"""Why a listing is not on the market: every unmet condition, in words, with its cure."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from market.catalog.rules import (
    MOVES,
    ListingFacts,
    ProductState,
    WhyNot,
    can_move,
    guess_ocop_set,
    own_label,
    pack_name,
    why_not_public,
)
from market.web.stall.products.cures import CURES

PUBLIC = ListingFacts(
    state=ProductState.APPROVED,
    refusal=None,
    is_hidden=False,
    has_photo=True,
    is_sold_out=False,
    counted=None,
    left=None,
    is_paused=False,
    is_closed=False,
    is_ended=False,
    is_verified=True,
    is_stopped=False,
)


def why(**changed: object) -> list[WhyNot]:
    return [reason.why for reason in why_not_public(replace(PUBLIC, **changed))]


def test_a_listing_that_meets_every_condition_has_no_reason() -> None:
    assert why() == []
    assert why(counted=5000, left=1) == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"has_photo": False}, WhyNot.NO_PHOTO),
        ({"is_hidden": True}, WhyNot.HIDDEN),
        ({"state": ProductState.PENDING}, WhyNot.WAITING),
        ({"state": ProductState.REFUSED, "refusal": "Ảnh mờ"}, WhyNot.REFUSED),
        ({"state": ProductState.TAKEN_DOWN, "refusal": "Hàng cấm"}, WhyNot.TAKEN_DOWN),
        ({"is_paused": True}, WhyNot.PAUSED),
        ({"is_closed": True}, WhyNot.CLOSED),
        ({"is_ended": True}, WhyNot.ENDED),
        ({"is_verified": False}, WhyNot.UNVERIFIED),
        ({"is_stopped": True, "left": 0, "counted": 5000}, WhyNot.STOPPED),
        ({"is_sold_out": True}, WhyNot.SOLD_OUT),
        ({"counted": 0, "left": 0}, WhyNot.NOTHING_LEFT),
        ({"counted": 3000, "left": 0}, WhyNot.ALL_HELD),
    ],
)
def test_each_unmet_condition_is_named_alone(changed: dict[str, object], reason: WhyNot) -> None:
    assert why(**changed) == [reason]


def test_all_unmet_conditions_are_named_together() -> None:
    found = why(has_photo=False, is_hidden=True, state=ProductState.PENDING, is_paused=True, is_sold_out=True)
    assert found == [WhyNot.NO_PHOTO, WhyNot.HIDDEN, WhyNot.WAITING, WhyNot.PAUSED, WhyNot.SOLD_OUT]


def test_the_seller_reads_the_office_s_own_words() -> None:
    refused = replace(PUBLIC, state=ProductState.REFUSED, refusal="Ảnh không rõ")
    assert why_not_public(refused)[0].sentence == "Xã chưa duyệt: Ảnh không rõ"
    assert why_not_public(replace(refused, refusal=None))[0].sentence == "Xã chưa duyệt"


@pytest.mark.parametrize(
    ("counted", "sentence"), [(0, "Số còn để bán là 0"), (100, "Hàng còn lại đang giữ cho đơn"), (None, "Số còn")]
)
def test_what_is_held_is_told_from_what_is_gone(counted: int | None, sentence: str) -> None:
    [reason] = why_not_public(replace(PUBLIC, counted=counted, left=0))
    assert reason.sentence.startswith(sentence)


def test_being_sold_out_leaves_a_listing_on_the_market() -> None:
    assert not any(reason.hides for reason in why_not_public(replace(PUBLIC, is_sold_out=True)))
    assert all(reason.hides for reason in why_not_public(replace(PUBLIC, is_hidden=True)))


def test_every_reason_but_waiting_and_the_office_s_own_leads_to_a_cure() -> None:
    everything = replace(
        PUBLIC, has_photo=False, is_hidden=True, state=ProductState.REFUSED, is_paused=True, counted=0, left=0
    )
    reasons = why_not_public(everything)
    assert len(reasons) == 5
    assert all(CURES[reason.why].endpoint and CURES[reason.why].action for reason in reasons)


@given(
    some.builds(
        ListingFacts,
        state=some.sampled_from(ProductState),
        refusal=some.none() | some.text(max_size=5),
        is_hidden=some.booleans(),
        has_photo=some.booleans(),
        is_sold_out=some.booleans(),
        counted=some.none() | some.integers(0, 10),
        left=some.none() | some.integers(0, 10),
        is_paused=some.booleans(),
        is_closed=some.booleans(),
        is_ended=some.booleans(),
        is_verified=some.booleans(),
        is_stopped=some.booleans(),
    )
)
def test_what_hides_a_listing_is_exactly_what_makes_it_not_public(standing: ListingFacts) -> None:
    is_public = (
        standing.state is ProductState.APPROVED
        and standing.has_photo
        and standing.is_verified
        and not (standing.is_hidden or standing.is_paused or standing.is_closed or standing.is_ended)
    )
    assert is_public is not any(reason.hides for reason in why_not_public(standing))


def test_a_listing_never_comes_onto_the_market_but_from_the_queue() -> None:
    assert [state for state in ProductState if can_move(state, ProductState.APPROVED)] == [ProductState.PENDING]
    assert set(MOVES) == set(ProductState)


@pytest.mark.parametrize(
    ("name", "ocop_set"),
    [
        ("Rươi tươi", 2),
        ("Chả rươi", 8),
        ("Mắm cáy", 9),
        ("Gạo bãi rươi", 3),
        ("Nếp cái hoa vàng", 3),
        ("Bánh đậu xanh", 6),
        ("Đậu xanh", 3),
        ("Cà chua vườn nhà", 1),
        ("CÀ RỐT Đức Chính", 1),
        ("ca rot", 1),
        ("gao nep", 3),
        ("Hành củ khô", 10),
        ("Tranh thêu Xuân Nẻo", 21),
        ("Bồ câu thảo dược", 2),
        ("Rượu nếp quê", 14),
        ("Mật ong rừng sú", 4),
        ("Cà muối xổi", 7),
        ("Mắm rươi", 9),
        ("Chè xanh búp", 11),
        ("Trà hoa sen", 12),
        ("Khăn dệt tay", 22),
        ("Hoa cúc", 23),
        ("Quất cảnh", 24),
        ("Cá cảnh", 25),
        ("Múa rối nước", 26),
    ],
)
def test_goods_are_put_under_what_their_name_says(name: str, ocop_set: int) -> None:
    assert guess_ocop_set(name) == ocop_set


def test_nothing_is_guessed_of_a_name_nobody_knows() -> None:
    assert guess_ocop_set("Món lạ") is None
    assert guess_ocop_set("Món lạ của bà") is None
    assert guess_ocop_set("") is None


@pytest.mark.parametrize(
    ("unit", "amount", "of", "pack", "label"),
    [
        ("kg", None, None, "kg", "theo kg"),
        ("tui", 5000, "kg", "túi 5 kg", "túi 5 kg"),
        ("tui", None, "kg", "túi", "theo túi"),
        ("tui", 5000, None, "túi", "theo túi"),
    ],
)
def test_a_pack_is_named_where_it_is_known_whole(
    unit: str, amount: int | None, of: str | None, pack: str, label: str
) -> None:
    assert (pack_name(unit, amount, of), own_label(unit, amount, of)) == (pack, label)
