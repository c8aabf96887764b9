"""Makes rows for tests, each with a sensible default for everything but what the test is about."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import TypeVar
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.actions import Device, begin_login
from market.accounts.models import LoginSession, Person
from market.accounts.queries import PasswordMatch
from market.base.audit import GUEST
from market.base.config import current_settings
from market.base.db import lock_name, locked, transaction
from market.base.secrets import random_key, vault
from market.catalog.actions.search import rebuild_words, reindex
from market.catalog.models import MoveReason, Photo, Product, ProductState, StockMove, Variant
from market.orders.models import Contact
from market.payments.models import BankDebit
from market.places.actions.modes import NewMode, begin_mode
from market.places.models import (
    Commune,
    DatedFact,
    Hamlet,
    HamletNeighbour,
    ModeSource,
    PickupPoint,
    PointClosure,
    PointWindow,
)
from market.places.queries import QUIET_HOURS, UnknownHost, commune_at
from market.places.queries.modes import MODE
from market.places.rules.modes import CommuneMode, Registration
from market.sellers.actions import NewBusiness, OwnPassword, add_business, open_stall
from market.sellers.models import (
    BankAccount,
    BankConnection,
    Business,
    BusinessKind,
    BusinessMember,
    ClaimState,
    HolderRelation,
    Mandate,
    MandateMethod,
    Post,
    PostRole,
    Stall,
    StallState,
    StallVisit,
    Verification,
    VerificationState,
)
from market.sellers.rules.visits import EVERY_DAY
from market.values.money import Dong
from market.values.period import local_day
from market.values.phone import Phone
from market.values.text import fold, slug, sort_key

T = TypeVar("T")

PASSWORD = "lua-chin-vang"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A light one: each right or wrong guess at the market's own takes a twentieth of a second."""
_numbers = count(1)


def hash_of(password: str) -> str:
    """As light a one of another password."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def make_commune(session: Session, **fields: object) -> Commune:
    values = {
        "code": "11086",
        "name": "xã Đại Sơn",
        "province_code": "31",
        "province_name": "thành phố Hải Phòng",
        "office_name": "Phòng Kinh tế xã Đại Sơn",
        "office_phone": Phone("0220 3000 000"),
        "letters": "DS",
        "mode": CommuneMode.ORDERING_MATCHED,
    } | fields
    return _add(session, Commune(**values))


def switch_mode(commune_id: int, mode: CommuneMode, now: datetime) -> None:
    """The commune's market does this from now on, as the demonstration says it does."""
    said = Registration(operator="HTX Vận hành chợ", number="MH-0001/2026", day=date(2026, 7, 1), is_made_up=True)
    with transaction() as session:
        lock_name(session, MODE, commune_id)
        commune = locked(session, Commune, Commune.id == commune_id)
        begin_mode(session, GUEST, commune, NewMode(mode=mode, source=ModeSource.DEMO, registration=said), now=now)


def quiet_night(value: str = "21:00-06:00") -> DatedFact:
    """The country's hours in which no clock runs, as the seeds bring them."""
    return DatedFact(
        commune_id=None, key=QUIET_HOURS, value=value, valid_from=date(2025, 7, 1), source="Quy ước của chợ"
    )


def make_hamlet(session: Session, commune: Commune, name: str) -> Hamlet:
    return _add(session, Hamlet(commune_id=commune.id, name=name, slug=slug(name), sort_key=sort_key(name)))


def make_neighbours(session: Session, one: Hamlet, other: Hamlet) -> HamletNeighbour:
    """That two hamlets lie side by side."""
    first, second = sorted((one.id, other.id))
    return _add(session, HamletNeighbour(commune_id=one.commune_id, hamlet_id=first, neighbour_id=second))


def make_pickup_point(session: Session, hamlet: Hamlet) -> PickupPoint:
    point = PickupPoint(
        hamlet_id=hamlet.id,
        name=f"Nhà văn hóa {hamlet.name}",
        keeper_name="Ông Bảo",
        keeper_phone=Phone("0900 000 900"),
        opening_hours="7:00–11:00, 14:00–18:00",
    )
    return _add(session, point)


def open_point(
    session: Session, point: PickupPoint, *windows: tuple[int, int, int], capacity: int | None = None
) -> None:
    """Give a pickup point its hours: weekday (0: Monday), from which to which hour."""
    point.capacity = capacity
    point.windows = [PointWindow(weekday=day, begins=first * 60, ends=last * 60) for day, first, last in windows]
    session.flush()


def close_point(session: Session, point_id: int, day: date, reason: str = "Nghỉ lễ") -> PointClosure:
    return _add(session, PointClosure(pickup_point_id=point_id, closed_on=day, reason=reason))


def make_visit(session: Session, stall: Stall, point: PickupPoint, **times: object) -> StallVisit:
    """That a stall comes to a pickup point: every morning."""
    values = {"days": EVERY_DAY, "begins": 6 * 60, "ends": 8 * 60} | times
    visit = StallVisit(commune_id=stall.commune_id, stall_id=stall.id, pickup_point_id=point.id, **values)
    return _add(session, visit)


def make_person(session: Session, commune: Commune, name: str, phone: str, now: datetime) -> Person:
    person = Person(commune_id=commune.id, name=name, phone=Phone(phone), password_hash=PASSWORD_HASH, created_at=now)
    return _add(session, person)


def make_contact(session: Session, commune_id: int, **fields: object) -> Contact:
    """A buyer at check-out."""
    return _add(
        session, Contact(commune_id=commune_id, **{"name": "Người mua", "phone": Phone("0900 000 777")} | fields)
    )


GONE = "0251 996 198"
"""A landline that the number plan no longer has."""


def outdate_phone(model: type[Person | Business], row_id: int) -> None:
    """A number that was taken once and that the number plan has dropped since."""
    with transaction() as writing:
        writing.get_one(model, row_id).phone = Phone.written(GONE)


def make_business(
    session: Session, hamlet: Hamlet, name: str, now: datetime, kind: BusinessKind = BusinessKind.HOUSEHOLD_BUSINESS
) -> Business:
    new = NewBusiness(
        commune_id=hamlet.commune_id,
        hamlet_id=hamlet.id,
        kind=kind,
        name=name,
        valid_from=date(2025, 7, 1),
        source="sổ của xã",
    )
    return session.get_one(Business, add_business(session, GUEST, new, now=now))


def make_stall(session: Session, business: Business, owner: Person, officer: Person, now: datetime) -> Stall:
    """A verified business's open stall."""
    member = BusinessMember(
        business_id=business.id,
        person_id=owner.id,
        state=ClaimState.CONFIRMED,
        claimed_at=now,
        decided_at=now,
        decided_by=officer.id,
    )
    session.add(member)
    session.flush()
    session.add(
        Verification(
            business_id=business.id,
            member_id=member.id,
            state=VerificationState.VERIFIED,
            full_name=owner.name,
            paper="CCCD",
            verified_by=officer.id,
            verified_at=now,
        )
    )
    stall = session.get_one(Stall, open_stall(session, GUEST, business.commune_id, business.id, now=now))
    stall.state = StallState.OPEN
    stall.delivers_in_commune, stall.delivery_fee = True, Dong(10_000)
    session.flush()
    return stall


def make_bank_account(session: Session, business: Business, holder: str, number: str, now: datetime) -> BankAccount:
    account = BankAccount(
        business_id=business.id,
        bin="970436",
        number_cipher=vault().encrypt(number),
        number_digest=vault().digest("bank-account", f"970436{number}"),
        number_last4=number[-4:],
        holder=holder,
        relation=HolderRelation.SELF,
        created_at=now,
    )
    return _add(session, account)


def make_connection(session: Session, account: BankAccount, key: str, secret: str, now: datetime) -> BankConnection:
    connection = BankConnection(
        bank_account_id=account.id,
        provider="sepay",
        key=key,
        secret_cipher=vault().encrypt(secret),
        created_at=now,
    )
    return _add(session, connection)


def make_debit(session: Session, stall: int, hook: str, memo: str, amount: int, now: datetime) -> BankDebit:
    """Money that left a stall's account, as its bank told and nobody has looked at yet."""
    connection = session.scalars(select(BankConnection).where(BankConnection.key == hook)).one()
    debit = BankDebit(
        commune_id=session.get_one(Stall, stall).commune_id,
        connection_id=connection.id,
        stall_id=stall,
        provider_txn_id=random_key(),
        amount=Dong(amount),
        memo=memo,
        bank_ref="",
        occurred_at=now,
        received_at=now,
        raw_cipher=vault().encrypt("{}"),
    )
    return _add(session, debit)


def make_product(
    session: Session,
    stall: Stall,
    name: str,
    now: datetime,
    *,
    price: int = 20_000,
    unit: str = "kg",
    on_hand: int | None = None,
    state: ProductState = ProductState.APPROVED,
) -> Variant:
    """An approved product with one photo and one variant (which is returned). `on_hand` in thousandths."""
    product = _add(session, _product(stall, name, now, state))
    variant = _variant(product, price=price, unit=unit, on_hand=on_hand)
    session.add_all([_photo(product, now), variant])
    session.flush()
    if on_hand:
        session.add(StockMove(variant_id=variant.id, delta=on_hand, reason=MoveReason.RECOUNT, at=now))
    reindex(session, product.id)
    return variant


def make_products(
    session: Session,
    stall: Stall,
    names: Sequence[str],
    now: datetime,
    *,
    category_id: int | None = None,
    on_hand: int | None = None,
) -> list[int]:
    """Many of them at once, which is far quicker: the word lists are made anew. Returns their ids, rising."""
    products = [_product(stall, name, now, ProductState.APPROVED) for name in names]
    session.add_all(products)
    session.flush()
    for product in products:
        product.category_id = category_id
        session.add_all([_photo(product, now), _variant(product, on_hand=on_hand)])
    session.flush()
    rebuild_words(session)
    return [product.id for product in products]


def _product(stall: Stall, name: str, now: datetime, state: ProductState) -> Product:
    return Product(
        commune_id=stall.commune_id,
        stall_id=stall.id,
        name=name,
        folded=fold(name),
        slug=slug(name),
        state=state,
        created_at=now,
        updated_at=now,
    )


def _photo(product: Product, now: datetime) -> Photo:
    key = f"test-photo-{next(_numbers):012d}"
    return Photo(product_id=product.id, stall_id=product.stall_id, key=key, width=1280, height=960, created_at=now)


def _variant(product: Product, *, price: int = 20_000, unit: str = "kg", on_hand: int | None = None) -> Variant:
    return Variant(
        product_id=product.id,
        stall_id=product.stall_id,
        sku=f"SP{product.id}",
        unit=unit,
        price=Dong(price),
        on_hand=on_hand,
    )


def make_post(session: Session, person: Person, role: PostRole, hamlet: Hamlet | None, now: datetime) -> Post:
    post = Post(
        commune_id=person.commune_id,
        person_id=person.id,
        role=role,
        hamlet_id=hamlet.id if hamlet else None,
        starts_on=local_day(now) - timedelta(days=30),
    )
    return _add(session, post)


def make_mandate(session: Session, business: Business, helper: Person, officer: Person, now: datetime) -> Mandate:
    mandate = Mandate(
        business_id=business.id,
        helper_id=helper.id,
        granted_by="chủ hộ",
        method=MandateMethod.PAPER,
        paper="Giấy số 1",
        starts_on=local_day(now),
        ends_on=local_day(now) + timedelta(days=90),
        recorded_by=officer.id,
        recorded_at=now,
    )
    return _add(session, mandate)


def own_word(session: Session, person_id: int, now: datetime) -> OwnPassword:
    """What a person says on a phone of their own, where they have just typed their password."""
    number = next(_numbers)
    login = LoginSession(
        commune_id=session.get_one(Person, person_id).commune_id,
        key_hash=f"key-{number}",
        person_id=person_id,
        device="Điện thoại Android",
        visitor=f"phone-{number}",
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(days=180),
        stepped_up_at=now,
    )
    return OwnPassword(login_id=_add(session, login).id)


def sign_in(
    client: FlaskClient, person_id: int, now: datetime, visitor: str | None = None, base_url: str | None = None
) -> None:
    """Sign a person in on this client, as the sign-in page does; at the host of `base_url` where there are many. Each
    time on a phone of its own, but where `visitor` names it: a phone has one person signed in."""
    with transaction() as session:
        person = session.get_one(Person, person_id)
        commune_id = _commune_at(session, base_url or "http://localhost") or person.commune_id
        device = Device(commune_id=commune_id, name="Điện thoại Android", visitor=visitor or f"phone-{next(_numbers)}")
        match = PasswordMatch(person_id=person_id, password_hash=person.password_hash)
        key = begin_login(session, match, device, clock=lambda: now)
    g.pop("_login_user", None)  # the tests' application context outlives a request, and would keep who was signed in
    with client.session_transaction(base_url=base_url) as cookie:
        cookie["_user_id"] = key
        cookie["_fresh"] = True
        cookie.permanent = True


def _commune_at(session: Session, base_url: str) -> int | None:
    try:
        return commune_at(session, current_settings(), urlsplit(base_url).hostname or "").id
    except UnknownHost:
        return None


def _add(session: Session, row: T) -> T:
    session.add(row)
    session.flush()
    return row
