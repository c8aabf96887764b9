"""A lot's journal, its sealing and its recall; its stamps printed, activated, made void and scanned."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.catalog.models import Variant
from market.sellers.models import Stall
from market.trace import actions
from market.trace.actions import LotDetails, NewEntry, NewLot, Printing, Serials, Withdrawal
from market.trace.models import JournalEntry, Lot, Scan, Stamp
from market.trace.queries import facts_to_set_aside, journal_of
from market.trace.rules import JournalKind, for_sale_until, stamps_allowed
from tests import factories as make
from tests.cast import Cast
from tests.races.harness import Aggregate, running_now, verbs_of, writing
from tests.services.databases import OPENING
from tests.trace.steps import RICE, edit_as_shown, line, recall_as_shown, ref, seal_as_shown, seen_to_seal

PACKED = NewEntry(
    kind=JournalKind.PACKING, happened_on=date(2026, 10, 23), amount=20_000, unit="tui", client_key="packed"
)
JOURNAL = (
    NewEntry(kind=JournalKind.SOWING, happened_on=date(2026, 6, 18)),
    NewEntry(kind=JournalKind.HARVEST, happened_on=date(2026, 10, 20), amount=3_700_000, unit="kg"),
    NewEntry(kind=JournalKind.PACKING, happened_on=date(2026, 10, 22), amount=48_000, unit="tui"),
)
FEWER = NewEntry(kind=JournalKind.PACKING, happened_on=date(2026, 10, 22), amount=5_000, unit="tui")


def new_rice(session: Session, cast: Cast) -> int:
    """Goods of their own, so that a recall stops nothing that other aggregates buy; returns the product's id."""
    return make.make_product(session, session.get_one(Stall, cast.htx.stall), "Gạo thử", running_now()).product_id


def open_lot(session: Session, cast: Cast, product_id: int) -> int:
    """A lot of sticky rice that can be sealed: cut and packed into bags of 5 kg; returns its id."""
    code = actions.open_lot(
        session, Actor(), cast.htx.stall, NewLot(product_id=product_id, details=RICE), clock=running_now
    )
    at = session.scalars(select(Lot.id).where(Lot.code == code)).one()
    for said in JOURNAL:
        actions.add_entry(session, Actor(), ref(cast, at), said, clock=running_now)
    return at


def serials(first: int, last: int) -> Serials:
    return Serials(first=first, last=last)


def lot_picture(session: Session, at: int) -> object:
    """Its state, its journal, and whether it answers for as many packs as the journal says."""
    lot = session.get_one(Lot, at)
    lines = journal_of(session, at)
    says = stamps_allowed((line.entry for line in lines), lot.terms)
    as_said = lot.stamps_allowed is None or lot.stamps_allowed == max(says or 0, lot.stamps_activated)
    written = [(line.kind, line.amount, line.is_withdrawal, line.corrects_id is not None) for line in lines]
    said = lot.state, lot.plot, lot.recall_reason, lot.set_aside_at is not None, as_said
    return said, written, is_sold_as_its_lots_say(session, lot.product_id), verbs_of(session, "lot", at)


def is_sold_as_its_lots_say(session: Session, product_id: int) -> tuple[bool, bool]:
    """Whether a product is sold, and whether that is what all its lots together say."""
    ends = session.scalars(select(Variant.for_sale_until).where(Variant.product_id == product_id)).all()
    lots = session.scalars(select(Lot).where(Lot.product_id == product_id))
    until = for_sale_until((lot.life for lot in lots), now=running_now())
    return ends == [None], all((end is None) == (until is None) for end in ends)


def lots(cast: Cast) -> Aggregate:
    shown: dict[int, str] = {}
    other: dict[int, int] = {}

    def start() -> int:
        with transaction() as session:
            rice = new_rice(session, cast)
            other[0] = open_lot(session, cast, rice)
            at = open_lot(session, cast, rice)
            for one in (at, other[0]):
                shown[one] = seen_to_seal(session, ref(cast, one))
            return at

    def seal(session: Session, at: int) -> None:
        actions.seal_lot(session, Actor(), ref(cast, at), seen=shown[at], clock=running_now)

    def recall_and_set_aside(session: Session, at: int) -> None:
        recall_as_shown(session, Actor(), ref(cast, at), "Mốc", now=running_now())
        seen = seen_of(facts_to_set_aside(session.get_one(Lot, at)))
        actions.set_lot_aside(session, Actor(), ref(cast, at), seen=seen, clock=running_now)

    def last_line(session: Session, at: int) -> int:
        written = select(func.max(JournalEntry.id)).where(JournalEntry.lot_id == at, JournalEntry.corrects_id.is_(None))
        return session.scalars(written).one()

    elsewhere = LotDetails(plot="Ruộng 13", pack_amount=2000, pack_unit="kg", yield_permille=650)
    return Aggregate(
        start=start,
        moves={
            "seal": writing(seal),
            "write": writing(lambda s, at: actions.add_entry(s, Actor(), ref(cast, at), PACKED, clock=running_now)),
            "seal another of its goods": writing(lambda s, _at: seal(s, other[0])),
            "recall": writing(lambda s, at: recall_as_shown(s, Actor(), ref(cast, at), "Mọt", now=running_now())),
            "recall, set aside": writing(recall_and_set_aside),
            "edit": writing(lambda s, at: edit_as_shown(s, Actor(), ref(cast, at), elsewhere, now=running_now())),
            "correct": writing(
                lambda s, at: actions.correct_entry(s, Actor(), line(cast, last_line(s, at)), FEWER, clock=running_now)
            ),
            "withdraw": writing(
                lambda s, at: actions.withdraw_entry(
                    s, Actor(), line(cast, last_line(s, at)), Withdrawal(reason="Nhầm"), clock=running_now
                )
            ),
        },
        picture=lot_picture,
        tables=["lot"],
    )


def stamps_picture(session: Session, at: int) -> object:
    lot = session.get_one(Lot, at)
    stamps = session.execute(select(Stamp.serial, Stamp.state).where(Stamp.lot_id == at).order_by(Stamp.serial))
    scans = session.scalar(select(func.count()).select_from(Scan).join(Stamp).where(Stamp.lot_id == at))
    counters = lot.stamps_printed, lot.stamps_activated, lot.stamps_allowed
    return lot.state, counters, [tuple(stamp) for stamp in stamps], scans, verbs_of(session, "lot", at)


def stamps(cast: Cast) -> Aggregate:
    def start() -> int:
        with transaction() as session:
            at = open_lot(session, cast, new_rice(session, cast))
            seal_as_shown(session, Actor(), ref(cast, at), now=running_now())
            actions.print_stamps(session, Actor(), ref(cast, at), 8, clock=running_now)
            actions.activate_stamps(session, Actor(), ref(cast, at), serials(1, 3), clock=running_now)
            return at

    def step_of_many(session: Session, at: int) -> None:
        """The second one prints them."""
        printing = Printing(lot=ref(cast, at), count=7, began_at=OPENING)
        actions.print_step(session, Actor(), printing, most=4, clock=running_now)

    def scan(session: Session, at: int) -> None:
        stamp = session.scalars(select(Stamp).where(Stamp.lot_id == at, Stamp.serial == 4)).one()
        actions.note_scan(session, stamp, "a visitor", now=running_now())

    return Aggregate(
        start=start,
        moves={
            "activate": writing(
                lambda s, at: actions.activate_stamps(s, Actor(), ref(cast, at), serials(3, 6), clock=running_now)
            ),
            "void": writing(
                lambda s, at: actions.void_stamps(s, Actor(), ref(cast, at), serials(2, 4), clock=running_now)
            ),
            "scan": writing(scan),
            "print": writing(
                lambda s, at: actions.print_stamps(s, Actor(), ref(cast, at), 2, client_key="twice", clock=running_now)
            ),
            "ask for many": writing(
                lambda s, at: actions.request_stamps(s, ref(cast, at), 7, client_key="many", clock=running_now)
            ),
            "a step of many": writing(step_of_many),
            "print more": writing(lambda s, at: actions.print_stamps(s, Actor(), ref(cast, at), 1, clock=running_now)),
            "recall": writing(lambda s, at: recall_as_shown(s, Actor(), ref(cast, at), "Mọt", now=running_now())),
        },
        picture=stamps_picture,
        tables=["lot"],
    )
