"""A class is held; people come onto its list by their own phone, or are written down by who holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import NotFound, Refused
from market.base.secrets import random_key
from market.outreach.actions.logging import log
from market.outreach.models import ClassAttendee, TrainingClass
from market.outreach.queries.classes import business_of_account, business_of_phone, class_by_key
from market.outreach.rules.classes import FARTHEST, MOST_ATTENDEES, ClassHolder, SignInWay, why_no_sign_in
from market.places.models import Hamlet
from market.sellers.models import Business
from market.values.period import local_day
from market.values.phone import Phone
from market.values.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClass:
    """A class as it is written down; `hamlet_id` None: for the whole commune."""

    commune_id: int
    hamlet_id: int | None
    holder: ClassHolder
    title: str
    starts_at: datetime
    place: str
    teacher: str


def hold_class(session: Session, actor: Actor, new: NewClass, *, client_key: str | None = None, clock: Clock) -> int:
    """Write down a class to come, or one that was held; returns its id, also to the same form again. Refused more than
    a year away, NotFound for a hamlet of another commune."""
    now = clock()
    if abs(new.starts_at - now) > FARTHEST:
        raise Refused("bad_day", "Ngày học cách hôm nay hơn một năm. Mời xem lại ngày.")
    if new.hamlet_id is not None:
        hamlet = session.get(Hamlet, new.hamlet_id)
        if hamlet is None or hamlet.commune_id != new.commune_id:
            raise NotFound
    sent = SentForm(key=client_key, content=("class", new), told=f"lớp {new.title}")
    if at := used_before(session, f"classes:{new.commune_id}", sent, now=now):
        same = TrainingClass.commune_id == new.commune_id, TrainingClass.created_at == at
        return session.scalars(select(TrainingClass.id).where(*same).order_by(TrainingClass.id.desc()).limit(1)).one()
    held = TrainingClass(
        commune_id=new.commune_id,
        hamlet_id=new.hamlet_id,
        holder=new.holder,
        title=new.title,
        starts_at=new.starts_at,
        held_on=local_day(new.starts_at),
        place=new.place,
        teacher=new.teacher,
        key=random_key(),
        created_by=actor.person_id,
        created_at=now,
    )
    session.add(held)
    session.flush()
    _log(session, actor, "hold_class", held, now=now)
    return held.id


def cancel_class(session: Session, actor: Actor, commune_id: int, class_id: int, reason: str, *, clock: Clock) -> None:
    """Let a class not take place, or not count; its list stays. Idempotent. NotFound for another commune's."""
    held = _locked_class(session, commune_id, class_id).row
    now = clock()
    if held.cancelled_at is not None:
        return
    held.cancelled_at, held.cancelled_by, held.cancelled_reason = now, actor.person_id, reason
    _log(session, actor, "cancel_class", held, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfThemselves:
    """Who somebody says they are, and what they say of themselves."""

    name: str
    phone: Phone | None
    is_elderly: bool = False
    is_vulnerable: bool = False


def sign_in_to_class(
    session: Session, actor: Actor, commune_id: int, key: str, said: SaidOfThemselves, *, clock: Clock
) -> int:
    """Put somebody who scanned a class's code onto its list; returns the class's id. With an account they are who their
    account says, whatever else is said. The same person again is one.

    Refused on another day than the class's, and past the most that a list holds; NotFound for no such code here.
    """
    known = class_by_key(session, commune_id, key)
    held = _locked_class(session, commune_id, known.id)
    now = clock()
    why = why_no_sign_in(held.row.held_on, local_day(now), is_cancelled=held.row.cancelled_at is not None)
    if why:
        raise Refused("no_sign_in", why)
    if actor.person_id is None:
        _enter_guest(session, actor, held, said, now=now)
    else:
        _enter_account(session, actor, held, said, now=now)
    return held.row.id


def _enter_account(
    session: Session, actor: Actor, held: Locked[TrainingClass], said: SaidOfThemselves, *, now: datetime
) -> None:
    person = session.get_one(Person, actor.person_id)
    mine = _on_list(session, held, ClassAttendee.person_id == person.id)
    if mine:
        _note_own_word(mine[0], said)
        return
    name, phone = person.name, person.phone
    noted = [one for one in _on_list(session, held, ClassAttendee.person_id.is_(None)) if _is_same(one, name, phone)]
    if noted:
        # written down before they scanned: from now on it is they who say so
        noted[0].person_id, noted[0].way = person.id, SignInWay.ACCOUNT
        noted[0].business_id = noted[0].business_id or business_of_account(session, held.row.commune_id, person.id)
        _note_own_word(noted[0], said)
        _log(session, actor, "attend_class", held.row, now=now)
        return
    new = ClassAttendee(
        person_id=person.id,
        business_id=business_of_account(session, held.row.commune_id, person.id),
        name=name,
        phone=phone,
        way=SignInWay.ACCOUNT,
        is_elderly=said.is_elderly,
        is_vulnerable=said.is_vulnerable,
    )
    _add(session, actor, held, new, now=now)


def _enter_guest(
    session: Session, actor: Actor, held: Locked[TrainingClass], said: SaidOfThemselves, *, now: datetime
) -> None:
    same = [one for one in _on_list(session, held) if _is_same(one, said.name, said.phone)]
    if same:
        if same[0].person_id is None:
            _note_own_word(same[0], said)
        return
    new = ClassAttendee(
        business_id=business_of_phone(session, held.row.commune_id, said.phone) if said.phone else None,
        name=said.name,
        phone=said.phone,
        way=SignInWay.PHONE,
        is_elderly=said.is_elderly,
        is_vulnerable=said.is_vulnerable,
    )
    _add(session, actor, held, new, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDown:
    """Somebody whom who holds the class writes down; `business_id`: their business on the register, if named."""

    commune_id: int
    class_id: int
    said: SaidOfThemselves
    business_id: int | None = None


def list_attendee(session: Session, actor: Actor, new: WrittenDown, *, clock: Clock) -> bool:
    """Write somebody down who came; False where they are on the list already.

    Refused before the class's day and for one that was cancelled; NotFound for another commune's class or business.
    """
    held = _locked_class(session, new.commune_id, new.class_id)
    now = clock()
    if held.row.cancelled_at is not None:
        raise Refused("cancelled", "Lớp này đã hủy.")
    if local_day(now) < held.row.held_on:
        raise Refused("not_yet", "Lớp chưa tới ngày. Danh sách ghi khi người học đã tới lớp.")
    if new.business_id is not None:
        business = session.get(Business, new.business_id)
        if business is None or business.commune_id != new.commune_id:
            raise NotFound
    if any(_is_same(one, new.said.name, new.said.phone) for one in _on_list(session, held)):
        return False
    phone = new.said.phone
    attendee = ClassAttendee(
        business_id=new.business_id or (business_of_phone(session, new.commune_id, phone) if phone else None),
        name=new.said.name,
        phone=phone,
        way=SignInWay.LISTED,
        is_elderly=new.said.is_elderly,
        is_vulnerable=new.said.is_vulnerable,
        recorded_by=actor.person_id,
    )
    _add(session, actor, held, attendee, now=now)
    return True


def strike_attendee(
    session: Session, actor: Actor, commune_id: int, class_id: int, attendee_id: int, *, clock: Clock
) -> None:
    """Take somebody off the list who did not come. Idempotent. NotFound for somebody of another class."""
    held = _locked_class(session, commune_id, class_id)
    now = clock()
    scope = ClassAttendee.id == attendee_id, ClassAttendee.class_id == held.row.id
    attendee = session.scalar(select(ClassAttendee).where(*scope))
    if attendee is None:
        raise NotFound
    if attendee.struck_at is None:
        attendee.struck_at, attendee.struck_by = now, actor.person_id
        _log(session, actor, "strike_attendee", held.row, now=now)


def _locked_class(session: Session, commune_id: int, class_id: int) -> Locked[TrainingClass]:
    return locked(session, TrainingClass, TrainingClass.id == class_id, TrainingClass.commune_id == commune_id)


def _on_list(session: Session, held: Locked[TrainingClass], *which: ColumnElement[bool]) -> Sequence[ClassAttendee]:
    query = select(ClassAttendee).where(ClassAttendee.class_id == held.row.id, ClassAttendee.struck_at.is_(None))
    return session.scalars(query.where(*which).order_by(ClassAttendee.id)).all()


def _is_same(one: ClassAttendee, name: str, phone: Phone | None) -> bool:
    """A family shares a phone, and two people a name: one is both. Who gives no phone is known by the name."""
    return fold(one.name) == fold(name) and (one.phone == phone or None in (one.phone, phone))


def _note_own_word(one: ClassAttendee, said: SaidOfThemselves) -> None:
    """What somebody says of themselves holds over what was written down for them."""
    one.is_elderly, one.is_vulnerable = said.is_elderly, said.is_vulnerable


def _add(session: Session, actor: Actor, held: Locked[TrainingClass], new: ClassAttendee, *, now: datetime) -> None:
    on_list = ClassAttendee.class_id == held.row.id, ClassAttendee.struck_at.is_(None)
    if session.scalars(select(func.count(ClassAttendee.id)).where(*on_list)).one() >= MOST_ATTENDEES:
        raise Refused("list_full", f"Danh sách lớp đã đủ {MOST_ATTENDEES} người.")
    new.commune_id, new.class_id, new.signed_at = held.row.commune_id, held.row.id, now
    session.add(new)
    session.flush()
    _log(session, actor, "attend_class", held.row, now=now)


def _log(session: Session, actor: Actor, verb: str, held: TrainingClass, *, now: datetime) -> None:
    log(session, actor, verb, ("training_class", held.id), commune_id=held.commune_id, now=now)
