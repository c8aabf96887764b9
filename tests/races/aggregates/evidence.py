"""A sale as evidence: what the office says of it, what its buyer says on the telephone, what the job finds."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.adoption.actions import NewCall, SaleReview, draw_calls, examine_sales, record_call, review_evidence
from market.adoption.models import BuyerCall, CallDraw, EvidenceReview, RaisedFlag
from market.adoption.queries import LedgerScope, ledger_of
from market.adoption.queries.examining import findings_of
from market.adoption.rules import CallOutcome, ReviewWay, Verdict
from market.base.audit import Actor
from market.base.db import transaction
from market.orders.models import Contact, Order
from market.places.models import Commune
from market.sellers.models import Business
from market.values.period import local_day
from tests.adoption.sales import Sold, answer, seen_now, sell
from tests.cast import Cast
from tests.races.aggregates.orders import EXACT, Sale
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing


def look(session: Session, commune_id: int) -> int:
    """A round of the job, all of it in one transaction, as of its own moment."""
    looked_at = running_now()
    found = findings_of(session, commune_id, known_at=looked_at)
    return examine_sales(session, found, looked_at=looked_at, clock=running_now)


def reviews(cast: Cast) -> Aggregate:
    """A sale that was handed over with the code and whose buyer the office knows. By now the buyer's phone is the
    seller's too, which the job has not seen yet; money is taken off the sale, and more of it comes."""
    sale = Sale(cast, received=EXACT)
    shown: dict[int, str] = {}
    hung = Actor(person_id=cast.hung)

    def start() -> int:
        at = sale.delivered()
        with transaction() as session:
            answer(session, session.get_one(Order, at), running_now())
        with transaction() as session:
            look(session, cast.commune)
            phone = session.scalars(select(Contact.phone)).first()
            session.execute(update(Business).where(Business.id == cast.lan.business).values(phone=phone))
            shown[at] = seen_now(session, cast.commune, at, running_now())
        return at

    def review(verdict: Verdict) -> Move:
        def act(session: Session, at: int) -> None:
            said = {"verdict": verdict, "way": ReviewWay.CALLED, "reason": "Đã gọi", "seen": shown[at]}
            review_evidence(session, hung, SaleReview(commune_id=cast.commune, order_id=at, **said), clock=running_now)

        return writing(act)

    def call(session: Session, at: int) -> None:
        said = {"outcome": CallOutcome.DENIED, "note": "", "seen": shown[at]}
        record_call(session, hung, NewCall(commune_id=cast.commune, order_id=at, **said), clock=running_now)

    return Aggregate(
        start=start,
        moves={
            "counts": review(Verdict.COUNTS),
            "does not": review(Verdict.DOES_NOT_COUNT),
            "denied": writing(call),
            "job": writing(lambda session, _at: look(session, cast.commune)),
            "undo": sale.undo,
            "allocate": sale.allocate,
        },
        picture=picture,
        tables=["order"],
    )


def call_draws(cast: Cast) -> Aggregate:
    """Two sales that may be drawn, between two weeks: the job of each draws its own."""

    def start() -> int:
        with transaction() as session:
            for seller in (cast.lan, cast.htx):
                day, phone = local_day(running_now()) - timedelta(days=4), f"0900 000 55{seller.business}"
                sell(session, cast.commune, seller, Sold(on=day, is_confirmed=True, phone=phone))
        return cast.commune

    def draw(*, after: timedelta = timedelta()) -> Move:
        return writing(lambda session, at: draw_calls(session, at, clock=lambda: running_now() + after))

    return Aggregate(
        start=start,
        moves={"draw": draw(), "draw of the next week": draw(after=timedelta(weeks=1))},
        picture=lambda session, _at: [
            tuple(row) for row in session.execute(select(CallDraw.week, CallDraw.rank).order_by(CallDraw.id))
        ],
        tables=["commune"],
    )


def picture(session: Session, at: int) -> object:
    """What was said, what is flagged and not answered, and what was done in which order."""
    said = session.scalars(
        select(EvidenceReview.verdict).where(EvidenceReview.order_id == at).order_by(EvidenceReview.id)
    )
    raised = session.scalars(
        select(RaisedFlag.risk_flag).where(RaisedFlag.order_id == at, RaisedFlag.ended_at.is_(None))
    )
    calls = session.scalars(select(BuyerCall.outcome).where(BuyerCall.order_id == at).order_by(BuyerCall.id))
    now = running_now()
    day, commune = local_day(now), session.scalars(select(Commune.id)).first() or 0
    open_flags = ledger_of(session, LedgerScope(commune_id=commune, since=day, until=day, known_at=now)).flags.get(at)
    return list(said), sorted(raised), list(calls), open_flags, verbs_of(session, "order", at)
