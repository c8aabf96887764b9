"""What the database counts is what is counted sale by sale in memory: of random villages with every kind of evidence,
in two communes, of any day and as known at any moment (growth 1)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from market.adoption.models import RaisedFlag, SaleCheck
from market.adoption.queries import LedgerScope, board_of, ledger_of, reporting_month, risk_flags_about, with_proofs
from market.adoption.rules import BusinessStanding, RiskFlag, Sale, State, Vouch
from market.base.db import db, transaction
from market.payments.models import (
    Allocation,
    AllocationKind,
    BankCredit,
    BankCreditCheck,
    CardPayment,
    CardRefund,
    PaymentRequest,
    Refund,
)
from market.payments.rules.cards import CardRefundState
from market.payments.rules.checks import CheckOutcome
from market.values.money import Dong
from market.values.period import Period, months_back, trailing_year
from tests import factories as make
from tests.adoption.figures import figure_of, flags_again
from tests.adoption.village import FIRST, Village
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import IS_NIGHT, by_day_on

pytestmark = by_day_on("postgresql")

TODAY = date(2026, 11, 24)
AT_NIGHT = (date(2026, 3, 31), date(2026, 10, 15), date(2026, 1, 1))
DAYS = (TODAY, date(2026, 11, 14)) + (AT_NIGHT if IS_NIGHT else ())


@dataclass(frozen=True, slots=True)
class Place:
    """What a village needs of the cast, in another commune."""

    commune: int
    nghia_dung: int
    mo_doan: int
    hung: int


class ExaminedVillage(Village):
    """One of whose sales the job found this and that at some time, banks confirmed and took back, sellers gave back."""

    def _order(self, number: int, business: int, *, on: datetime | None = None, **buyer: object) -> int:
        order = super()._order(number, business, on=on, **buyer)
        if self.chance.random() < 0.7:
            found = self._span()
            vouch = self.chance.choice([None, *Vouch])
            self._add(SaleCheck, order_id=order, vouch=vouch, found_at=found[0], ended_at=found[1])
            if found[1] and self.chance.random() < 0.7:
                self._add(SaleCheck, order_id=order, vouch=Vouch.CALL, found_at=found[1], ended_at=None)
        for flag in self.chance.sample(list(RiskFlag)[:-1], self.chance.choice((0, 0, 0, 0, 1, 2))):
            found_at, ended_at = self._span()
            self._add(RaisedFlag, order_id=order, risk_flag=flag, found_at=found_at, ended_at=ended_at)
        return order

    def _span(self) -> tuple[datetime, datetime | None]:
        found, other = sorted((self._moment(300), self._moment(300)))
        return found, other if self.chance.random() < 0.3 else None

    def _money(self, order: int, business: int, total: Dong, at: datetime) -> None:
        super()._money(order, business, total, at)
        if self.chance.random() < 0.1:
            request = self.rows[PaymentRequest][-1]["id"]
            back = Dong(self.chance.choice((1, int(total), int(total))))
            self._add(Refund, request_id=request, amount=back, client_key="back", at=self._moment(300))
        told = self.rows.get(BankCredit, [])
        if told and told[-1]["provider_txn_id"] == f"t{order}" and self.chance.random() < 0.5:
            self._ask(told[-1]["id"], total)

    def _card(self, request: int, business: int, total: Dong, at: datetime) -> None:
        super()._card(request, business, total, at)
        paid = self.rows[CardPayment][-1]
        if self.chance.random() < 0.6:
            put = {"request_id": request, "stall_id": business, "card_payment_id": paid["id"]}
            back = Dong(self.chance.choice((1, int(paid["amount"]), int(paid["amount"]))))
            told = {"number": 1, "gateway_id": "re_1", "state": CardRefundState.SUCCEEDED, "shows_word": False}
            refund = self._add(CardRefund, card_payment_id=paid["id"], amount=back, **told, at=at)
            put |= {"card_refund_id": refund, "kind": AllocationKind.CARD, "amount": Dong(-back)}
            self._add(Allocation, **put, undoes_id=None, at=self._moment(300))

    def _ask(self, credit: object, total: Dong) -> None:
        last = self.chance.choice((CheckOutcome.CONFIRMED, CheckOutcome.UNKNOWN))
        for number, outcome in enumerate((CheckOutcome.CONFIRMED, last)[: self.chance.choice((1, 1, 2))], 1):
            is_told = outcome is CheckOutcome.CONFIRMED
            payer = {"payer_digest": f"payer {self.chance.randrange(9)}", "payer_last4": "0000"} if is_told else {}
            nobody = {"payer_digest": None, "payer_last4": None}
            said = {"number": number, "outcome": outcome, "amount": total if is_told else None} | nobody | payer
            self._add(BankCreditCheck, credit_id=credit, asked_at=self._moment(300), **said)


@pytest.fixture
def places(cast: Cast) -> list[Place]:
    """Two communes, each with a village."""
    with transaction() as session:
        other = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        far = [make.make_hamlet(session, other, name).id for name in ("thôn Xa", "thôn Gần")]
        places = [
            Place(cast.commune, cast.nghia_dung, cast.mo_doan, cast.hung),
            Place(other.id, far[0], far[1], cast.hung),
        ]
    for number, place in enumerate(places, 1):
        village = ExaminedVillage(place, TODAY, businesses=120, orders=900, seed=number + 10, first=FIRST * number)
        with transaction() as session:
            village.enter(session)
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))  # else planned for the empty tables that autovacuum has seen: in 60 s more
    return places


def test_the_database_counts_what_is_counted_sale_by_sale(places: list[Place], session: Session, now: Clock) -> None:
    met = set()
    for place in places:
        for as_of in DAYS:
            for known_at in (now(), now() - timedelta(days=70)):
                met |= compare(session, place.commune, as_of, known_at)
    assert met == {*State, RiskFlag.ONE_BUYER, RiskFlag.NOT_EXAMINED, RiskFlag.PERIOD_END}


def compare(session: Session, commune: int, as_of: date, known_at: datetime) -> set[object]:
    """Returns which states and which of the flags that a figure itself raises there were."""
    year = trailing_year(as_of)
    again = figure_of(session, commune, as_of, year, known_at=known_at)
    board = board_of(session, commune, as_of, known_at=known_at)
    assert board.figure == replace(again, standings=tuple(bare(one) for one in again.standings))
    assert with_proofs(session, board.sources, year, board.figure.standings) == list(again.standings)
    for point, day in zip(board.line, months_back(as_of, 12), strict=True):
        assert point.window == trailing_year(day)
        assert point.plan == figure_of(session, commune, day, trailing_year(day), known_at=known_at).plan
    in_period = figure_of(session, commune, as_of, reporting_month(as_of), known_at=known_at)
    assert (board.in_period.window, board.in_period.plan) == (in_period.window, in_period.plan)
    flags = {flag for one in again.standings for flag in one.risk_flags}
    itself = {RiskFlag.ONE_BUYER, RiskFlag.NOT_EXAMINED, RiskFlag.PERIOD_END}
    return {one.state for one in again.standings} | (flags & itself)


def bare(standing: BusinessStanding) -> BusinessStanding:
    """Without what is asked for a page at a time."""
    return replace(standing, proof=None, risk_flags=(), sold_on=None)


@pytest.mark.nightly  # every sale of many against the whole count; by day the figures are compared
def test_what_is_said_of_one_sale_is_what_the_whole_count_says_of_it(
    places: list[Place], session: Session, now: Clock
) -> None:
    """Of proofs and of other sales, also of one too old for the figure (`doubts_about` of growth 1)."""
    met, (here, there), cut_off = set(), (place.commune for place in places), date(2026, 11, 14)
    for commune, as_of in ((here, TODAY), (here, cut_off), (there, cut_off)):
        sales = every_sale(session, commune, trailing_year(as_of), known_at=now())
        figure = figure_of(session, commune, as_of, trailing_year(as_of), known_at=now())
        by_flag = {flag: one.proof for one in figure.standings if one.proof for flag in one.risk_flags}
        for sale in [*by_flag.values(), *sales[::50]]:
            said = risk_flags_about(session, commune, sale, as_of, known_at=now())
            assert said == flags_again(session, commune, sale, as_of, known_at=now())
            met |= said
    assert {RiskFlag.ONE_BUYER, RiskFlag.NOT_EXAMINED, RiskFlag.PERIOD_END} <= met


def every_sale(session: Session, commune: int, days: Period, *, known_at: datetime) -> list[Sale]:
    """Of some days and the month before them."""
    scope = LedgerScope(commune_id=commune, since=days.start - timedelta(days=30), until=days.end, known_at=known_at)
    return sorted(ledger_of(session, scope).sales, key=lambda one: one.completed_on)
