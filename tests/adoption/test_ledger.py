"""What the KPI is counted from is of one commune, and as it was known at a moment."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.adoption.queries.ledger import ledger_of
from market.adoption.queries.parties import LedgerScope
from market.adoption.rules import DatedNumber, Ledger
from market.base.db import transaction
from market.places.models import DatedFact
from market.sellers.models import Business, Certificate
from tests import factories as make
from tests.adoption.village import Village
from tests.cast import Cast
from tests.conftest import Clock

TODAY = date(2026, 11, 24)
YEAR = date(2026, 1, 1)


def enter_all(cast: Cast, now: Clock) -> None:
    """Some of everything the KPI is counted from, all of it before now."""
    with transaction() as session:
        Village(cast, TODAY, businesses=30, orders=200).enter(session)
        lan, vy, hung = session.get_one(Business, cast.lan.business), cast.vy, cast.hung
        make.make_mandate(session, lan, session.get_one(Person, vy), session.get_one(Person, hung), now())
        paper = {"kind": "OCOP 3 sao", "number": "12", "issuer": "UBND thành phố", "scope": "Rau muống"}
        checked = {"checked_by": hung, "checked_at": now()}
        session.add(Certificate(business_id=lan.id, valid_from=YEAR, **paper, **checked))


def test_a_commune_s_ledger_holds_nothing_of_another_s(cast: Cast, session: Session, now: Clock) -> None:
    """Of the neighbour, where everything is, not a line; the country's numbers hold in both."""
    enter_all(cast, now)
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test").id
        writing.add(DatedFact(key="kpi.lowest_order", value="7000", valid_from=YEAR, source="quy ước của nước"))
    known = {"since": YEAR, "until": TODAY, "known_at": now()}

    own = ledger_of(session, LedgerScope(commune_id=cast.commune, **known))
    theirs = ledger_of(session, LedgerScope(commune_id=far, **known))

    for part in Ledger.__slots__:
        assert getattr(own, part), f"nothing would be seen of another commune's {part}"
    country = DatedNumber(key="kpi.lowest_order", value=7000, valid_from=YEAR, valid_to=None, is_own=False)
    assert theirs == Ledger(
        lines=[], accounts=[], sales=[], declared=[], papers=[], services=[], numbers=[country], parties={}, verdicts={}
    )
    assert country in own.numbers


def test_a_ledger_knows_nothing_that_was_written_down_later(cast: Cast, session: Session, now: Clock) -> None:
    """As known a moment before any of it: what was not written down yet is not there, whichever day it tells of."""
    long_before = now() - timedelta(days=3000)
    enter_all(cast, now)

    asked = LedgerScope(commune_id=cast.commune, since=YEAR, until=TODAY, known_at=long_before)
    found = ledger_of(session, asked)

    for part in ("lines", "accounts", "sales", "declared", "papers", "verdicts"):
        assert not getattr(found, part), part
    assert {one.business_id for one in found.services} == {None}, "posts alone are of no time of writing"
