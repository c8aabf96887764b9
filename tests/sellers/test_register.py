"""What is written into the register, of papers, stalls and claims: what is the same, what is another, what is left."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.db import transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import seen_of
from market.notices.models import Notice
from market.places.models import Hamlet
from market.sellers import actions, queries
from market.sellers.actions import NewBusiness, NewCertificate, NewProposal, StallSettings
from market.sellers.models import (
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessMember,
    BusinessProposal,
    BusinessStatus,
    Certificate,
    ClaimState,
    OldStallSlug,
    Stall,
    StallState,
)
from market.values.money import Dong
from market.values.phone import Phone
from market.values.taxid import TaxId
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import by_day_on
from tests.sellers import shown

pytestmark = by_day_on("sqlite")

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def new(cast: Cast, **fields: object) -> NewBusiness:
    known = NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.mo_doan,
        kind=BusinessKind.HOUSEHOLD_BUSINESS,
        name="Bếp cô Nụ",
        valid_from=TODAY,
        source="sổ",
        phone=Phone("0900 000 077"),
        tax_id=TaxId("099161000002"),
    )
    return replace(known, **fields)  # type: ignore[arg-type]


def add(cast: Cast, now: Clock, **fields: object) -> int:
    with transaction() as writing:
        return actions.add_business(writing, GUEST, new(cast, **fields), now=now())


def update(cast: Cast, now: Clock, business: int, **fields: object) -> list[str]:
    with transaction() as writing:
        return actions.update_business(writing, GUEST, business, new(cast, **fields), now=now())


# --- the register ---------------------------------------------------------------------------------------------------


def test_a_business_is_known_by_tax_code_or_by_name_hamlet_and_phone_in_its_commune(
    cast: Cast, now: Clock, session: Session
) -> None:
    first = add(cast, now)
    other = {"tax_id": TaxId("9900000016")}
    for known in ({"name": "Tên khác", "hamlet_id": cast.nghia_dung}, other, other | {"name": "BẾP CÔ NỤ"}):
        with pytest.raises(Conflict):
            add(cast, now, **known)
    none: dict[str, object] = {"tax_id": None}
    for apart in (
        none | {"name": "Bếp cô Nu"},
        none | {"hamlet_id": cast.nghia_dung},
        none | {"phone": Phone("0900 000 078")},
        none | {"phone": None},
    ):
        assert add(cast, now, **apart) > first
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        hamlet: Hamlet = make.make_hamlet(writing, far, "thôn Xa")
        commune, there = far.id, hamlet.id
    assert add(cast, now, commune_id=commune, hamlet_id=there) > first


def test_nothing_is_entered_from_a_day_to_come(cast: Cast, now: Clock, session: Session) -> None:
    with pytest.raises(Refused, match="chưa tới"):
        add(cast, now, valid_from=TODAY + DAY)
    entered = session.get_one(Business, add(cast, now))
    assert (entered.created_at, entered.updated_at, entered.folded) == (now(), now(), "bep co nu")


@pytest.mark.parametrize(
    ("field", "value", "is_historic"),
    [
        ("kind", BusinessKind.COOPERATIVE, True),
        ("status", BusinessStatus.SUSPENDED, True),
        ("hamlet_id", 1, True),
        ("name", "Bếp bà Nụ", False),
        ("owner_name", "Nụ", False),
        ("phone", Phone("0900 000 078"), False),
        ("tax_id", TaxId("9900000016"), False),
        ("trade", "Bếp", False),
        ("address", "Đình", False),
    ],
)
def test_what_is_said_anew_of_a_business_is_written_and_logged_by_its_field(
    cast: Cast, now: Clock, session: Session, field: str, value: object, is_historic: bool
) -> None:
    business, entered = add(cast, now), now()
    assert update(cast, now, business) == []
    at = now.move(minutes=1)

    assert update(cast, now, business, **{field: value}) == [field]
    kept = session.get_one(Business, business)
    assert getattr(kept, field) == value
    assert (kept.folded, kept.created_at, kept.updated_at) == (
        "bep ba nu" if field == "name" else "bep co nu",
        entered,
        at,
    )
    assert [event.fields for event in events_of(session, "business", business)] == ["", field]
    lines = session.scalars(select(BusinessHistory.recorded_at).where(BusinessHistory.business_id == business))
    assert sorted(lines) == [entered, at][: 1 + is_historic]


def test_a_business_is_not_made_what_another_is(cast: Cast, now: Clock, session: Session) -> None:
    add(cast, now)
    other = {"tax_id": None, "name": "Bếp cô Na", "phone": Phone("0900 000 078"), "hamlet_id": cast.nghia_dung}
    business = add(cast, now, **other)
    for twin in (
        other | {"tax_id": TaxId("099161000002")},
        other | {"name": "Bếp cô Nụ", "phone": Phone("0900 000 077"), "hamlet_id": cast.mo_doan},
    ):
        with pytest.raises(Conflict):
            update(cast, now, business, **twin)
    near = other | {"name": "Bếp cô Nụ", "phone": Phone("0900 000 077")}
    assert update(cast, now, business, **near) == ["name", "phone"]
    with pytest.raises(Conflict, match="cùng tên"):
        update(cast, now, business, **near | {"hamlet_id": cast.mo_doan})


# --- papers ---------------------------------------------------------------------------------------------------------


def paper(cast: Cast, now: Clock, **fields: object) -> int:
    known = NewCertificate(
        commune_id=cast.commune,
        business_id=cast.htx.business,
        kind="vietgap",
        number="TT-9",
        issuer="Cục",
        scope="Rau",
        valid_from=TODAY,
        valid_to=TODAY,
    )
    with transaction() as writing:
        wanted = replace(known, **fields)  # type: ignore[arg-type]
        return actions.record_certificate(writing, Actor(person_id=cast.hung), wanted, now=now())


def test_a_paper_is_the_same_by_all_that_stands_on_it(cast: Cast, now: Clock, session: Session) -> None:
    first = paper(cast, now)
    assert paper(cast, now) == first
    assert paper(cast, now, valid_to=None) != first
    assert paper(cast, now, business_id=cast.tu.business) != first
    with pytest.raises(Refused, match="đứng trước ngày cấp"):
        paper(cast, now, valid_to=TODAY - DAY)
    events = [event.verb for event in events_of(session, "business", cast.htx.business)]
    assert events[2:] == ["record_certificate", "record_certificate"]


@pytest.mark.parametrize(
    ("last", "kept", "is_logged"), [(None, -1, True), (0, -1, True), (-1, -1, False), (-2, -2, False)]
)
def test_a_paper_is_let_go_from_today_on_unless_it_has_ended(
    cast: Cast, now: Clock, session: Session, last: int | None, kept: int, is_logged: bool
) -> None:
    until = None if last is None else TODAY + last * DAY
    number = paper(cast, now, valid_from=TODAY - 9 * DAY, valid_to=until)
    with transaction() as writing:
        actions.end_certificate(writing, Actor(), cast.commune, cast.htx.business, number, clock=now)
    assert session.get_one(Certificate, number).valid_to == TODAY + kept * DAY
    verbs = [event.verb for event in events_of(session, "business", cast.htx.business)]
    assert (verbs[-1] == "end_certificate") is is_logged
    with pytest.raises(NotFound), transaction() as writing:
        actions.end_certificate(writing, Actor(), cast.commune, cast.tu.business, number, clock=now)


# --- stalls ---------------------------------------------------------------------------------------------------------


def test_a_stall_s_address_is_one_nobody_has_or_had_and_none_of_the_market_s_own(
    cast: Cast, now: Clock, session: Session
) -> None:
    names = ("Nhận cơ sở", "Nhận cơ sở", "Rau bà Lan", "Rau bà Lan", "n" * 40, "n" * 41)
    slugs, called = [], []
    for number, name in enumerate(names):
        business = add(cast, now, name=name, tax_id=None, phone=Phone(f"0900 000 1{number:02}"))
        with transaction() as writing:
            stall = actions.open_stall(writing, GUEST, cast.commune, business, now=now())
            assert actions.open_stall(writing, GUEST, cast.commune, business, now=now()) == stall
        opened = session.get_one(Stall, stall)
        assert opened.opened_at == now()
        called.append(opened.name)
        assert (opened.state, opened.delivery_fee, opened.shipping_fee) == (StallState.OPEN, Dong(0), Dong(0))
        does = (opened.accepts_by_itself, opened.delivers_in_commune, opened.ships_outside, opened.accepts_card)
        assert not any(does)
        slugs.append(opened.slug)
        assert [event.verb for event in events_of(session, "business", business)] == ["add_business", "open_stall"]
    plain = "n" * 40
    hamlets = ("thôn Mỗ Đoạn", "thôn Mỗ Đoạn, nhà 2")
    assert called == [
        "Nhận cơ sở",
        "Nhận cơ sở (thôn Mỗ Đoạn)",
        *(f"Rau bà Lan ({hamlet})" for hamlet in hamlets),
        *names[4:],
    ]
    there = "thon-mo-doan"
    assert slugs == [
        "nhan-co-so-2",
        f"nhan-co-so-{there}",
        f"rau-ba-lan-{there}",
        f"rau-ba-lan-{there}-nha-2",
        plain,
        f"{plain}-2",
    ]


SETTINGS = StallSettings(
    name="Rau bà Lan",
    intro="",
    is_paused=False,
    accepts_by_itself=False,
    confirms_strangers=False,
    hold_days=3,
    delivers_in_commune=True,
    delivery_fee=Dong(10_000),
    ships_outside=False,
    shipping_fee=Dong(0),
)
"""As the cast has them."""


def change_stall(cast: Cast, now: Clock, **fields: object) -> None:
    seen = shown.stall(cast.lan.stall)
    wanted = replace(SETTINGS, **fields)  # type: ignore[arg-type]
    with transaction() as writing:
        actions.change_stall(writing, Actor(), cast.lan.stall, wanted, seen=seen, now=now())


def approve_words(cast: Cast, session: Session) -> None:
    """The office looks at what bà Lan's stall is to be called and to say."""
    for one in queries.changes_waiting(session, cast.commune):
        seen = seen_of(queries.stall_change_facts(one))
        page = actions.SeenRequest(commune_id=cast.commune, id=one.id, seen=seen)
        with transaction() as writing:
            actions.approve_stall_change(writing, Actor(person_id=cast.hung), page, now=one.asked_at)
    session.expire_all()


@pytest.mark.parametrize(
    ("field", "value", "changed", "kept"),
    [
        ("is_paused", True, "state", StallState.PAUSED),
        ("accepts_by_itself", True, "accepts_by_itself", True),
        ("delivers_in_commune", False, "delivers_in_commune", False),
        ("delivery_fee", Dong(9_000), "delivery_fee", Dong(9_000)),
        ("ships_outside", True, "ships_outside", True),
        ("shipping_fee", Dong(9_000), "shipping_fee", Dong(9_000)),
    ],
)
def test_a_setting_of_a_stall_is_changed_and_logged_alone(
    cast: Cast, now: Clock, session: Session, field: str, value: object, changed: str, kept: object
) -> None:
    logged = len(events_of(session, "business", cast.lan.business))
    change_stall(cast, now)
    change_stall(cast, now, **{field: value})

    assert getattr(session.get_one(Stall, cast.lan.stall), changed) == kept
    events = events_of(session, "business", cast.lan.business)[logged:]
    assert [(event.verb, event.fields) for event in events] == [("change_stall", changed)]
    assert session.scalars(select(OldStallSlug)).all() == []


def test_a_new_name_is_a_new_address_and_the_old_one_is_never_free_again(
    cast: Cast, now: Clock, session: Session
) -> None:
    change_stall(cast, now, name="Rau Lan")
    assert session.get_one(Stall, cast.lan.stall).slug == "rau-ba-lan"
    approve_words(cast, session)
    assert session.get_one(Stall, cast.lan.stall).slug == "rau-lan"
    change_stall(cast, now)
    approve_words(cast, session)
    assert session.get_one(Stall, cast.lan.stall).slug == "rau-ba-lan-2"
    assert session.scalars(select(OldStallSlug.slug).order_by(OldStallSlug.id)).all() == ["rau-ba-lan", "rau-lan"]


def test_a_stall_that_the_office_closed_stays_closed(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        writing.get_one(Stall, cast.lan.stall).state = StallState.CLOSED
    change_stall(cast, now, delivery_fee=Dong(9_000))
    stall = session.get_one(Stall, cast.lan.stall)
    assert (stall.state, stall.delivery_fee) == (StallState.CLOSED, 9_000)


# --- claims and proposals -------------------------------------------------------------------------------------------


def claim(cast: Cast, now: Clock, business: int, person: int | None) -> int:
    with transaction() as writing:
        return actions.claim_business(writing, Actor(person_id=person), cast.commune, business, now=now())


def test_a_claim_waits_once_and_again_after_it_was_refused_or_ended(cast: Cast, now: Clock, session: Session) -> None:
    first = claim(cast, now, cast.theu, cast.mai)
    assert claim(cast, now, cast.theu, cast.mai) == first
    for state, over in ((ClaimState.REFUSED, False), (ClaimState.CONFIRMED, True), (ClaimState.PENDING, True)):
        with transaction() as writing:
            member = writing.get_one(BusinessMember, first)
            member.state, member.ended_at = state, now() if over else None
        assert claim(cast, now, cast.theu, cast.mai) == first
        member = session.get_one(BusinessMember, first, populate_existing=True)
        assert (member.state, member.ended_at) == (ClaimState.PENDING, None)
    claims = [event.verb for event in events_of(session, "business", cast.theu)].count("claim_business")
    assert claims == 4
    with pytest.raises(Refused, match="đã là của bạn"):
        claim(cast, now, cast.lan.business, cast.lan.person)
    with pytest.raises(NotFound):
        claim(cast, now, cast.theu, None)


def test_a_refused_claim_keeps_who_said_no_when_and_why_and_tells_the_person(
    cast: Cast, now: Clock, session: Session
) -> None:
    member = claim(cast, now, cast.theu, cast.mai)
    page, officer, at = shown.claim(cast.commune, member), Actor(person_id=cast.hung), now.move(minutes=1)
    for reason in ("Thiếu giấy", "Thiếu giấy"):
        with transaction() as writing:
            actions.refuse_claim(writing, officer, page, reason, now=now())
    with pytest.raises(Conflict), transaction() as writing:
        actions.refuse_claim(writing, officer, page, "Sai người", now=now())

    row = session.get_one(BusinessMember, member)
    assert (row.state, row.refusal, row.decided_by, row.decided_at) == (
        ClaimState.REFUSED,
        "Thiếu giấy",
        cast.hung,
        at,
    )
    notice = session.scalars(select(Notice)).one()
    assert (notice.person_id, notice.kind) == (cast.mai, "co_so_tu_choi")
    assert notice.sentence.endswith(": Thiếu giấy")
    assert [event.verb for event in events_of(session, "business", cast.theu)][-1] == "refuse_claim"


def verify(cast: Cast, now: Clock, member: int, paper: str, officer: int | None) -> int:
    wanted = replace(shown.paper(cast.commune, member), paper=paper)
    with transaction() as writing:
        return actions.verify_claim(writing, Actor(person_id=officer), wanted, now=now())


def test_a_claim_is_verified_by_another_than_who_made_it_and_leaves_who_saw_what(
    cast: Cast, now: Clock, session: Session
) -> None:
    member = claim(cast, now, cast.theu, cast.mai)
    for officer in (cast.mai, None):
        with pytest.raises(Refused, match="cán bộ khác"):
            verify(cast, now, member, "Giấy", officer)
    at = now.move(minutes=1)
    assert verify(cast, now, member, "Giấy", cast.hung) == verify(cast, now, member, "Giấy", cast.hung)

    row = session.get_one(BusinessMember, member)
    assert (row.role, row.state, row.decided_by, row.decided_at) == ("owner", ClaimState.CONFIRMED, cast.hung, at)
    verified = queries.verification_of(session, cast.theu)
    assert verified
    assert (verified.verified_by, verified.verified_at, verified.member_id) == (cast.hung, at, member)
    notice = session.scalars(select(Notice)).one()
    assert (notice.person_id, notice.kind, notice.created_at) == (cast.mai, "co_so_duoc_xac_nhan", at)
    events = events_of(session, "business", cast.theu)
    assert [event.verb for event in events][1:] == ["claim_business", "verify_business", "open_stall"]


@pytest.mark.parametrize("differs", ["moment", "officer", "business"])
def test_a_claim_is_not_verified_by_the_paper_of_another_one(cast: Cast, now: Clock, differs: str) -> None:
    verify(cast, now, claim(cast, now, cast.theu, cast.mai), "Giấy một", cast.hung)
    other = claim(cast, now, cast.lan.business if differs == "business" else cast.theu, cast.stranger)
    if differs == "moment":
        now.move(minutes=1)
    officer = cast.vy if differs == "officer" else cast.hung
    verify(cast, now, other, "Giấy hai", officer)

    with pytest.raises(Conflict, match="đã có người xử lý"):
        verify(cast, now, other, "Giấy một", cast.hung)


def test_a_member_whose_business_is_not_verified_is_verified_anew(cast: Cast, now: Clock, session: Session) -> None:
    member = claim(cast, now, cast.theu, cast.mai)
    with transaction() as writing:
        writing.get_one(BusinessMember, member).state = ClaimState.CONFIRMED

    verify(cast, now, member, "Giấy", cast.hung)

    assert queries.verification_of(session, cast.theu)
    with pytest.raises(Conflict, match="đã có người xử lý"):
        verify(cast, now, member, "Giấy khác", cast.hung)


def propose(cast: Cast, now: Clock, name: str, person: int | None) -> int:
    asked = NewProposal(
        commune_id=cast.commune,
        hamlet_id=cast.mo_doan,
        kind=BusinessKind.FARM_HOUSEHOLD,
        name=name,
        trade="Mật",
        tax_id=None,
    )
    with transaction() as writing:
        return actions.propose_business(writing, Actor(person_id=person), asked, now=now())


def test_three_proposals_of_a_person_wait_and_a_name_only_once(cast: Cast, now: Clock, session: Session) -> None:
    first, second, third = (propose(cast, now, f"Ong {letter}", cast.mai) for letter in "abc")
    assert propose(cast, now, "ONG B", cast.mai) == second
    with pytest.raises(Refused, match="ba đề nghị"):
        propose(cast, now, "Ong d", cast.mai)
    assert propose(cast, now, "Ong d", cast.stranger) == third + 1
    with transaction() as writing:
        writing.get_one(BusinessProposal, first).state = ClaimState.REFUSED
    assert propose(cast, now, "Ong a", cast.mai) == third + 2
    with pytest.raises(NotFound):
        propose(cast, now, "Ong e", None)
    events = events_of(session, "business_proposal", second)
    assert [(event.verb, event.commune_id) for event in events] == [("propose_business", cast.commune)]


def test_a_proposal_is_entered_by_another_than_who_made_it(cast: Cast, now: Clock, session: Session) -> None:
    proposal = propose(cast, now, "Ong chị Mai", cast.mai)
    page, at = shown.proposal(cast.commune, proposal), now.move(days=1)
    for person in (cast.mai, None):
        with pytest.raises(Refused, match="cán bộ khác"), transaction() as writing:
            actions.accept_proposal(writing, Actor(person_id=person), page, now=now())
    with transaction() as writing:
        business = actions.accept_proposal(writing, Actor(person_id=cast.hung), page, now=now())

    row, entered = session.get_one(BusinessProposal, proposal), session.get_one(Business, business)
    assert (row.state, row.decided_by, row.decided_at, row.refusal) == (ClaimState.CONFIRMED, cast.hung, at, None)
    assert (entered.trade, entered.hamlet_id, entered.owner_name) == ("Mật", cast.mo_doan, "Vũ Thị Mai")
    assert session.scalars(select(BusinessHistory.valid_from).where(BusinessHistory.business_id == business)).one() == (
        TODAY + DAY
    )
    notice = session.scalars(select(Notice)).one()
    assert (notice.person_id, notice.kind, notice.dedupe_key) == (
        cast.mai,
        "da_ghi_so",
        f"proposal:{proposal}:da_ghi_so:{at.isoformat()}",
    )
    assert [event.verb for event in events_of(session, "business_proposal", proposal)] == [
        "propose_business",
        "accept_proposal",
    ]
