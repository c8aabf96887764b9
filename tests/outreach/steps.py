"""What an office does among its people, as tests tell it."""

from datetime import date, datetime, timedelta

from market.base.audit import Actor
from market.base.db import transaction
from market.outreach.actions.classes import (
    NewClass,
    SaidOfThemselves,
    WrittenDown,
    hold_class,
    list_attendee,
    sign_in_to_class,
)
from market.outreach.actions.ocop import NewPath, write_path
from market.outreach.models import TrainingClass
from market.outreach.rules.classes import ClassHolder
from market.outreach.rules.ocop import Points
from market.sellers.models import Certificate
from market.values.period import local_day
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock


def a_class(cast: Cast, now: Clock, holder: ClassHolder = ClassHolder.GROUP, at: datetime | None = None) -> int:
    new = NewClass(
        commune_id=cast.commune,
        hamlet_id=cast.nghia_dung,
        holder=holder,
        title="Bán hàng bằng điện thoại",
        starts_at=at or now(),
        place="Nhà văn hóa thôn",
        teacher="Cô Hoa",
    )
    with transaction() as session:
        return hold_class(session, Actor(person_id=cast.hung), new, clock=now)


def key_of(class_id: int) -> str:
    with transaction() as session:
        return session.get_one(TrainingClass, class_id).key


def write_down(cast: Cast, class_id: int, name: str, now: Clock, phone: str | None = None) -> bool:
    said = SaidOfThemselves(name=name, phone=Phone(phone) if phone else None)
    with transaction() as session:
        new = WrittenDown(commune_id=cast.commune, class_id=class_id, said=said)
        return list_attendee(session, Actor(person_id=cast.hung), new, clock=now)


def scan(cast: Cast, class_id: int, now: Clock, person: int | None = None, said: SaidOfThemselves | None = None) -> int:
    words = said or SaidOfThemselves(name="", phone=None)
    key = key_of(class_id)
    with transaction() as session:
        return sign_in_to_class(session, Actor(person_id=person), cast.commune, key, words, clock=now)


def a_path(cast: Cast, now: Clock, steps: str = "Phiếu đăng ký\nẢnh sản phẩm", since: date | None = None) -> int:
    new = NewPath(
        commune_id=cast.commune,
        valid_from=since or local_day(now()),
        points=Points(a=40, b=25, c=35),
        steps=steps,
        source="Quyết định 26/2026/QĐ-TTg",
        is_checked=False,
    )
    with transaction() as session:
        return write_path(session, Actor(person_id=cast.hung), new, clock=now)


def a_paper(cast: Cast, business_id: int, kind: str, ends_in: int | None, now: Clock) -> int:
    today = local_day(now())
    with transaction() as session:
        paper = Certificate(
            business_id=business_id,
            kind=kind,
            number="QĐ 12",
            issuer="UBND thành phố",
            scope="Gạo nếp",
            valid_from=today - timedelta(days=400),
            valid_to=None if ends_in is None else today + timedelta(days=ends_in),
            checked_by=cast.hung,
            checked_at=now(),
        )
        session.add(paper)
        session.flush()
        return paper.id
