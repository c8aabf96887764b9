"""The KPI over the tables: evidence raises it, undoing or striking evidence out lowers it, the past stays as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.adoption.actions import SaleReview, review_evidence
from market.adoption.models import DeclaredSale, EvidenceReview, PlatformAccount
from market.adoption.queries import (
    Point,
    bank_proof_of,
    board_of,
    by_name,
    case_of,
    hamlet_names,
    names_of,
    register_changes,
    reporting_month,
    reviewing,
    reviews_of,
    risk_flags_about,
    sale_of,
)
from market.adoption.queries.figures import points_of
from market.adoption.rules import Evidence, Figure, ReviewWay, RiskFlag, State, Verdict
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.orders.models import Contact, Order
from market.orders.rules import OrderStatus
from market.payments.actions.statements import take_lines
from market.payments.models import Allocation, BankCredit
from market.payments.rules.statements import StatementLine
from market.places.models import DatedFact
from market.sellers.actions import NewBusiness, update_business
from market.sellers.models import Business, BusinessHistory, BusinessKind, BusinessStatus, Post
from market.values.period import local_day, months_back, trailing_year
from tests import factories as make
from tests.adoption.figures import figure_of, look_everywhere
from tests.adoption.sales import Sold, answer, left_again, seen_now, sell
from tests.cast import LAN_ACCOUNT, Cast, Seller
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.nights import database_by_day_on
from tests.payments.steps import allocate_as_shown, undo_as_shown
from tests.queries import counting

database_url = database_by_day_on("sqlite")

TODAY = date(2026, 11, 24)
LAST_MONTH = TODAY - timedelta(days=30)


@pytest.fixture
def figure(cast: Cast, session: Session, now: Clock) -> Callable[[], Figure]:
    """The figure as it stands: bà Lan, HTX Đại Sơn and cô Thêu are its base, anh Tư is a farm household."""

    def ask() -> Figure:
        look_everywhere(cast.commune)
        session.expire_all()
        return figure_of(session, cast.commune, TODAY, trailing_year(TODAY), known_at=now())

    return ask


def sold(cast: Cast, sale: Sold, seller: Seller | None = None) -> Order:
    with transaction() as session:
        return sell(session, cast.commune, seller or cast.lan, sale)


def flags(session: Session, cast: Cast, order: Order, now: Clock) -> set[RiskFlag]:
    now.move(hours=1)
    look_everywhere(cast.commune)
    sale = sale_of(session, cast.commune, order.id, known_at=now())
    assert sale
    return risk_flags_about(session, cast.commune, sale, TODAY, known_at=now())


def state_of(figure: Figure, business_id: int) -> State:
    return next(one.state for one in figure.standings if one.business_id == business_id)


def test_a_case_names_its_risks_in_one_order(
    cast: Cast, session: Session, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are found as a set, and what the officer has seen is compared in another process."""
    sale = sale_of(session, cast.commune, sold(cast, Sold(on=TODAY)).id, known_at=now.move(hours=1))
    assert sale
    found = [RiskFlag.ONE_BUYER, RiskFlag.SMALL_ORDER, RiskFlag.BUYING_CIRCLE]
    for some in permutations(found):
        monkeypatch.setattr(reviewing, "risk_flags_about", lambda *_, some=some, **__: some)
        assert case_of(session, cast.commune, sale, known_at=now()).risk_flags == sorted(found)


def test_nobody_has_sold_yet(cast: Cast, figure: Callable[[], Figure]) -> None:
    found = figure()
    assert (found.base, found.counted, found.with_account) == (3, 0, 2)
    assert state_of(found, cast.lan.business) is State.NO_ORDER
    assert state_of(found, cast.theu) is State.NO_ACCOUNT


def test_a_notice_alone_is_shown_and_not_counted(cast: Cast, figure: Callable[[], Figure]) -> None:
    """Its secret is one that the seller entered: she can sign one herself."""
    sold(cast, Sold(on=LAST_MONTH, is_banked=True))
    assert (figure().counted, state_of(figure(), cast.lan.business)) == (0, State.DECLARED)


def test_a_statement_that_the_seller_sends_is_her_word(
    cast: Cast, session: Session, figure: Callable[[], Figure], now: Clock
) -> None:
    """However exactly its rows pay her orders, and whatever she lets the market ask."""
    order = sold(cast, Sold(on=LAST_MONTH))
    line = StatementLine(number=1, amount=order.total, memo=order.code, bank_ref="FT1", occurred_at=now(), key="a:1")
    lan = Actor(person_id=cast.lan.person)
    with transaction() as writing:
        standing = writing.scalars(select(Allocation.id)).one()
    with transaction() as writing:
        undo_as_shown(writing, lan, cast.lan.stall, standing, clock=now)
    with transaction() as writing:
        (credit_id,) = take_lines(writing, lan, cast.lan.stall, [line], clock=now).credits
        allocate_as_shown(writing, lan, cast.lan.stall, credit_id, order.id, clock=now)
    assert session.scalars(select(BankCredit.ask_at)).all() == [None]
    now.move(minutes=5)
    assert (figure().counted, state_of(figure(), cast.lan.business)) == (0, State.DECLARED)


def test_a_bank_s_notice_raises_the_figure_and_undoing_it_lowers_it(
    cast: Cast, session: Session, figure: Callable[[], Figure], now: Clock
) -> None:
    order = sold(cast, Sold(on=LAST_MONTH, is_banked=True, is_asked=True))
    assert figure().counted == 1
    allocation = session.scalars(select(Allocation.id)).one()
    with transaction() as writing:
        lan = Actor(person_id=cast.lan.person)
        undo_as_shown(writing, lan, cast.lan.stall, allocation, clock=lambda: now.move(minutes=5))
    assert figure().counted == 0
    assert state_of(figure(), cast.lan.business) is State.DECLARED
    assert figure().standings[0].proof.code == order.code


def test_the_buyer_s_code_counts_and_cash_on_the_seller_s_word_does_not(
    cast: Cast, figure: Callable[[], Figure]
) -> None:
    sold(cast, Sold(on=LAST_MONTH))
    assert state_of(figure(), cast.lan.business) is State.DECLARED
    sold(cast, Sold(on=LAST_MONTH, is_confirmed=True, device="a fresh browser"))
    assert state_of(figure(), cast.lan.business) is State.DECLARED, "a buyer whom nobody knows"
    sold(cast, Sold(on=LAST_MONTH, is_known=True))
    assert state_of(figure(), cast.lan.business) is State.COUNTED


def test_a_card_s_charge_counts_as_a_platform_s_figure_and_not_as_a_bank_s(
    cast: Cast, session: Session, figure: Callable[[], Figure], now: Clock
) -> None:
    order = sold(cast, Sold(on=LAST_MONTH, is_carded=True))
    [proof] = [one.proof for one in figure().standings if one.business_id == cast.lan.business]
    assert proof
    assert (proof.code, proof.evidence, proof.proven) == (order.code, Evidence.CHANNEL_REPORT, 50_000)
    assert flags(session, cast, order, now) == {RiskFlag.UNKNOWN_PAYER}
    with transaction() as writing:
        answer(writing, writing.get_one(Order, order.id), now())
    assert state_of(figure(), cast.lan.business) is State.COUNTED, "the buyer is somebody, no matter whose card it was"
    banked = sold(cast, Sold(on=LAST_MONTH, is_banked=True, is_asked=True))
    [proof] = [one.proof for one in figure().standings if one.business_id == cast.lan.business]
    assert proof
    assert (proof.code, proof.evidence) == (banked.code, Evidence.BANK), "a bank's word is stronger"


@pytest.mark.parametrize("is_refund", [False, True])
def test_a_card_s_money_that_left_again_is_no_evidence_and_what_all_went_back_no_sale(
    cast: Cast, session: Session, figure: Callable[[], Figure], now: Clock, is_refund: bool
) -> None:
    order = sold(cast, Sold(on=LAST_MONTH, is_carded=True))
    with transaction() as writing:
        answer(writing, writing.get_one(Order, order.id), now())
    assert state_of(figure(), cast.lan.business) is State.COUNTED
    left_again(order.id, now() - timedelta(hours=1), is_refund=is_refund)
    assert state_of(figure(), cast.lan.business) is not State.COUNTED
    [standing] = [one for one in figure().standings if one.business_id == cast.lan.business]
    assert (standing.proof is None) is is_refund, "disputed, it was sold all the same"


def test_a_farm_household_s_sale_counts_for_the_farms(cast: Cast, figure: Callable[[], Figure]) -> None:
    sold(cast, Sold(on=LAST_MONTH, is_known=True), cast.tu)
    assert figure().counted == 0
    assert (figure().farms.part, figure().farms.whole) == (1, 1)


def test_an_account_elsewhere_counts_once_it_is_checked(
    cast: Cast, session: Session, figure: Callable[[], Figure], now: Clock
) -> None:
    with transaction() as writing:
        shop = PlatformAccount(business_id=cast.theu, platform="shopee", shop="x", declared_at=now())
        writing.add(shop)
    assert state_of(figure(), cast.theu) is State.NO_ACCOUNT
    with transaction() as writing:
        writing.get_one(PlatformAccount, shop.id).checked_at = now()
        declared = DeclaredSale(
            business_id=cast.theu, platform="shopee", sold_on=LAST_MONTH, declared_by=cast.vy, declared_at=now()
        )
        writing.add(declared)
    assert state_of(figure(), cast.theu) is State.DECLARED


def test_the_seller_s_own_phone_browser_and_people_raise_flags(
    cast: Cast, session: Session, figure: Callable[[], Figure], now: Clock, client: object
) -> None:
    sign_in(client, cast.lan.person, now(), visitor="her-phone")  # type: ignore[arg-type]
    orders = {
        RiskFlag.SHARED_PHONE: Sold(on=LAST_MONTH, is_known=True, phone="0900 000 011"),
        RiskFlag.SHARED_DEVICE: Sold(on=LAST_MONTH, is_known=True, device="her-phone"),
        RiskFlag.COMMUNE_STAFF: Sold(on=TODAY, is_known=True, buyer=cast.vy),
    }
    for flag, sale in orders.items():
        order = sold(cast, sale)
        assert flags(session, cast, order, now) == {flag}
    assert state_of(figure(), cast.lan.business) is State.TO_REVIEW
    own = sold(cast, Sold(on=TODAY, is_banked=True, buyer=cast.lan.person))
    assert flags(session, cast, own, now) == set()
    assert state_of(figure(), cast.lan.business) is State.TO_REVIEW


def test_a_helper_under_a_mandate_is_in_the_business_s_service(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        people = [writing.get_one(make.Person, one) for one in (cast.vy, cast.hung)]
        make.make_mandate(writing, writing.get_one(make.Business, cast.htx.business), *people, now())
    order = sold(cast, Sold(on=TODAY, is_confirmed=True, buyer=cast.vy), cast.htx)
    assert flags(session, cast, order, now) == {RiskFlag.COMMUNE_STAFF}


def test_an_erased_buyer_is_nobody_s_neighbour(cast: Cast, session: Session, now: Clock) -> None:
    order = sold(cast, Sold(on=TODAY, is_known=True, phone="0900 000 011"))
    with transaction() as writing:
        writing.scalars(select(Contact)).one().erased_at = now()
    assert flags(session, cast, order, now) == set()


def test_numbers_of_the_commune_hold_on_their_days(
    cast: Cast, session: Session, figure: Callable[[], Figure], now: Clock
) -> None:
    with transaction() as writing:
        for key, value, start in (
            ("kpi.target.plan", "40", date(2025, 1, 1)),
            ("kpi.target.plan", "50", date(2026, 11, 1)),
            ("kpi.lowest_order", "60000", date(2025, 1, 1)),
        ):
            writing.add(DatedFact(commune_id=cast.commune, key=key, value=value, valid_from=start, source="kế hoạch"))
    sold(cast, Sold(on=LAST_MONTH, is_known=True))
    assert state_of(figure(), cast.lan.business) is State.TO_REVIEW
    assert board_of(session, cast.commune, TODAY, known_at=now()).targets.plan == 50
    assert board_of(session, cast.commune, LAST_MONTH, known_at=now()).targets.plan == 40
    assert board_of(session, cast.commune, TODAY, known_at=now()).targets.farms is None


def test_a_buyer_who_alone_proves_too_many_is_a_flag_on_each_proof(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        most = {"key": "kpi.one_buyer_most", "value": "1", "valid_from": date(2025, 1, 1)}
        writing.add(DatedFact(commune_id=cast.commune, **most, source="quy ước"))
    older = sold(cast, Sold(on=LAST_MONTH - timedelta(days=1), is_known=True))
    proofs = [sold(cast, Sold(on=LAST_MONTH, is_known=True), seller) for seller in (cast.lan, cast.htx)]
    assert [flags(session, cast, proof, now) for proof in proofs] == [{RiskFlag.ONE_BUYER}] * 2
    assert flags(session, cast, older, now) == set(), "it proves nothing"


def test_the_bank_s_notices_behind_an_order_are_those_of_it_as_they_came_and_what_was_taken_off(
    cast: Cast, session: Session, now: Clock
) -> None:
    order, other = (sold(cast, Sold(on=LAST_MONTH, is_banked=True)) for _ in range(2))
    with transaction() as writing:
        first = writing.scalars(select(Allocation).order_by(Allocation.id)).first()
        assert first
        again = {
            "request_id": first.request_id,
            "stall_id": first.stall_id,
            "credit_id": first.credit_id,
            "kind": first.kind,
            "at": now(),
        }
        for amount in (30_000, 20_000):
            writing.add(Allocation(**again, amount=amount))
            writing.flush()
        writing.add(Allocation(**again, amount=-50_000, undoes_id=first.id))
    proofs = [(one.amount, one.bank_ref, one.is_undone) for one in bank_proof_of(session, order.id)]
    reference = f"FT{order.id}"
    assert proofs == [(50_000, reference, True), (30_000, reference, False), (20_000, reference, False)]
    assert [(one.bank_ref, one.is_undone) for one in bank_proof_of(session, other.id)] == [(f"FT{other.id}", False)]
    banked = [sale_of(session, cast.commune, one.id, known_at=now()) for one in (order, other)]
    assert [one and one.banked for one in banked] == [50_000, 50_000], "of the first what was not taken off"


def test_a_commune_s_businesses_and_hamlets_are_named_and_no_other_s(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        make.make_business(writing, make.make_hamlet(writing, far, "thôn Xa"), "Chè xanh", now())
        lan = writing.get_one(Business, cast.lan.business)
        lan.owner_name, lan.trade = "Phạm Thị Lan", "trồng rau"
    by_alphabet = [cast.htx.business, cast.lan.business, cast.tu.business, cast.theu]
    assert list(by_name(session, cast.commune)) == by_alphabet
    names = names_of(session, [cast.lan.business])
    assert set(names) == {cast.lan.business}
    named = names[cast.lan.business]
    assert (named.id, named.name, named.owner_name) == (cast.lan.business, "Rau bà Lan", "Phạm Thị Lan")
    assert (named.phone, named.trade) == ("+84900000011", "trồng rau")
    hamlets = {cast.mo_doan: "thôn Mỗ Đoạn", cast.nghia_dung: "thôn Nghĩa Dũng"}
    assert list(hamlet_names(session, cast.commune).items()) == list(hamlets.items())


# --- as of a day, as known at a moment ------------------------------------------------------------------------------


def test_a_later_change_of_the_register_leaves_the_past_as_it_was(cast: Cast, session: Session, now: Clock) -> None:
    sold(cast, Sold(on=LAST_MONTH, is_known=True))
    look_everywhere(cast.commune)
    known_at = now()
    before = figure_of(session, cast.commune, TODAY, trailing_year(TODAY), known_at=known_at)
    later = now.move(days=2)
    with transaction() as writing:
        closed = NewBusiness(
            commune_id=cast.commune,
            hamlet_id=cast.nghia_dung,
            kind=BusinessKind.HOUSEHOLD_BUSINESS,
            name="Rau bà Lan",
            valid_from=TODAY - timedelta(days=1),
            source="Thông báo chấm dứt hoạt động",
            status=BusinessStatus.TERMINATED,
        )
        update_business(writing, Actor(person_id=cast.hung), cast.lan.business, closed, now=later)
    assert figure_of(session, cast.commune, TODAY, trailing_year(TODAY), known_at=known_at) == before
    after = figure_of(session, cast.commune, TODAY, trailing_year(TODAY), known_at=later)
    assert (after.base, after.counted) == (before.base - 1, 0)
    day_before = TODAY - timedelta(days=2)
    assert figure_of(session, cast.commune, day_before, trailing_year(day_before), known_at=later).base == before.base


def test_a_later_order_or_verdict_leaves_what_was_known_as_it_was(cast: Cast, session: Session, now: Clock) -> None:
    known_at = now.move(hours=8)
    order = sold(cast, Sold(on=TODAY, is_known=True))
    look_everywhere(cast.commune)
    before = figure_of(session, cast.commune, TODAY, trailing_year(TODAY), known_at=known_at)
    assert before.counted == 1
    now.move(hours=1)
    review(cast, look_at(cast, order, Verdict.DOES_NOT_COUNT), now)
    assert figure_of(session, cast.commune, TODAY, trailing_year(TODAY), known_at=known_at) == before
    assert figure_of(session, cast.commune, TODAY, trailing_year(TODAY), known_at=now()).counted == 0


def test_the_line_begins_with_the_whole_year_before_its_first_day(cast: Cast, session: Session, now: Clock) -> None:
    begins = trailing_year(months_back(TODAY, 12)[0]).start
    for seller, day in ((cast.lan, begins), (cast.htx, begins - timedelta(days=1))):
        sold(cast, Sold(on=day, is_known=True), seller)
    look_everywhere(cast.commune)
    board = board_of(session, cast.commune, TODAY, known_at=now())
    sold_in = [sellers.counted for _, sellers in points_of(session, board.sources, [one.window for one in board.line])]
    assert (board.line[0].window.start, sold_in) == (begins, [{cast.lan.business}, *[frozenset()] * 11])
    assert board.line[-1] == Point(window=board.figure.window, plan=board.figure.plan)
    assert board.in_period.window == reporting_month(TODAY)


def test_the_paper_named_is_that_of_the_line_that_holds_on_the_day(cast: Cast, session: Session, now: Clock) -> None:
    """The one valid latest, of those the one told last, of those told at once the later entry; none of the future."""
    days = {"a": TODAY, "b": TODAY, "c": TODAY - timedelta(days=1), "d": TODAY + timedelta(days=1)}
    told = {"a": now() - timedelta(hours=1), "b": now() - timedelta(hours=1), "c": now(), "d": now()}
    of = {"kind": BusinessKind.HOUSEHOLD_BUSINESS, "status": BusinessStatus.ACTIVE, "hamlet_id": cast.nghia_dung}
    with transaction() as writing:
        for paper, day in days.items():
            line = {"valid_from": day, "recorded_at": told[paper], "source": paper}
            writing.add(BusinessHistory(business_id=cast.theu, **of, **line))
            writing.flush()
    board = board_of(session, cast.commune, TODAY, known_at=now())
    [lan, theu] = register_changes(session, board, [cast.theu, cast.lan.business], most=2)
    assert (theu.business_id, theu.name, theu.source) == (cast.theu, "Tranh thêu Xuân Nẻo cô Thêu", "b")
    assert lan.source not in days
    assert register_changes(session, board, [cast.theu, cast.lan.business], most=1) == [lan]


def test_the_reporting_month_runs_from_the_15th_to_the_14th() -> None:
    assert reporting_month(date(2026, 11, 14)).start == date(2026, 10, 15)
    assert reporting_month(date(2026, 11, 15)).start == date(2026, 11, 15)
    assert reporting_month(date(2026, 12, 31)).start == date(2026, 12, 15)
    assert reporting_month(date(2027, 1, 31)).start == date(2027, 1, 15)


def test_the_count_of_statements_does_not_grow_with_the_sales(cast: Cast, session: Session, now: Clock) -> None:
    with counting() as few:
        board_of(session, cast.commune, TODAY, known_at=now())
    for seller in (cast.lan, cast.htx, cast.tu):
        for day in range(5):
            sold(cast, Sold(on=TODAY - timedelta(days=day * 30), is_known=True), seller)
    look_everywhere(cast.commune)
    with counting() as many:
        board_of(session, cast.commune, TODAY, known_at=now())
    assert len(many) <= len(few) == 9


# --- an officer's look ----------------------------------------------------------------------------------------------


def look_at(cast: Cast, order: Order, verdict: Verdict = Verdict.COUNTS) -> SaleReview:
    asked = {"way": ReviewWay.VISITED, "reason": "Đã gặp người mua", "seen": ""}
    return SaleReview(commune_id=cast.commune, order_id=order.id, verdict=verdict, **asked)


def review(cast: Cast, look: SaleReview, now: Clock, officer: int | None = None) -> None:
    """As on a page that was opened right now, after the job has looked."""
    look_everywhere(cast.commune)
    with transaction() as session:
        new = replace(look, seen=seen_now(session, cast.commune, look.order_id, now()))
        review_evidence(session, Actor(person_id=officer or cast.hung), new, clock=now)


def test_an_officer_lets_a_flagged_order_count_and_takes_it_back(
    cast: Cast, session: Session, figure: Callable[[], Figure], now: Clock
) -> None:
    order = sold(cast, Sold(on=LAST_MONTH, is_known=True, phone="0900 000 011"))
    review(cast, look_at(cast, order), now)
    review(cast, look_at(cast, order), now)
    assert figure().counted == 1
    review(cast, look_at(cast, order, Verdict.DOES_NOT_COUNT), now)
    assert figure().counted == 0
    assert len(session.scalars(select(EvidenceReview)).all()) == 2
    events = events_of(session, "order", order.id)
    assert [(event.verb, event.business_id) for event in events] == [("review_evidence", cast.lan.business)] * 2
    assert sorted(event.fields for event in events) == ["verdict khong_tinh", "verdict tinh"]


def test_a_look_is_written_again_only_where_it_says_something_else_than_the_newest(
    cast: Cast, session: Session, now: Clock
) -> None:
    """Another verdict, another reason, another officer, or another order."""
    first, second = (sold(cast, Sold(on=LAST_MONTH, is_known=True)) for _ in range(2))
    yes, no = look_at(cast, first), look_at(cast, first, Verdict.DOES_NOT_COUNT)
    for look in (yes, no, no, yes, yes, replace(yes, reason="Đã gặp"), look_at(cast, second)):
        review(cast, look, now)
    review(cast, look_at(cast, second), now, officer=cast.vy)
    written = session.execute(
        select(EvidenceReview.order_id, EvidenceReview.verdict, EvidenceReview.reviewed_by).order_by(EvidenceReview.id)
    )
    assert [tuple(row) for row in written] == [
        (first.id, Verdict.COUNTS, cast.hung),
        (first.id, Verdict.DOES_NOT_COUNT, cast.hung),
        (first.id, Verdict.COUNTS, cast.hung),
        (first.id, Verdict.COUNTS, cast.hung),
        (second.id, Verdict.COUNTS, cast.hung),
        (second.id, Verdict.COUNTS, cast.vy),
    ]
    looks = [(one.review.reason, one.officer) for one in reviews_of(session, first.id)]
    assert looks == [("Đã gặp", "Nguyễn Văn Hùng"), *[("Đã gặp người mua", "Nguyễn Văn Hùng")] * 3]
    assert [one.officer for one in reviews_of(session, second.id)] == ["Trần Khánh Vy", "Nguyễn Văn Hùng"]


def test_a_declared_order_cannot_be_made_to_count(cast: Cast, now: Clock) -> None:
    order = sold(cast, Sold(on=LAST_MONTH))
    with pytest.raises(Refused, match="tự khai"):
        review(cast, look_at(cast, order), now)


def test_an_officer_does_not_look_at_an_order_of_their_own(cast: Cast, session: Session, now: Clock) -> None:
    bought = sold(cast, Sold(on=LAST_MONTH, is_known=True, buyer=cast.hung))
    with pytest.raises(Refused, match="cán bộ khác"):
        review(cast, look_at(cast, bought), now)
    for buyer in (None, cast.mai):
        other = sold(cast, Sold(on=LAST_MONTH, is_known=True, buyer=buyer))
        review(cast, look_at(cast, other), now)
    sold_by_her = sold(cast, Sold(on=LAST_MONTH, is_known=True))
    with pytest.raises(Refused, match="cán bộ khác"):
        review(cast, look_at(cast, sold_by_her), now, officer=cast.lan.person)


def test_an_order_of_another_commune_or_not_completed_is_not_there(cast: Cast, now: Clock) -> None:
    order = sold(cast, Sold(on=LAST_MONTH, is_known=True))
    for look in (replace(look_at(cast, order), commune_id=999), replace(look_at(cast, order), order_id=999)):
        with pytest.raises(NotFound):
            review(cast, look, now)
    with pytest.raises(NotFound), transaction() as writing:
        review_evidence(writing, Actor(), look_at(cast, order), clock=now)
    with transaction() as writing:
        on_its_way = {"status": OrderStatus.ACCEPTED, "completed_at": None, "completed_on": None}
        writing.execute(update(Order).values(on_its_way))
    with pytest.raises(NotFound):
        review(cast, look_at(cast, order), now)


def test_posts_that_ended_are_over(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        for post in writing.scalars(select(Post).where(Post.person_id == cast.vy)):
            post.ends_on = local_day(now()) - timedelta(days=1)
    order = sold(cast, Sold(on=TODAY, is_known=True, buyer=cast.vy))
    assert flags(session, cast, order, now) == set()


def test_a_seller_who_buys_at_a_stall_with_their_own_bank_account_is_flagged(
    cast: Cast, session: Session, now: Clock
) -> None:
    with transaction() as writing:
        htx = writing.get_one(Business, cast.htx.business)
        make.make_bank_account(writing, htx, "DO VAN SON", "0071000777777", now())
    order = sold(cast, Sold(on=LAST_MONTH, is_known=True, buyer=cast.htx.person))
    assert flags(session, cast, order, now) == set()
    with transaction() as writing:
        make.make_bank_account(writing, writing.get_one(Business, cast.tu.business), "LE VAN TU", LAN_ACCOUNT, now())
    bought = sold(cast, Sold(on=LAST_MONTH, is_known=True, buyer=cast.tu.person))
    assert flags(session, cast, bought, now) == {RiskFlag.SHARED_ACCOUNT}


@pytest.mark.parametrize("way", ["is_banked", "is_carded"])
def test_money_that_came_later_was_not_known_before(cast: Cast, session: Session, now: Clock, way: str) -> None:
    """A figure of a past moment counts what banks and gateways had said by then, and no more."""
    order = sold(cast, Sold(on=LAST_MONTH, paid_after=timedelta(days=2), **{way: True}))  # type: ignore[arg-type]
    assert order.completed_at
    came_at = order.completed_at + timedelta(days=2)
    for moment, amount in ((came_at - timedelta(seconds=1), 0), (came_at, 50_000)):
        sale = sale_of(session, cast.commune, order.id, known_at=moment)
        assert sale
        assert sale.banked + sale.carded == amount
